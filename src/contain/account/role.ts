import {
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfilesForRole,
  paginateListRolePolicies,
  type Role,
} from '@aws-sdk/client-iam';
import { ask, askIfExists, type ContainClients } from '../aws.js';
import { readInstance, readInstances } from './instance.js';
import { collected, decodedDocument } from './paging.js';
import type { InlinePolicy, InstanceState, RoleState } from './state.js';

/** Reads of one IAM role, each to its last page and sorted. They throw what `ask` throws. */

async function getRole({ iam }: ContainClients, roleName: string): Promise<Role | null> {
  const answer = await askIfExists('iam:GetRole', () => iam.send(new GetRoleCommand({ RoleName: roleName })));
  return answer?.Role ?? null;
}

/** Where instances of a role are sought: by its profiles in these Regions, and these by id, whatever profile they have. */
export interface InstanceScope {
  regions: readonly string[];
  known: readonly { region: string; instanceId: string }[];
}

/** All that containment may touch of a role; null where there is none of that name. */
export async function readRoleState(
  clients: ContainClients,
  roleName: string,
  scope: InstanceScope,
  onUnread: (what: string, error: unknown) => void,
): Promise<RoleState | null> {
  const role = await getRole(clients, roleName);
  if (role === null) return null;
  const [attachedPolicies, inlinePolicies, profiles] = await Promise.all([
    readAttachedRolePolicies(clients, roleName),
    readInlineRolePolicies(clients, roleName),
    readInstanceProfiles(clients, roleName),
  ]);
  const instances = await instancesOf(clients, roleName, profiles, scope, onUnread);
  return {
    principal: { type: 'role', name: roleName, arn: role.Arn ?? '', id: role.RoleId ?? '' },
    path: role.Path ?? '/',
    description: role.Description ?? '',
    maxSessionDuration: role.MaxSessionDuration ?? 3600,
    trustPolicy: decodedDocument(role.AssumeRolePolicyDocument ?? ''),
    attachedPolicies,
    inlinePolicies,
    boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    instanceProfiles: profiles.map(({ name }) => name).sort(),
    instances,
  };
}

async function instancesOf(
  clients: ContainClients,
  roleName: string,
  profiles: readonly { arn: string }[],
  { regions, known }: InstanceScope,
  onUnread: (what: string, error: unknown) => void,
): Promise<InstanceState[]> {
  const instances: InstanceState[] = [];
  const arns = new Set(profiles.map(({ arn }) => arn));
  for (const region of profiles.length === 0 ? [] : regions) {
    const found = await readInstances(clients, region, arns).catch((error: unknown) => {
      onUnread(`instances of ${roleName} in ${region}`, error);
      return [];
    });
    instances.push(...found);
  }
  for (const { region, instanceId } of known) {
    if (instances.some((instance) => instance.instanceId === instanceId)) continue;
    const found = await readInstance(clients, region, instanceId);
    if (found !== null) instances.push(found);
  }
  return instances.sort((a, b) => (`${a.region} ${a.instanceId}` < `${b.region} ${b.instanceId}` ? -1 : 1));
}

export async function readTrustPolicy(clients: ContainClients, roleName: string): Promise<string | null> {
  const role = await getRole(clients, roleName);
  return role === null ? null : decodedDocument(role.AssumeRolePolicyDocument ?? '');
}

/** ARN and id, by which a role that was deleted and made anew is told from the one that was. */
export async function readRoleIdentity(clients: ContainClients, roleName: string): Promise<string | null> {
  const role = await getRole(clients, roleName);
  return role === null ? null : `${role.Arn ?? ''} ${role.RoleId ?? ''}`;
}

export async function readAttachedRolePolicies({ iam }: ContainClients, roleName: string): Promise<string[]> {
  const policies = await ask('iam:ListAttachedRolePolicies', () =>
    collected(
      paginateListAttachedRolePolicies({ client: iam }, { RoleName: roleName }),
      (page) => page.AttachedPolicies,
    ),
  );
  return policies.map((policy) => policy.PolicyArn ?? '').sort();
}

async function readInlineRolePolicies(clients: ContainClients, roleName: string): Promise<InlinePolicy[]> {
  const names = await ask('iam:ListRolePolicies', () =>
    collected(paginateListRolePolicies({ client: clients.iam }, { RoleName: roleName }), (page) => page.PolicyNames),
  );
  const policies: InlinePolicy[] = [];
  for (const name of names.sort()) {
    const document = await readInlineRolePolicy(clients, roleName, name);
    if (document !== null) policies.push({ name, document });
  }
  return policies;
}

export async function readInlineRolePolicy(
  { iam }: ContainClients,
  roleName: string,
  policyName: string,
): Promise<string | null> {
  const answer = await askIfExists('iam:GetRolePolicy', () =>
    iam.send(new GetRolePolicyCommand({ RoleName: roleName, PolicyName: policyName })),
  );
  return answer === null ? null : decodedDocument(answer.PolicyDocument ?? '');
}

async function readInstanceProfiles(
  { iam }: ContainClients,
  roleName: string,
): Promise<{ name: string; arn: string }[]> {
  const profiles = await ask('iam:ListInstanceProfilesForRole', () =>
    collected(
      paginateListInstanceProfilesForRole({ client: iam }, { RoleName: roleName }),
      (page) => page.InstanceProfiles,
    ),
  );
  return profiles.map(({ InstanceProfileName = '', Arn = '' }) => ({ name: InstanceProfileName, arn: Arn }));
}
