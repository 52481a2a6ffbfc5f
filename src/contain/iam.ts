import {
  GetUserPolicyCommand,
  paginateListAccessKeys,
  paginateListAttachedUserPolicies,
  paginateListGroupsForUser,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import { ask, askIfExists, type ContainClients } from './aws.js';
import type { AccountState } from './state.js';

/** Reads of one IAM user, each to its last page and sorted. They throw what `ask` throws. */

export async function readAccessKeys({ iam }: ContainClients, userName: string): Promise<AccountState['accessKeys']> {
  const keys = await ask('iam:ListAccessKeys', () =>
    collected(paginateListAccessKeys({ client: iam }, { UserName: userName }), (page) => page.AccessKeyMetadata),
  );
  return keys
    .map((key) => ({
      id: key.AccessKeyId ?? '',
      status: key.Status ?? '',
      created: key.CreateDate?.toISOString() ?? null,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function readAttachedPolicies({ iam }: ContainClients, userName: string): Promise<string[]> {
  const policies = await ask('iam:ListAttachedUserPolicies', () =>
    collected(
      paginateListAttachedUserPolicies({ client: iam }, { UserName: userName }),
      (page) => page.AttachedPolicies,
    ),
  );
  return policies.map((policy) => policy.PolicyArn ?? '').sort();
}

export async function readInlinePolicies(
  clients: ContainClients,
  userName: string,
): Promise<AccountState['inlinePolicies']> {
  const names = await ask('iam:ListUserPolicies', () =>
    collected(paginateListUserPolicies({ client: clients.iam }, { UserName: userName }), (page) => page.PolicyNames),
  );
  const policies: AccountState['inlinePolicies'] = [];
  for (const name of names.sort()) {
    const document = await readInlinePolicy(clients, userName, name);
    if (document !== null) policies.push({ name, document });
  }
  return policies;
}

/** The text of one inline policy; null where there is none of that name. */
export async function readInlinePolicy(
  { iam }: ContainClients,
  userName: string,
  policyName: string,
): Promise<string | null> {
  const answer = await askIfExists('iam:GetUserPolicy', () =>
    iam.send(new GetUserPolicyCommand({ UserName: userName, PolicyName: policyName })),
  );
  return answer === null ? null : decodedDocument(answer.PolicyDocument ?? '');
}

export async function readGroups({ iam }: ContainClients, userName: string): Promise<string[]> {
  const groups = await ask('iam:ListGroupsForUser', () =>
    collected(paginateListGroupsForUser({ client: iam }, { UserName: userName }), (page) => page.Groups),
  );
  return groups.map((group) => group.GroupName ?? '').sort();
}

/** IAM returns policy documents URL-encoded ("GetUserPolicy"); some of its stand-ins return them plain. */
function decodedDocument(document: string): string {
  return document.trimStart().startsWith('{') ? document : decodeURIComponent(document);
}

async function collected<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}
