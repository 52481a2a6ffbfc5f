import {
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfilesForRole,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { inlinePolicies, managedPolicies } from './policies.js';
import type { Piece } from './reader.js';

/** All that IAM knows of a role; its record holds the trust policy and the boundary. */
export function rolePieces(RoleName: string): Piece[] {
  const role = { RoleName };
  const policyArns = new Set<string>();
  return [
    {
      name: 'principal/role.json',
      read: async (reader) => {
        const send = () => reader.clients.iam.send(new GetRoleCommand(role));
        const found = await reader.one('principal/role.json', 'iam:GetRole', send, (answer) => answer.Role);
        const boundary = found?.PermissionsBoundary?.PermissionsBoundaryArn;
        if (boundary) policyArns.add(boundary);
        return found;
      },
    },
    {
      name: 'principal/inline-policies.json',
      read: async (reader) => {
        const piece = 'principal/inline-policies.json';
        const { iam } = reader.clients;
        const pages = () => paginateListRolePolicies({ client: iam }, role);
        const names = await reader.list(piece, 'iam:ListRolePolicies', pages, (page) => page.PolicyNames);
        if (!names) return names;
        return inlinePolicies(reader, piece, 'iam:GetRolePolicy', names, (PolicyName) =>
          iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
        );
      },
    },
    {
      name: 'principal/attached-policies.json',
      read: async (reader) => {
        const piece = 'principal/attached-policies.json';
        const pages = () => paginateListAttachedRolePolicies({ client: reader.clients.iam }, role);
        const policies = await reader.list(
          piece,
          'iam:ListAttachedRolePolicies',
          pages,
          (page) => page.AttachedPolicies,
        );
        for (const { PolicyArn } of policies ?? []) if (PolicyArn) policyArns.add(PolicyArn);
        return policies;
      },
    },
    {
      name: 'principal/instance-profiles.json',
      read: (reader) =>
        reader.list(
          'principal/instance-profiles.json',
          'iam:ListInstanceProfilesForRole',
          () => paginateListInstanceProfilesForRole({ client: reader.clients.iam }, role),
          (page) => page.InstanceProfiles,
        ),
    },
    {
      name: 'principal/policy-documents.json',
      read: (reader) => managedPolicies(reader, 'principal/policy-documents.json', policyArns),
    },
  ];
}
