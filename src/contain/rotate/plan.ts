import { KeytrailError } from '../../errors.js';
import type { ContainClients } from '../clients.js';
import { type RotateEntry, standingOf } from './journal.js';
import { type Owner, readOwner, refuseThirdKey } from './owner.js';
import type { Target } from './target.js';

/** What a rotation will do. Lists are in the order of the doing. */
export interface RotationPlan {
  owner: Owner;
  /** A key that an earlier run of this rotation made; null: one is made. */
  newKeyId: string | null;
  targets: { id: string; call: string; undo: string | null; heldKeyId: string | null; notes: string[] }[];
}

export interface PlanOptions {
  clients: Pick<ContainClients, 'iam' | 'sts'>;
  keyId: string;
  targets: readonly Target[];
  /** Of an earlier run of the same rotation; empty where there was none. */
  entries: readonly RotateEntry[];
  /** Whether the caller's own key may be rotated. */
  own: boolean;
}

/**
 * Reads what there is; changes nothing. Throws what `readOwner` and a target's `inspect` throw, and `guard_refused`
 * where there is no room for a new key, or a target holds a key of somebody else.
 */
export async function planRotation({ clients, keyId, targets, entries, own }: PlanOptions): Promise<RotationPlan> {
  if (targets.length === 0)
    throw new KeytrailError('usage', 'no target is named', {
      hint: 'Say with --to where the application reads its key.',
    });
  const standing = standingOf(entries);
  checkSame(standing.begun, keyId, targets);
  const owner = await readOwner(clients, keyId, own);
  if (standing.begun !== null && standing.begun.userName !== owner.userName)
    throw new KeytrailError('state_changed', `${keyId} was ${standing.begun.userName}’s and is ${owner.userName}’s`, {
      hint: 'Name another file after --journal.',
    });
  const newKeyId = owner.keys.some(({ id }) => id === standing.newKeyId) ? standing.newKeyId : null;
  // A key of which only the intent is known is looked for, and makes room, when the rotation goes on.
  if (newKeyId === null && standing.openIntent === null) await refuseThirdKey(clients, owner);
  const mine = new Set([...owner.keys.map(({ id }) => id), ...keysOf(entries)]);
  const inspected: RotationPlan['targets'] = [];
  for (const target of targets) {
    const { heldKeyId, notes } = await target.inspect();
    if (heldKeyId !== null && heldKeyId !== '' && !mine.has(heldKeyId))
      throw new KeytrailError(
        'guard_refused',
        `${target.id} holds ${shown(heldKeyId)}, which is no key of ${owner.userName}`,
        {
          hint: 'Check the target and the names in it: another application would lose its key.',
        },
      );
    inspected.push({ id: target.id, call: target.call, undo: target.undo, heldKeyId: heldKeyId || null, notes });
  }
  return { owner, newKeyId, targets: inspected };
}

/** What is taken for an id may be anything, even a secret. */
const shown = (heldKeyId: string): string => (/^A[A-Z0-9]{15,127}$/.test(heldKeyId) ? heldKeyId : 'something else');

/** Ids of keys that this journal's rotations made, even those that are gone. */
const keysOf = (entries: readonly RotateEntry[]): string[] =>
  entries.flatMap((entry) => (entry.event === 'created' ? [entry.accessKeyId] : []));

function checkSame(
  begun: Extract<RotateEntry, { event: 'begun' }> | null,
  keyId: string,
  targets: readonly Target[],
): void {
  if (begun === null) return;
  if (begun.keyId !== keyId)
    throw new KeytrailError('usage', `the journal is of the rotation of ${begun.keyId}, not of ${keyId}`, {
      hint: 'Name another file after --journal.',
    });
  const left = begun.targets.filter((id) => !targets.some((target) => target.id === id));
  if (left.length === 0) return;
  throw new KeytrailError('usage', `the rotation was begun with other targets too: ${left.join(' ')}`, {
    hint: 'Give these as well; or take it back with --undo first.',
  });
}
