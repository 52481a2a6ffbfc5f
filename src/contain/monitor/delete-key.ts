import { DeleteAccessKeyCommand, GetAccessKeyLastUsedCommand } from '@aws-sdk/client-iam';
import { KeytrailError } from '../../errors.js';
import { readAccessKeys } from '../account/user.js';
import { ask, askIfExists, type ContainClients, isNoSuchEntity } from '../aws.js';
import { hashOf } from '../canonical.js';
import { fact } from '../fact.js';
import { refusals, refuse } from '../guards.js';
import { type Identity, identify } from '../identify.js';
import type { Journal, JournalRecord } from '../journal.js';
import type { DeletionVerdict, Replacement } from './deletion.js';

/** A long-term key, its user, and what IAM knows of it. */
export interface Deletable {
  keyId: string;
  userName: string;
  accountId: string;
  /** ARN of who deletes it. */
  caller: string;
  /** `Active` or `Inactive`. */
  status: string;
  lastUsed: string | null;
}

export interface GuardOptions {
  /** ARNs of sessions that were issued from the key. */
  derivedArns: readonly string[];
  protectedPrincipals: readonly string[];
  now: Date;
}

/**
 * Finds a key and its user; changes nothing. Throws `guard_refused` for a key of whoever runs this, of root, of who is
 * protected or of another account, `bad_parameter` for one that is temporary or that the account does not have.
 */
export async function observeDeletable(
  clients: ContainClients,
  keyId: string,
  options: GuardOptions,
): Promise<Deletable> {
  if (!/^AKIA[A-Z0-9]{12,124}$/.test(keyId))
    throw new KeytrailError(
      'bad_parameter',
      `${JSON.stringify(keyId.slice(0, 128))} is no access key that can be deleted`,
      {
        hint: 'Give the id of a long-term key, AKIA…; temporary ones expire.',
      },
    );
  const identity = await identify(clients, { keyId, trace: null });
  guard(identity, options);
  const { principal, accountId, caller, lastUsed } = identity;
  const userName = principal.name ?? '';
  const key = (await readAccessKeys(clients, userName)).find(({ id }) => id === keyId);
  if (key === undefined)
    throw new KeytrailError('bad_parameter', `${userName} has no key ${keyId}`, { hint: 'It may be deleted already.' });
  return { keyId, userName, accountId, caller: caller.arn, status: key.status, lastUsed: lastUsed?.time ?? null };
}

function guard(identity: Identity, { derivedArns, protectedPrincipals, now }: GuardOptions): void {
  const { accountId, caller, principal } = identity;
  const nobodyElse = { users: [], roles: [], identityCenter: null, administrators: null };
  refuse(
    refusals({
      state: { accountId, caller, principal, ...nobodyElse },
      identity,
      targets: [],
      derivedArns,
      plan: null,
      protectedPrincipals,
      now,
    }),
  );
}

/** What IAM knows of the key that replaces another. Throws what `ask` throws. */
export async function observeReplacement(clients: ContainClients, keyId: string): Promise<Replacement> {
  const unknown = { keyId, status: null, lastUsed: null };
  const { iam } = clients;
  const found = await askIfExists('iam:GetAccessKeyLastUsed', () =>
    iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId })),
  );
  if (!found?.UserName) return unknown;
  const key = (await readAccessKeys(clients, found.UserName)).find(({ id }) => id === keyId);
  if (key === undefined) return unknown;
  return { keyId, status: key.status, lastUsed: found.AccessKeyLastUsed?.LastUsedDate?.toISOString() ?? null };
}

/** What stands for the plan in the journal of a deletion: `openJournal` wants one. */
export const deletionOf = (keyId: string): { planHash: string } => ({ planHash: hashOf({ delete: keyId }) });

export const deletionJournal = (keyId: string): string => `delete-${keyId}.journal.jsonl`;

export interface DeleteRequest {
  clients: ContainClients;
  key: Deletable;
  verdict: DeletionVerdict;
  journal: Journal;
  now: () => Date;
  /** Milliseconds before each look whether it is gone; IAM's answers lag. */
  delays?: readonly number[];
}

/**
 * Deletes a key that may be deleted, and reads back that it is gone; what it was decided from is journaled before.
 * Throws `guard_refused` where the verdict does not allow it, or the key is Active by now; else what `ask` throws.
 */
export async function deleteKey({ clients, key, verdict, journal, now, delays }: DeleteRequest): Promise<void> {
  const { keyId: AccessKeyId, userName: UserName } = key;
  if (!verdict.eligible)
    throw new KeytrailError('guard_refused', `${AccessKeyId} is not to be deleted yet`, {
      hint: 'Satisfy every condition first: keytrail contain delete --dry-run lists them.',
    });
  const present = (await readAccessKeys(clients, UserName)).find(({ id }) => id === AccessKeyId);
  if (present !== undefined && present.status !== 'Inactive')
    throw new KeytrailError('guard_refused', `${AccessKeyId} is ${present.status} by now`, {
      hint: 'Somebody changed it just now: find out who, and deactivate it again.',
    });
  const name = fact.accessKey(UserName, AccessKeyId);
  const record = (event: JournalRecord['event'], detail: string): JournalRecord => ({
    phase: 'apply',
    event,
    action: `delete-key:${AccessKeyId}`,
    prior: { [name]: 'Inactive' },
    goal: { [name]: null },
    detail,
    caller: key.caller,
    time: now().toISOString(),
  });
  const call = { call: 'iam:DeleteAccessKey', UserName, AccessKeyId, decidedFrom: verdict.met };
  await journal.append(record('intent', JSON.stringify(call)));
  try {
    await ask('iam:DeleteAccessKey', () => clients.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })));
  } catch (error) {
    if (!isNoSuchEntity(error)) {
      await journal.append(record('failed', error instanceof Error ? error.message : String(error)));
      throw error;
    }
  }
  await readBack(clients, UserName, AccessKeyId, delays ?? [0, 1000, 2000, 4000]);
  await journal.append(record('done', `${AccessKeyId} is gone`));
}

async function readBack(
  clients: ContainClients,
  userName: string,
  keyId: string,
  delays: readonly number[],
): Promise<void> {
  for (const delay of delays) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    if (!(await readAccessKeys(clients, userName)).some(({ id }) => id === keyId)) return;
  }
  throw new KeytrailError('aws_failed', `${keyId} was deleted, but IAM still lists it`, {
    hint: 'Look again in a minute: aws iam list-access-keys.',
  });
}

/**
 * Ends a deletion that was broken off: true where the journal tells of one and the key is gone. Throws what `ask` throws.
 */
export async function endDeletion(clients: ContainClients, journal: Journal, now: () => Date): Promise<boolean> {
  const last = journal.entries.at(-1);
  if (last === undefined || last.event === 'failed') return false;
  if (last.event === 'done') return true;
  const { UserName, AccessKeyId } = JSON.parse(last.detail) as { UserName: string; AccessKeyId: string };
  const keys = await readAccessKeys(clients, UserName).catch((error: unknown) => {
    // The user may be gone as well.
    if (isNoSuchEntity(error)) return [];
    throw error;
  });
  if (keys.some(({ id }) => id === AccessKeyId)) return false;
  const { phase, action, prior, goal, caller } = last;
  await journal.append({
    phase,
    event: 'done',
    action,
    prior,
    goal,
    caller,
    detail: `${AccessKeyId} is gone`,
    time: now().toISOString(),
  });
  return true;
}
