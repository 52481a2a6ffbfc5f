import { KeytrailError, reasonOf } from '../../errors.js';
import type { ContainClients } from '../clients.js';
import { type RotateJournal, standingOf } from './journal.js';
import { deleteKey } from './new-key.js';
import { readOwner } from './owner.js';
import type { RotationProgress } from './rotate.js';
import { scrubbed } from './secrecy.js';
import type { Prior, Target } from './target.js';
import { stopIfAborted } from './wait.js';

export interface UndoRotationOptions {
  clients: Pick<ContainClients, 'iam' | 'sts'>;
  journal: RotateJournal;
  /** Those that the journal names; see `targetsOf`. */
  targets: readonly Target[];
  own: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: RotationProgress) => void;
}

export interface UndoRotationResult {
  /** `partial`: some target still has the new key, which stays Active. */
  state: 'undone' | 'partial';
  keyId: string;
  newKeyId: string | null;
  targets: { target: string; outcome: 'restored' | 'kept' | 'failed'; detail: string }[];
}

/** What was begun with this journal, as it was given with `--to`. Throws `usage` where there is nothing to undo. */
export function targetsOf(journal: RotateJournal, keyId: string): string[] {
  const { begun, priors } = standingOf(journal.entries);
  if (begun?.keyId === keyId) return [...new Set([...begun.targets, ...priors.keys()])];
  throw new KeytrailError('usage', `${journal.path} has no rotation of ${keyId} to undo`, {
    hint: 'Name the journal of the rotation after --journal.',
  });
}

/**
 * Gives the targets back the old key, the last one first, and deletes the new one when no target has it any more. What
 * held the old secret alone keeps the new key. Throws `guard_refused` where the old key is not Active.
 */
export async function undoRotation(options: UndoRotationOptions): Promise<UndoRotationResult> {
  const { clients, journal, targets, own, signal, onProgress = () => undefined } = options;
  const { begun, newKeyId, made, priors, openIntent } = standingOf(journal.entries);
  if (begun === null) throw new KeytrailError('internal', 'undoing a rotation that was not begun');
  if (openIntent !== null)
    throw new KeytrailError('usage', 'the rotation was stopped while its key was made', {
      hint: 'Run the rotation again, without --undo: it clears that up.',
    });
  const owner = await readOwner(clients, begun.keyId, own);
  const { keyId, userName, keys } = owner;
  if (priors.size > 0 && keys.find(({ id }) => id === keyId)?.status !== 'Active')
    throw new KeytrailError('guard_refused', `${keyId} is not Active: applications that get it back would be refused`, {
      hint: 'Keep the new key; or set the old one Active first, if it may be used again.',
    });
  const results: UndoRotationResult['targets'] = [];
  for (const target of [...targets].reverse()) {
    stopIfAborted(signal);
    const result = await restored(target, { keyId, made, prior: priors.get(target.id) ?? null, journal });
    if (result === null) continue;
    results.push({ target: target.id, ...result });
    onProgress({
      title: target.id,
      outcome: result.outcome === 'restored' ? 'done' : 'failed',
      detail: result.detail,
    });
  }
  if (results.some(({ outcome }) => outcome !== 'restored'))
    return { state: 'partial', keyId, newKeyId, targets: results };
  if (newKeyId !== null && keys.some(({ id }) => id === newKeyId))
    await deleteKey({ clients, userName, journal }, newKeyId, 'the rotation was undone');
  await journal.append({ event: 'closed', detail: 'undone' });
  return { state: 'undone', keyId, newKeyId, targets: results };
}

interface Restoring {
  keyId: string;
  /** Keys of this rotation. */
  made: readonly string[];
  prior: Prior | null;
  journal: RotateJournal;
}

/** Null: it holds no key of this rotation, so there is nothing to restore. */
async function restored(
  target: Target,
  { keyId, made, prior, journal }: Restoring,
): Promise<{ outcome: 'restored' | 'kept' | 'failed'; detail: string } | null> {
  try {
    if (!made.includes((await target.read()).accessKeyId ?? '')) return null;
    if (target.undo === null || prior === null)
      return { outcome: 'kept', detail: 'it held the old secret alone, which is gone: it keeps the new key' };
    await journal.append({ event: 'restore-intent', target: target.id });
    await target.restore(prior);
    const { accessKeyId } = await target.read();
    if (made.includes(accessKeyId ?? '')) return { outcome: 'failed', detail: 'it still holds the new key' };
    await journal.append({ event: 'restored', target: target.id });
    const other = accessKeyId === keyId ? '' : 'it held neither key before';
    return { outcome: 'restored', detail: other };
  } catch (error) {
    if (!(error instanceof KeytrailError) || error.code === 'interrupted') throw error;
    return { outcome: 'failed', detail: scrubbed(reasonOf(error), []) };
  }
}
