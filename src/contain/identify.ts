import { GetAccessKeyLastUsedCommand } from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { KeytrailError, reasonOf } from '../errors.js';
import type { Trace } from '../model/trace.js';
import type { AccountState, Principal } from './account/state.js';
import { readUser } from './account/user.js';
import { ask, askIfExists, type ContainClients, isDenied } from './aws.js';

/** Who runs the command. */
export interface Caller {
  arn: string;
  userId: string;
  accountId: string;
  partition: string;
}

/**
 * What kind of credential it is, which decides what can be done about it. `foreign`: it is of another account, and only
 * what it reached in this one is contained here; the principal then has no name, and no guard judges it.
 */
export type CredentialKind = 'user-key' | 'temporary' | 'role' | 'root' | 'identity-center' | 'foreign';

export interface Identity {
  keyId: string | null;
  kind: CredentialKind;
  accountId: string;
  caller: Caller;
  principal: Principal;
  /** Of a temporary credential: the session's name, which for Identity Center is the user's. */
  sessionName: string | null;
  /** Names of users who asked STS for the credential with GetSessionToken or GetFederationToken. */
  parents: string[];
  lastUsed: AccountState['lastUsed'];
  /** What AWS and what the logs contributed: a sentence each. */
  sources: string[];
  /** Why AWS was not asked, where the logs alone say all this; otherwise null. */
  draft: string | null;
}

export interface IdentifyRequest {
  /** Null where `principalArn` says whom to contain. */
  keyId: string | null;
  principalArn?: string;
  /** Null: no logs were asked. */
  trace: Trace | null;
}

/**
 * Finds whose a credential is: by IAM for a long-term key, by the logs or by name for a temporary one; changes nothing.
 * Throws `bad_parameter` for a key id that is malformed or unknown to the account or has no known owner,
 * `guard_refused` for one of another account, `no_credentials` and `aws_failed` as AWS answers.
 */
export async function identify(clients: ContainClients, request: IdentifyRequest): Promise<Identity> {
  const { keyId, principalArn, trace } = request;
  if (keyId !== null) checkKeyId(keyId);
  const caller = await observeCaller(clients);
  if (keyId !== null) await checkAccount(clients, keyId, caller);
  if (principalArn !== undefined) return ofArn(clients, keyId, principalArn, caller, [`${principalArn} was named.`]);
  if (keyId === null) throw noOwner('no key and no principal was named');
  return keyId.startsWith('ASIA')
    ? ofTemporaryKey(clients, keyId, caller, trace)
    : ofLongTermKey(clients, keyId, caller);
}

export async function observeCaller({ sts }: ContainClients): Promise<Caller> {
  const answer = await ask('sts:GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({})));
  const arn = answer.Arn ?? '';
  return {
    arn,
    userId: answer.UserId ?? '',
    accountId: answer.Account ?? '',
    partition: arn.split(':')[1] || 'aws',
  };
}

function checkKeyId(keyId: string): void {
  if (/^A[KS]IA[A-Z0-9]{12,124}$/.test(keyId)) return;
  throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is not an access key id`, {
    hint: 'Give AKIA (long-term) or ASIA (temporary) and 16 more capital letters or digits.',
  });
}

/** Asked first, for IAM answers about another account's key with a mere AccessDenied. */
async function checkAccount({ sts }: ContainClients, keyId: string, caller: Caller): Promise<void> {
  const answer = await askIfExists('sts:GetAccessKeyInfo', () =>
    sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: keyId })),
  );
  const owner = answer?.Account ?? caller.accountId;
  if (owner === caller.accountId) return;
  throw new KeytrailError('guard_refused', `${keyId} belongs to account ${owner}, not to ${caller.accountId}`, {
    hint: `Use a responder's credentials of account ${owner}, or --assume-role ROLE to go there.`,
  });
}

async function ofLongTermKey(clients: ContainClients, keyId: string, caller: Caller): Promise<Identity> {
  const lastUsed = await readLastUsed(clients, keyId, caller.accountId);
  const principal = await longTermOwner(clients, lastUsed.userName, caller);
  return {
    keyId,
    kind: principal.type === 'root' ? 'root' : 'user-key',
    accountId: caller.accountId,
    caller,
    principal,
    sessionName: null,
    parents: [],
    lastUsed: lastUsed.use,
    sources: ['IAM says whose the key is.'],
    draft: null,
  };
}

async function ofTemporaryKey(
  clients: ContainClients,
  keyId: string,
  caller: Caller,
  trace: Trace | null,
): Promise<Identity> {
  if (trace === null) throw noOwner(`${keyId} is temporary, and AWS does not tell whose it is`);
  const { owner } = trace;
  const parents = trace.issuers
    .filter(({ eventName }) => /^Get(SessionToken|FederationToken)$/.test(eventName))
    .flatMap(({ by }) => /^arn:[^:]+:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(by)?.[1] ?? []);
  const arn = owner?.arn ?? trace.issuers[0]?.by;
  if (arn === undefined) throw noOwner(`the logs hold no call of ${keyId}, nor who issued it`);
  const found = await ofArn(clients, keyId, arn, caller, ['The logs say whose the temporary credential is.'], parents);
  return { ...found, sessionName: owner?.sessionName ?? found.sessionName };
}

/** The owner by its ARN: of a user, a role, a session of either, or root. */
async function ofArn(
  clients: ContainClients,
  keyId: string | null,
  arn: string,
  caller: Caller,
  sources: string[],
  parents: readonly string[] = [],
): Promise<Identity> {
  const found = /^arn:[a-z-]+:(?:iam|sts)::(\d{12}):(root|user|role|assumed-role|federated-user)(?:\/(.+))?$/.exec(arn);
  if (found === null)
    throw noOwner(`${JSON.stringify(arn.slice(0, 256))} is not the ARN of a user, a role or a session`);
  const [, account = '', type = '', path = ''] = found;
  if (account !== caller.accountId) {
    throw new KeytrailError('guard_refused', `${arn} is in account ${account}, not in ${caller.accountId}`, {
      hint: `Use a responder's credentials of account ${account}, or --assume-role ROLE to go there.`,
    });
  }
  const base = { keyId, accountId: caller.accountId, caller, lastUsed: null, sources, draft: null };
  const temporary = keyId?.startsWith('ASIA') ?? false;
  if (type === 'root') return { ...base, kind: 'root', principal: rootOf(caller), sessionName: null, parents: [] };
  if (type === 'user' || type === 'federated-user') {
    const names = type === 'user' ? [path.split('/').at(-1) ?? ''] : [...new Set(parents)];
    const [name] = names;
    if (name === undefined)
      throw noOwner(`${arn} is a federated session, and the logs do not say which user asked for it`);
    const principal = await existing(clients, name);
    return { ...base, kind: temporary ? 'temporary' : 'user-key', principal, sessionName: null, parents: names };
  }
  const segments = path.split('/');
  const roleName = (type === 'assumed-role' ? segments[0] : segments.at(-1)) ?? '';
  const sessionName = type === 'assumed-role' ? (segments[1] ?? null) : null;
  if (roleName.startsWith('AWSReservedSSO_')) {
    const principal: Principal = { type: 'identity-center-user', name: null, arn, id: sessionName ?? '' };
    return { ...base, kind: 'identity-center', principal, sessionName, parents: [] };
  }
  const principal: Principal = {
    type: 'role',
    name: roleName,
    arn: `arn:${caller.partition}:iam::${account}:role/${roleName}`,
    id: '',
  };
  return { ...base, kind: temporary ? 'temporary' : 'role', principal, sessionName, parents: [] };
}

async function existing(clients: ContainClients, userName: string): Promise<Principal> {
  const user = await readUser(clients, userName);
  if (user !== null) return user;
  throw new KeytrailError('aws_failed', `the user ${userName} no longer exists`, {
    hint: 'Its keys are gone with it; contain the roles that it assumed: --principal ROLE_ARN.',
  });
}

const rootOf = ({ accountId, partition }: Caller): Principal => ({
  type: 'root',
  name: null,
  arn: `arn:${partition}:iam::${accountId}:root`,
  id: accountId,
});

/** What GetAccessKeyLastUsed knows. `userName` is null for root, which has none. */
async function readLastUsed(
  { iam }: ContainClients,
  keyId: string,
  accountId: string,
): Promise<{ userName: string | null; use: AccountState['lastUsed'] }> {
  const answer = await askIfExists('iam:GetAccessKeyLastUsed', () =>
    iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId })),
  ).catch((error: unknown) => {
    if (!isDenied(error)) throw error;
    throw new KeytrailError('aws_failed', `iam:GetAccessKeyLastUsed was refused for ${keyId}: ${reasonOf(error)}`, {
      hint: 'Either the key was deleted, or the responder lacks iam:GetAccessKeyLastUsed: IAM answers both alike.',
      cause: error,
    });
  });
  if (answer === null) throw unknownKey(keyId, accountId);
  const use = answer.AccessKeyLastUsed;
  const name = answer.UserName ?? '';
  return {
    userName: name === '' || name === '<root_account>' ? null : name,
    use: use?.LastUsedDate
      ? { time: use.LastUsedDate.toISOString(), service: use.ServiceName ?? '', region: use.Region ?? '' }
      : null,
  };
}

async function longTermOwner(clients: ContainClients, userName: string | null, caller: Caller): Promise<Principal> {
  const root = rootOf(caller);
  if (userName === null) return root;
  const user = await existing(clients, userName);
  return user.arn === root.arn ? root : user;
}

export function unknownKey(keyId: string, accountId: string): KeytrailError {
  return new KeytrailError('bad_parameter', `no user of account ${accountId} has the key ${keyId}`, {
    hint: 'Check the id; a deleted key needs no containment, but the sessions that it issued may.',
  });
}

function noOwner(why: string): KeytrailError {
  return new KeytrailError('bad_parameter', why, {
    hint: 'Name a store whose logs have it (--store), or the owner, as the finding does (--principal ARN).',
  });
}
