import type { JournalEntry } from './journal.js';
import type { Facts } from './state.js';

/** Where one action stands, by the journal. */
export interface ActionRecord {
  phase: 'apply' | 'undo';
  event: JournalEntry['event'];
  /** What the facts were before this plan touched them. */
  prior: Facts;
}

/** The standing of every action that the journal mentions. An action that was undone wholly has none: it may be applied anew. */
export function standingOf(entries: readonly JournalEntry[]): ReadonlyMap<string, ActionRecord> {
  const standing = new Map<string, ActionRecord>();
  for (const { action, phase, event, prior } of entries) {
    if (phase === 'undo' && event === 'done') {
      standing.delete(action);
      continue;
    }
    standing.set(action, { phase, event, prior: standing.get(action)?.prior ?? prior });
  }
  return standing;
}
