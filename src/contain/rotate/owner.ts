import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  paginateListAccessKeys,
} from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { KeytrailError } from '../../errors.js';
import { compareText } from '../../model/cell.js';
import { ask, askIfExists } from '../aws.js';
import type { ContainClients } from '../clients.js';

export interface UserKey {
  id: string;
  status: string;
  /** ISO 8601 UTC, whole seconds. */
  created: string;
}

/** Whose key it is, and who asks. */
export interface Owner {
  keyId: string;
  userName: string;
  userId: string;
  arn: string;
  account: string;
  caller: { arn: string; userId: string };
  /** By id. */
  keys: UserKey[];
}

/**
 * Reads whose long-term key it is. Throws `bad_parameter` for what is none, `guard_refused` for root's key, another
 * account's, and the caller's own unless `own`.
 */
export async function readOwner(
  clients: Pick<ContainClients, 'iam' | 'sts'>,
  keyId: string,
  own: boolean,
): Promise<Owner> {
  const { iam, sts } = clients;
  if (!/^AKIA[A-Z0-9]{12,124}$/.test(keyId))
    throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is no long-term access key id`, {
      hint: 'Give the id of a user’s key: AKIA and 16 more capital letters or digits. A session’s key is never rotated.',
    });
  const AccessKeyId = keyId;
  const caller = await ask('sts:GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({})));
  const account = caller.Account ?? '';
  const info = await askIfExists('sts:GetAccessKeyInfo', () => sts.send(new GetAccessKeyInfoCommand({ AccessKeyId })));
  if (info?.Account !== undefined && info.Account !== account)
    throw new KeytrailError('guard_refused', `${keyId} belongs to account ${info.Account}, not to ${account}`, {
      hint: `Run the command with a responder's credentials of account ${info.Account}.`,
    });
  const lastUsed = await askIfExists('iam:GetAccessKeyLastUsed', () =>
    iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })),
  );
  if (lastUsed === null) throw unknown(keyId, account);
  const UserName = lastUsed.UserName ?? '';
  if (UserName === '' || UserName === '<root_account>') throw root(keyId, account);
  const { User } = await ask('iam:GetUser', () => iam.send(new GetUserCommand({ UserName })));
  const arn = User?.Arn ?? '';
  if (arn.endsWith(':root')) throw root(keyId, account);
  const userId = User?.UserId ?? '';
  // A session of GetSessionToken has its user's id.
  if (!own && (caller.UserId === userId || caller.Arn === arn))
    throw new KeytrailError('guard_refused', `${arn} is the identity that runs this command`, {
      hint: 'Add --own to rotate your own key.',
    });
  const keys = await readKeys(clients, UserName);
  if (!keys.some(({ id }) => id === keyId)) throw unknown(keyId, account);
  return {
    keyId,
    userName: UserName,
    userId,
    arn,
    account,
    caller: { arn: caller.Arn ?? '', userId: caller.UserId ?? '' },
    keys,
  };
}

export async function readKeys({ iam }: Pick<ContainClients, 'iam'>, UserName: string): Promise<UserKey[]> {
  const found = await ask('iam:ListAccessKeys', async () => {
    const keys: AccessKeyMetadata[] = [];
    for await (const page of paginateListAccessKeys({ client: iam }, { UserName }))
      keys.push(...(page.AccessKeyMetadata ?? []));
    return keys;
  });
  return found
    .map((key) => ({
      id: key.AccessKeyId ?? '',
      status: key.Status ?? '',
      created: (key.CreateDate ?? new Date(0)).toISOString(),
    }))
    .sort((a, b) => compareText(a.id, b.id));
}

/** AWS gives a user no third key. Throws `guard_refused` that says which one could go. */
export async function refuseThirdKey(
  { iam }: Pick<ContainClients, 'iam'>,
  { keyId, userName, keys }: Pick<Owner, 'keyId' | 'userName' | 'keys'>,
): Promise<void> {
  const other = keys.find(({ id }) => id !== keyId);
  if (keys.length < 2 || other === undefined) return;
  const AccessKeyId = other.id;
  const used = await ask('iam:GetAccessKeyLastUsed', () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })));
  const last = used.AccessKeyLastUsed?.LastUsedDate?.toISOString();
  const state = `${other.status}, made ${other.created}, ${last === undefined ? 'never used' : `used last ${last}`}`;
  throw new KeytrailError(
    'guard_refused',
    `${userName} has two keys, and AWS gives no third: the other is ${other.id} (${state})`,
    {
      hint: `If nothing uses it: aws iam delete-access-key --user-name ${userName} --access-key-id ${other.id}, then run this again.`,
    },
  );
}

function unknown(keyId: string, account: string): KeytrailError {
  return new KeytrailError('bad_parameter', `no user of account ${account} has the key ${keyId}`, {
    hint: 'Check the id and the account.',
  });
}

function root(keyId: string, account: string): KeytrailError {
  return new KeytrailError('guard_refused', `${keyId} is a key of the root user of account ${account}`, {
    hint: 'Sign in as root and delete it: an application needs a user or a role of its own.',
  });
}
