import type { Facts } from './fact.js';
import type { JournalEntry } from './journal.js';

/** Where one action stands, by the journal. */
export interface ActionRecord {
  phase: 'apply' | 'undo';
  event: JournalEntry['event'];
  /** What the fact was before this plan touched it. */
  prior: Facts;
  /** What this plan sets it to; a cutoff is moved on, so that it is the last. */
  goal: Facts;
  /** All that it was set to, or may have been by a run that died. */
  goals: readonly Facts[];
}

/** The standing of every action that the journal mentions. An action that was undone wholly has none: it may be applied anew. */
export function standingOf(entries: readonly JournalEntry[]): ReadonlyMap<string, ActionRecord> {
  const standing = new Map<string, ActionRecord>();
  for (const { action, phase, event, prior, goal } of entries) {
    if (phase === 'undo' && event === 'done') {
      standing.delete(action);
      continue;
    }
    const known = standing.get(action);
    const goals = [...(known?.goals ?? []), goal];
    standing.set(action, { phase, event, prior: known?.prior ?? prior, goal, goals });
  }
  return standing;
}
