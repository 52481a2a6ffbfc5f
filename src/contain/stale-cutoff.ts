import type { JournalEntry } from './journal.js';
import { standingOf } from './progress.js';
import { cutoff, type PlannedAction } from './step.js';

/** What IAM may need to spread a change, in milliseconds: half of what a cutoff lies ahead. */
const spreading = 15_000;

/**
 * Actions whose cutoff is older than what was done last: until then sessions could begin that are younger than the
 * cutoff. So it is after a stop, a failure that was mended later, and whenever something lifted was set again; also
 * where the session of one role assumes another whose turn came late.
 */
export function staleCutoffs(actions: readonly PlannedAction[], entries: readonly JournalEntry[]): PlannedAction[] {
  const standing = standingOf(entries);
  const ids = new Set(actions.map(({ id }) => id));
  const done = entries.filter(({ phase, event, action }) => phase === 'apply' && event === 'done' && ids.has(action));
  return actions.filter((action) => {
    const record = standing.get(action.id);
    const issuedBefore = record?.phase === 'apply' && record.event === 'done' ? cutoffIn(action, record.goal) : null;
    if (issuedBefore === null) return false;
    return done.some((entry) => entry.action !== action.id && issuedBefore < Date.parse(entry.time) + spreading);
  });
}

/** The time that stands in the goal for the plan's `cutoff`; null for an action without one. */
function cutoffIn({ fact, to }: PlannedAction, goal: JournalEntry['goal']): number | null {
  const at = to?.indexOf(cutoff) ?? -1;
  const value = goal[fact];
  if (to === null || at < 0 || value == null) return null;
  const time = Date.parse(value.slice(at, value.length - (to.length - at - cutoff.length)));
  return Number.isNaN(time) ? null : time;
}
