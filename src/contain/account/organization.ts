import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListPoliciesForTargetCommand,
  paginateListPolicies,
} from '@aws-sdk/client-organizations';
import { KeytrailError } from '../../errors.js';
import { ask, type ContainClients, isDenied } from '../aws.js';
import { collected } from './paging.js';
import type { OrganizationState } from './state.js';

/** keytrail's service control policies begin with this. */
export const scpPrefix = 'KeytrailIr-';

/**
 * What can be done by service control policies. They bind member accounts only, and the responder must be in the
 * management account or a delegated administrator ("Service control policies"). Null: the account is in no organization.
 */
export async function readOrganization(clients: ContainClients, accountId: string): Promise<OrganizationState | null> {
  const unusable = (managementAccountId: string, reason: string): OrganizationState => ({
    managementAccountId,
    usable: false,
    reason,
    policies: [],
  });
  let managementAccountId = '';
  try {
    const { Organization } = await ask('organizations:DescribeOrganization', () =>
      clients.organizations.send(new DescribeOrganizationCommand({})),
    );
    managementAccountId = Organization?.MasterAccountId ?? '';
  } catch (error) {
    if (isNotInUse(error)) return null;
    if (isDenied(error)) return unusable('', 'organizations:DescribeOrganization is denied to the responder');
    throw error;
  }
  try {
    const policies = await readOwnPolicies(clients, accountId);
    return { managementAccountId, usable: true, reason: '', policies };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return unusable(managementAccountId, 'organizations:ListPolicies is denied to the responder');
  }
}

/** Id of the service control policy of that name; null where there is none. */
export async function findScp({ organizations }: ContainClients, name: string): Promise<string | null> {
  const policies = await ask('organizations:ListPolicies', () =>
    collected(
      paginateListPolicies({ client: organizations }, { Filter: 'SERVICE_CONTROL_POLICY' }),
      (page) => page.Policies,
    ),
  );
  return policies.find((policy) => policy.Name === name)?.Id ?? null;
}

/** The text of the policy of that name; null where there is none. */
export async function readScp(clients: ContainClients, name: string): Promise<string | null> {
  const PolicyId = await findScp(clients, name);
  return PolicyId === null ? null : contentOf(clients, PolicyId);
}

export async function readScpNames({ organizations }: ContainClients, target: string): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ask('organizations:ListPoliciesForTarget', () =>
      organizations.send(
        new ListPoliciesForTargetCommand({
          TargetId: target,
          Filter: 'SERVICE_CONTROL_POLICY',
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      ),
    );
    names.push(...(page.Policies ?? []).map(({ Name = '' }) => Name));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names.sort();
}

async function contentOf({ organizations }: ContainClients, PolicyId: string): Promise<string> {
  const answer = await ask('organizations:DescribePolicy', () =>
    organizations.send(new DescribePolicyCommand({ PolicyId })),
  );
  return answer.Policy?.Content ?? '';
}

async function readOwnPolicies(clients: ContainClients, accountId: string): Promise<OrganizationState['policies']> {
  const { organizations } = clients;
  const all = await ask('organizations:ListPolicies', () =>
    collected(
      paginateListPolicies({ client: organizations }, { Filter: 'SERVICE_CONTROL_POLICY' }),
      (page) => page.Policies,
    ),
  );
  const own = all.filter(({ Name = '' }) => Name.startsWith(scpPrefix));
  if (own.length === 0) return [];
  const attachedHere = await readScpNames(clients, accountId);
  const policies: OrganizationState['policies'] = [];
  for (const { Id = '', Name = '' } of own) {
    const attachedTo = attachedHere.includes(Name) ? [accountId] : [];
    policies.push({ name: Name, content: await contentOf(clients, Id), attachedTo });
  }
  return policies.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isNotInUse(error: unknown): boolean {
  const cause = error instanceof KeytrailError ? error.cause : error;
  return cause instanceof Error && cause.name === 'AWSOrganizationsNotInUseException';
}
