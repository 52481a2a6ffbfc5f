import { GetAccessKeyLastUsedCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { KeytrailError } from '../errors.js';
import { ask, askIfExists, type ContainClients, isDenied } from './aws.js';
import { readAccessKeys, readAttachedPolicies, readGroups, readInlinePolicies } from './iam.js';
import type { AccountState, Principal } from './state.js';

/** Who runs the command. */
export interface Caller {
  arn: string;
  userId: string;
  accountId: string;
  partition: string;
}

/**
 * Reads what a plan needs to know about a long-term key and the user that has it; changes nothing.
 * Throws `bad_parameter` for a key id that is malformed, temporary or unknown to the account, `guard_refused` for
 * one of another account, `no_credentials` and `aws_failed` as AWS answers.
 */
export async function observe(clients: ContainClients, keyId: string): Promise<AccountState> {
  checkKeyId(keyId);
  const caller = await observeCaller(clients);
  await checkAccount(clients, keyId, caller);
  const lastUsed = await readLastUsed(clients, keyId, caller.accountId);
  const principal = await observePrincipal(clients, lastUsed.userName, caller);
  const shared = {
    keyId,
    accountId: caller.accountId,
    partition: caller.partition,
    caller: { arn: caller.arn, userId: caller.userId },
    principal,
    lastUsed: lastUsed.use,
  };
  if (principal.userName === null) {
    return { ...shared, accessKeys: [], attachedPolicies: [], inlinePolicies: [], groups: [] };
  }
  const accessKeys = await readAccessKeys(clients, principal.userName);
  if (!accessKeys.some((key) => key.id === keyId)) throw unknownKey(keyId, caller.accountId);
  return {
    ...shared,
    accessKeys,
    attachedPolicies: await readAttachedPolicies(clients, principal.userName),
    inlinePolicies: await readInlinePolicies(clients, principal.userName),
    groups: await readGroups(clients, principal.userName),
  };
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

/** The user of that name, or null. */
export async function observeUser({ iam }: ContainClients, userName: string): Promise<Principal | null> {
  const answer = await askIfExists('iam:GetUser', () => iam.send(new GetUserCommand({ UserName: userName })));
  if (answer?.User === undefined) return null;
  return { type: 'user', userName, arn: answer.User.Arn ?? '', userId: answer.User.UserId ?? '' };
}

function checkKeyId(keyId: string): void {
  if (/^ASIA[A-Z0-9]{12,124}$/.test(keyId)) {
    throw new KeytrailError('bad_parameter', `${keyId} is a temporary credential, which can't be deactivated`, {
      hint: 'Find the long-term key that issued it (keytrail investigate names the issuer) and contain that.',
    });
  }
  if (!/^AKIA[A-Z0-9]{12,124}$/.test(keyId)) {
    throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is not an access key id`, {
      hint: 'Give the id of a long-term key: AKIA and 16 more capital letters or digits.',
    });
  }
}

/** Asked first, for IAM answers about another account's key with a mere AccessDenied. */
async function checkAccount({ sts }: ContainClients, keyId: string, caller: Caller): Promise<void> {
  const answer = await askIfExists('sts:GetAccessKeyInfo', () =>
    sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: keyId })),
  );
  const owner = answer?.Account ?? caller.accountId;
  if (owner === caller.accountId) return;
  throw new KeytrailError('guard_refused', `${keyId} belongs to account ${owner}, not to ${caller.accountId}`, {
    hint: `Run the command with a responder's credentials of account ${owner}.`,
  });
}

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
    throw new KeytrailError('aws_failed', `iam:GetAccessKeyLastUsed was refused for ${keyId}`, {
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

async function observePrincipal(
  clients: ContainClients,
  userName: string | null,
  { accountId, partition }: Caller,
): Promise<Principal> {
  const root: Principal = {
    type: 'root',
    userName: null,
    arn: `arn:${partition}:iam::${accountId}:root`,
    userId: accountId,
  };
  if (userName === null) return root;
  const user = await observeUser(clients, userName);
  if (user === null) {
    throw new KeytrailError('aws_failed', `the key's user ${userName} no longer exists`, {
      hint: 'Its keys are gone with it; contain the sessions that it issued.',
    });
  }
  return user.arn === root.arn ? root : user;
}

function unknownKey(keyId: string, accountId: string): KeytrailError {
  return new KeytrailError('bad_parameter', `no user of account ${accountId} has the key ${keyId}`, {
    hint: 'Check the id; a deleted key needs no containment, but the sessions that it issued may.',
  });
}
