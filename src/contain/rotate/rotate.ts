import type { STSClient } from '@aws-sdk/client-sts';
import { KeytrailError } from '../../errors.js';
import type { ContainClients } from '../clients.js';
import { type RotateJournal, standingOf } from './journal.js';
import { awaitKnown, createKey, deleteKey, isKnown, type KeyMaker, removeOrphans } from './new-key.js';
import { readKeys, refuseThirdKey } from './owner.js';
import type { RotationPlan } from './plan.js';
import { scrubbed } from './secrecy.js';
import { holds, type KeyPair, type Target } from './target.js';
import { defaultDelays, stopIfAborted, wait } from './wait.js';

export interface RotationProgress {
  title: string;
  outcome: 'done' | 'failed';
  detail: string;
}

export interface RotateOptions {
  /** Of the responder. */
  clients: Pick<ContainClients, 'iam' | 'sts'>;
  /** Makes a client of STS that signs with a pair. */
  signIn: (pair: KeyPair) => STSClient;
  plan: RotationPlan;
  /** Those of the plan. */
  targets: readonly Target[];
  journal: RotateJournal;
  signal?: AbortSignal;
  /** Milliseconds between looks at what is eventually consistent. */
  delays?: readonly number[];
  onProgress?: (progress: RotationProgress) => void;
}

export interface TargetResult {
  target: string;
  outcome: 'written' | 'failed';
  detail: string;
}

export interface RotationResult {
  /** `failed`: no target has the new key, and there is none any more. */
  state: 'rotated' | 'partial' | 'failed';
  keyId: string;
  newKeyId: string | null;
  targets: TargetResult[];
}

/**
 * Makes the owner's new key, proves that AWS takes it, and writes it to every target; the old key stays as it is. Run
 * again with the same journal it goes on where it was stopped. The new secret is in memory and in the targets alone.
 * Throws `guard_refused` where there is no room for a key, `aws_failed`, `interrupted`; none of the texts holds a secret.
 */
export async function rotate(options: RotateOptions): Promise<RotationResult> {
  const { plan, journal, targets, onProgress = () => undefined } = options;
  const { owner } = plan;
  const maker = {
    ...options,
    userName: owner.userName,
    delays: options.delays ?? defaultDelays,
    signal: options.signal,
  };
  if (standingOf(journal.entries).begun === null)
    await journal.append({
      event: 'begun',
      keyId: owner.keyId,
      userName: owner.userName,
      account: owner.account,
      caller: owner.caller.arn,
      targets: targets.map(({ id }) => id),
    });
  const pair = (await recovered(maker, targets)) ?? (await made(maker, plan));
  onProgress({ title: `new key ${pair.accessKeyId}`, outcome: 'done', detail: 'AWS takes it' });
  const results: TargetResult[] = [];
  try {
    for (const target of targets) {
      stopIfAborted(options.signal);
      const result = await written(target, pair, maker);
      results.push(result);
      const outcome = result.outcome === 'written' ? 'done' : 'failed';
      onProgress({ title: target.id, outcome, detail: result.detail });
    }
  } catch (error) {
    // With this process its secret is lost, unless a target has it.
    if (await isNowhere(targets, pair)) await deleteKey(maker, pair.accessKeyId, 'stopped before a target took it');
    throw error;
  }
  const answer = { keyId: owner.keyId, newKeyId: pair.accessKeyId, targets: results };
  const failures = results.filter(({ outcome }) => outcome === 'failed').length;
  if (failures === 0) return { ...answer, state: 'rotated' };
  if (failures < results.length || !(await isNowhere(targets, pair))) return { ...answer, state: 'partial' };
  await deleteKey(maker, pair.accessKeyId, 'no target took it');
  await journal.append({ event: 'closed', detail: 'no target took the new key; it was deleted' });
  return { ...answer, newKeyId: null, state: 'failed' };
}

/** A new key that AWS takes. What fails on the way leaves no key behind: it is used nowhere yet. */
async function made(maker: KeyMaker, plan: RotationPlan): Promise<KeyPair> {
  const { openIntent } = standingOf(maker.journal.entries);
  if (openIntent !== null) await removeOrphans(maker, openIntent);
  const keys = await readKeys(maker.clients, maker.userName);
  await refuseThirdKey(maker.clients, { ...plan.owner, keys });
  stopIfAborted(maker.signal);
  const pair = await createKey(maker);
  try {
    await awaitKnown(maker, pair);
    return pair;
  } catch (error) {
    await deleteKey(maker, pair.accessKeyId, 'it was not taken in time, or the rotation was stopped');
    throw error;
  }
}

/**
 * The pair that an earlier run made, where a target holds its secret. Where none does, the key is of no use to anybody:
 * it is deleted. Throws where a target can't be read, for it may be the one that has it.
 */
async function recovered(maker: KeyMaker, targets: readonly Target[]): Promise<KeyPair | null> {
  const { newKeyId } = standingOf(maker.journal.entries);
  if (newKeyId === null) return null;
  if (!(await readKeys(maker.clients, maker.userName)).some(({ id }) => id === newKeyId)) {
    await maker.journal.append({ event: 'deleted', accessKeyId: newKeyId });
    return null;
  }
  const secrets = new Set<string>();
  for (const target of targets) {
    const { secretAccessKey } = await target.read();
    if (secretAccessKey) secrets.add(secretAccessKey);
  }
  for (const secretAccessKey of secrets) {
    const pair = { accessKeyId: newKeyId, secretAccessKey };
    if (await isKnown(maker.signIn, pair)) return pair;
  }
  await deleteKey(maker, newKeyId, 'its secret was lost when the rotation was stopped');
  return null;
}

/** A failure of one target is told of, and the others go on. */
async function written(target: Target, pair: KeyPair, { journal, delays, signal }: KeyMaker): Promise<TargetResult> {
  try {
    if (!holds(await target.read(), pair)) {
      await journal.append({ event: 'write-intent', target: target.id, prior: await target.prior() });
      await target.write(pair);
      await readBack(target, pair, delays, signal);
      await journal.append({ event: 'written', target: target.id });
    }
    return { target: target.id, outcome: 'written', detail: '' };
  } catch (error) {
    if (!(error instanceof KeytrailError) || error.code === 'interrupted') throw error;
    const detail = scrubbed([error.message, error.hint].filter(Boolean).join('. '), [pair.secretAccessKey]);
    await journal.append({ event: 'failed', target: target.id, detail });
    return { target: target.id, outcome: 'failed', detail };
  }
}

async function readBack(
  target: Target,
  pair: KeyPair,
  delays: readonly number[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const delay of [...delays, 0]) {
    if (holds(await target.read(), pair)) return;
    await wait(delay, signal);
  }
  throw new KeytrailError('state_changed', `${target.id} was written and holds another key`, {
    hint: 'See who else writes it, then run the same command again.',
  });
}

/** That no target has the id or the secret; false also where it can't be told. */
async function isNowhere(targets: readonly Target[], pair: KeyPair): Promise<boolean> {
  try {
    for (const target of targets) {
      const { accessKeyId, secretAccessKey } = await target.read();
      if (accessKeyId === pair.accessKeyId || secretAccessKey === pair.secretAccessKey) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof KeytrailError) return false;
    throw error;
  }
}
