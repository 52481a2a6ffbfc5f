import { holdersOf } from '../../contain/account/authorization.js';
import type { Account } from '../account.js';
import type { AccountCheck } from '../check.js';
import { awsCommand } from '../command.js';
import { parsePolicy, type Statement, texts } from '../policy.js';

/** AWS's own policies that give everything, or the means to take it. */
const ofAws = /^arn:[\w-]+:iam::aws:policy\/(AdministratorAccess|IAMFullAccess)$/;
/** More principals than this are more than anybody watches. */
const enough = 3;

interface Administrator {
  kind: 'user' | 'role';
  name: string;
}

const isEverything = ({ Effect, Action, Resource, Condition }: Statement): boolean =>
  Effect === 'Allow' &&
  Condition === undefined &&
  texts(Action).some((action) => ['*', '*:*', 'iam:*'].includes(action.toLowerCase())) &&
  texts(Resource).includes('*');

const isAdministrative = (document: string, what: string): boolean =>
  parsePolicy(document, what).Statement.some(isEverything);

/** Users and roles that may do everything, or give it to themselves; users also by their groups. Sorted. */
async function administratorsOf(account: Account): Promise<Administrator[]> {
  const held = holdersOf(await account.authorization(), { ofAws, matches: isAdministrative });
  const users = held.users.map(({ UserName = '' }) => ({ kind: 'user' as const, name: UserName }));
  const roles = held.roles.map(({ RoleName = '' }) => ({ kind: 'role' as const, name: RoleName }));
  return [...users, ...roles].sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? 1 : -1));
}

export const administrators: AccountCheck = {
  id: 'administrators',
  title: 'Number of administrators',
  scope: 'account',
  risk: 'Each administrator is a credential whose leak is the loss of the whole account.',
  async *run(account) {
    const found = await administratorsOf(account);
    if (found.length <= enough) return;
    yield {
      severity: 'medium',
      resource: account.accountId,
      finding: `${found.length} users and roles may do everything (wanted: ${enough} at the most): ${found.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
      fix: awsCommand('iam list-entities-for-policy', { 'policy-arn': 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    };
  },
};

export const administratorKeys: AccountCheck = {
  id: 'administrator-keys',
  title: 'Administrators with access keys',
  scope: 'account',
  risk: 'A long-term key of an administrator is the leak that costs the account; roles have none to lose.',
  async *run(account) {
    const users = new Set(
      (await administratorsOf(account)).filter(({ kind }) => kind === 'user').map(({ name }) => name),
    );
    for (const { userName, id } of await account.activeKeys())
      if (users.has(userName))
        yield {
          severity: 'high',
          resource: `${userName} ${id}`,
          finding: 'is an active key of a user who may do everything',
          fix: awsCommand('iam update-access-key', { 'user-name': userName, 'access-key-id': id, status: 'Inactive' }),
        };
  },
};
