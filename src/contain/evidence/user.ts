import {
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  paginateListAccessKeys,
  paginateListAttachedUserPolicies,
  paginateListGroupsForUser,
  paginateListMFADevices,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import { paginateServiceSpecificCredentials } from '../account/service-credentials.js';
import { groupPolicies, inlinePolicies, managedPolicies } from './policies.js';
import type { Piece, Reader } from './reader.js';

/** All that IAM knows of a user. None of its answers holds a secret: those are given once, when they are made. */
export function userPieces(UserName: string): Piece[] {
  const user = { UserName };
  // Policies that the pieces before the last one name: their documents are a piece of their own.
  const policyArns = new Set<string>();
  const note = <Policy extends { PolicyArn?: string | undefined }>(policies: Policy[] | null | undefined) => {
    for (const { PolicyArn } of policies ?? []) if (PolicyArn) policyArns.add(PolicyArn);
    return policies;
  };
  return [
    {
      name: 'principal/user.json',
      read: async (reader) => {
        const send = () => reader.clients.iam.send(new GetUserCommand(user));
        const found = await reader.one('principal/user.json', 'iam:GetUser', send, (answer) => answer.User);
        const boundary = found?.PermissionsBoundary?.PermissionsBoundaryArn;
        if (boundary) policyArns.add(boundary);
        return found;
      },
    },
    { name: 'principal/access-keys.json', read: (reader) => accessKeys(reader, UserName) },
    {
      name: 'principal/login-profile.json',
      read: async (reader) => {
        const send = () => reader.clients.iam.send(new GetLoginProfileCommand(user));
        const piece = 'principal/login-profile.json';
        return reader.one(piece, 'iam:GetLoginProfile', send, (answer) => answer.LoginProfile);
      },
    },
    listOf('ssh-keys', 'iam:ListSSHPublicKeys', ({ clients: { iam } }) =>
      items(paginateListSSHPublicKeys({ client: iam }, user), (page) => page.SSHPublicKeys),
    ),
    listOf('signing-certificates', 'iam:ListSigningCertificates', ({ clients: { iam } }) =>
      items(paginateListSigningCertificates({ client: iam }, user), (page) => page.Certificates),
    ),
    listOf('service-specific-credentials', 'iam:ListServiceSpecificCredentials', ({ clients: { iam } }) =>
      items(paginateServiceSpecificCredentials(iam, UserName), (page) => page.ServiceSpecificCredentials),
    ),
    listOf('mfa-devices', 'iam:ListMFADevices', ({ clients: { iam } }) =>
      items(paginateListMFADevices({ client: iam }, user), (page) => page.MFADevices),
    ),
    {
      name: 'principal/groups.json',
      read: async (reader) => {
        const piece = 'principal/groups.json';
        const groups = await reader.list(
          piece,
          'iam:ListGroupsForUser',
          () => paginateListGroupsForUser({ client: reader.clients.iam }, user),
          (page) => page.Groups,
        );
        if (!groups) return groups;
        const whole: unknown[] = [];
        for (const group of groups) {
          const { attached, inline } = await groupPolicies(reader, piece, group.GroupName ?? '');
          note(attached);
          whole.push({ ...group, AttachedPolicies: attached, InlinePolicies: inline });
        }
        return whole;
      },
    },
    {
      name: 'principal/inline-policies.json',
      read: async (reader) => {
        const piece = 'principal/inline-policies.json';
        const { iam } = reader.clients;
        const pages = () => paginateListUserPolicies({ client: iam }, user);
        const names = await reader.list(piece, 'iam:ListUserPolicies', pages, (page) => page.PolicyNames);
        if (!names) return names;
        return inlinePolicies(reader, piece, 'iam:GetUserPolicy', names, (PolicyName) =>
          iam.send(new GetUserPolicyCommand({ UserName, PolicyName })),
        );
      },
    },
    {
      name: 'principal/attached-policies.json',
      read: async (reader) => {
        const pages = () => paginateListAttachedUserPolicies({ client: reader.clients.iam }, user);
        const piece = 'principal/attached-policies.json';
        return note(await reader.list(piece, 'iam:ListAttachedUserPolicies', pages, (page) => page.AttachedPolicies));
      },
    },
    {
      name: 'principal/policy-documents.json',
      read: (reader) => managedPolicies(reader, 'principal/policy-documents.json', policyArns),
    },
  ];
}

async function accessKeys(reader: Reader, UserName: string): Promise<unknown> {
  const piece = 'principal/access-keys.json';
  const { iam } = reader.clients;
  const pages = () => paginateListAccessKeys({ client: iam }, { UserName });
  const keys = await reader.list(piece, 'iam:ListAccessKeys', pages, (page) => page.AccessKeyMetadata);
  if (!keys) return keys;
  const whole: unknown[] = [];
  for (const key of keys) {
    const AccessKeyId = key.AccessKeyId;
    const send = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    const used = await reader.get(piece, 'iam:GetAccessKeyLastUsed', send, AccessKeyId ?? null);
    whole.push({ ...key, AccessKeyLastUsed: used?.AccessKeyLastUsed ?? null });
  }
  return whole;
}

/** A list that is a piece as it is. */
function listOf(name: string, permission: string, read: (reader: Reader) => AsyncIterable<unknown[]>): Piece {
  const piece = `principal/${name}.json`;
  return {
    name: piece,
    read: (reader) =>
      reader.list(
        piece,
        permission,
        () => read(reader),
        (page) => page,
      ),
  };
}

async function* items<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): AsyncIterable<Item[]> {
  for await (const page of pages) yield itemsOf(page) ?? [];
}
