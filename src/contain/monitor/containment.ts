import { KeytrailError } from '../../errors.js';
import { evidenceAction, type JournalRecord } from '../journal.js';

/** When a key was contained. Times are ISO 8601 UTC. */
export interface Containment {
  /** When the first step took hold: what the key signs is refused from then on. */
  deniedAt: string;
  /** When the last step did: sessions of roles may have lived until then. */
  containedAt: string;
  /** When the key itself was made inactive; null: not yet, or not known. */
  deactivatedAt: string | null;
  /** `given`: somebody said so. */
  from: 'journal' | 'given';
}

type Entry = Pick<JournalRecord, 'phase' | 'event' | 'action' | 'time'>;

/**
 * What a plan's journal says of its containment: each action counts from the first time that it was done and not
 * undone since, so that to apply the plan again hides nothing. Throws `plan_invalid` for what is no journal, and where
 * nothing that was done still holds.
 */
export function containmentOf(journal: string, keyId: string, name: string): Containment {
  const since = new Map<string, string>();
  // A last line that a crash cut short is of a call that was not made.
  const whole = journal.slice(0, journal.lastIndexOf('\n') + 1);
  for (const [index, line] of whole.split('\n').slice(0, -1).entries()) {
    const { phase, event, action, time } = entryOf(line, index + 1, name);
    if (event !== 'done' || action === evidenceAction) continue;
    if (phase === 'undo') since.delete(action);
    else if (!since.has(action)) since.set(action, time);
  }
  const times = [...since.values()].sort();
  const [deniedAt] = times;
  if (deniedAt === undefined)
    throw new KeytrailError('plan_invalid', `by the journal ${name}, nothing of the plan is in force`, {
      hint: 'Apply the plan first; if the key was contained in another way, say when with --since.',
    });
  const [, deactivatedAt = null] =
    [...since].find(([action]) => action.startsWith('deactivate-key') && action.includes(keyId)) ?? [];
  return { deniedAt, containedAt: times.at(-1)!, deactivatedAt, from: 'journal' };
}

function entryOf(line: string, number: number, name: string): Entry {
  const entry = parsed(line);
  const isEntry =
    typeof entry === 'object' &&
    entry !== null &&
    ['phase', 'event', 'action', 'time'].every(
      (member) => typeof (entry as Record<string, unknown>)[member] === 'string',
    ) &&
    !Number.isNaN(Date.parse((entry as Entry).time));
  if (isEntry) return entry as Entry;
  throw new KeytrailError('plan_invalid', `line ${number} of ${name} is no entry of a journal`, {
    hint: 'Restore the journal from a backup, or say with --since when the key was contained.',
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
