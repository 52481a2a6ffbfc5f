import { GetAccessKeyInfoCommand } from '@aws-sdk/client-sts';
import { KeytrailError } from '../../errors.js';
import { accessKeyFacts } from '../../model/access-key.js';
import { readAccessKeys } from '../account/user.js';
import { ask, type ContainClients } from '../aws.js';
import { identify } from '../identify.js';
import type { MemberAccount } from './list.js';

/** Whose a key is, as its account says. Times are ISO 8601 UTC. */
export interface KeyOwner {
  type: 'user' | 'root';
  arn: string;
  /** `Active` or `Inactive`; null for root's, of which IAM tells no status. */
  status: string | null;
  created: string | null;
  lastUsed: string | null;
}

export interface FoundKey {
  keyId: string;
  /** Null where nobody knows. */
  account: MemberAccount | null;
  /** Null for a temporary key, and where the account could not be asked. */
  owner: KeyOwner | null;
  /** How it was found: a sentence each. */
  sources: string[];
  /** Accounts that could not be asked, and why. */
  unread: { accountId: string; reason: string }[];
}

export interface FindRequest {
  keyId: string;
  /** The responder's own. */
  clients: ContainClients;
  /** Where to look if neither STS nor the id tells. */
  accounts: readonly MemberAccount[];
  /** Clients of a responder in an account. */
  open(accountId: string): Promise<ContainClients>;
}

/**
 * Finds which account has a key: by GetAccessKeyInfo, which knows keys of every account, deleted ones too; by what the id
 * itself says; and, of a long-term key, by asking each account. Then that account is asked whose it is. Throws
 * `bad_parameter` for what is no key id, `no_credentials`.
 */
export async function findKey(request: FindRequest): Promise<FoundKey> {
  const { keyId, accounts } = request;
  if (!/^A[KS]IA[A-Z0-9]{12,124}$/.test(keyId))
    throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is not an access key id`, {
      hint: 'Give AKIA (long-term) or ASIA (temporary) and 16 more capital letters or digits.',
    });
  const found: FoundKey = { keyId, account: null, owner: null, sources: [], unread: [] };
  const told = (await toldBySts(request, found)) ?? toldById(keyId, found);
  const named = (id: string): MemberAccount => accounts.find((account) => account.id === id) ?? { id, name: null };
  if (told !== null) found.account = named(told);
  if (keyId.startsWith('ASIA')) {
    found.sources.push('The key is temporary: only the logs tell who has it (keytrail contain plan, with --store).');
    return found;
  }
  for (const account of told === null ? accounts : [named(told)]) {
    const owner = await ownerIn(request, account.id, found);
    if (owner === null) continue;
    found.sources.push(`IAM of account ${account.id} says whose it is.`);
    return { ...found, account, owner };
  }
  if (told !== null && found.unread.length === 0)
    found.sources.push(`IAM of account ${told} knows no such key: it was deleted.`);
  return found;
}

async function toldBySts({ keyId, clients: { sts } }: FindRequest, found: FoundKey): Promise<string | null> {
  try {
    const { Account } = await ask('sts:GetAccessKeyInfo', () =>
      sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: keyId })),
    );
    if (Account === undefined) return null;
    found.sources.push(`STS says that it is of account ${Account}.`);
    return Account;
  } catch (error) {
    if (!(error instanceof KeytrailError) || error.code === 'no_credentials') throw error;
    found.sources.push(`STS does not say: ${error.message}.`);
    return null;
  }
}

function toldById(keyId: string, found: FoundKey): string | null {
  const { account } = accessKeyFacts(keyId);
  found.sources.push(account === null ? 'Its id does not say.' : `Its id says that it is of account ${account}.`);
  return account;
}

/** Null where the account does not have it, or does not say. */
async function ownerIn(request: FindRequest, accountId: string, found: FoundKey): Promise<KeyOwner | null> {
  const { keyId, open } = request;
  try {
    const clients = await open(accountId);
    const { principal, lastUsed } = await identify(clients, { keyId, trace: null });
    const { type, name, arn } = principal;
    const key = name === null ? undefined : (await readAccessKeys(clients, name)).find(({ id }) => id === keyId);
    if (name !== null && key === undefined) return null;
    return {
      type: type === 'root' ? 'root' : 'user',
      arn,
      status: key?.status ?? null,
      created: key?.created ?? null,
      lastUsed: lastUsed?.time ?? null,
    };
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    // That no user has it is an answer: this account is not the one, or the key was deleted.
    if (error.code !== 'bad_parameter') found.unread.push({ accountId, reason: error.message });
    return null;
  }
}
