import type { JournalEntry } from '../journal.js';
import type { Plan } from '../plan.js';

/**
 * - `holds`: done, and by the journal still so. - `lifted`: found lifted, and not set again since. - `undone`.
 * - `failed`: the last attempt failed or was not confirmed. - `begun`: the journal ends before its outcome.
 * - `not-applied`: the journal has nothing of it.
 */
export type ActionStanding = 'holds' | 'lifted' | 'undone' | 'failed' | 'begun' | 'not-applied';

/** What a journal tells of one action. Times are ISO 8601 UTC. */
export interface ActionHistory {
  id: string;
  title: string;
  standing: ActionStanding;
  /** When it was first done, whatever came of it later. */
  firstDone: string | null;
  /** Whether it was so before anything was called. */
  foundInPlace: boolean;
  /** How often it was found lifted by somebody. */
  lifts: number;
  /** Why it failed, in the words of the last attempt; otherwise empty. */
  detail: string;
}

/** Something that the journal records. */
export interface HistoryMoment {
  time: string;
  event: 'done' | 'lifted' | 'set-again' | 'undone' | 'failed';
  /** `PlannedAction.id`. */
  action: string;
  title: string;
  detail: string;
  /** ARN of who ran the command. */
  by: string;
}

/** The journal of a plan, action by action and in the order of time. */
export function historyOf(
  plan: Pick<Plan, 'actions'>,
  entries: readonly JournalEntry[],
): { actions: ActionHistory[]; moments: HistoryMoment[] } {
  const actions = new Map<string, ActionHistory>();
  for (const { id, title } of plan.actions)
    actions.set(id, {
      id,
      title,
      standing: 'not-applied',
      firstDone: null,
      foundInPlace: false,
      lifts: 0,
      detail: '',
    });
  const moments = entries.flatMap((entry) => {
    const action = actions.get(entry.action);
    const event = action === undefined ? null : told(action, entry);
    if (action === undefined || event === null) return [];
    return [
      { time: entry.time, event, action: action.id, title: action.title, detail: entry.detail, by: entry.caller },
    ];
  });
  return { actions: [...actions.values()], moments };
}

/** Takes an entry into the history of its action; null where it is no moment of its own. */
function told(action: ActionHistory, { phase, event, detail, time }: JournalEntry): HistoryMoment['event'] | null {
  const was = action.standing;
  action.detail = event === 'failed' ? detail : '';
  if (event === 'failed') {
    // An undo that failed leaves what was done.
    if (phase === 'apply') action.standing = 'failed';
    return 'failed';
  }
  if (phase === 'undo') {
    if (event !== 'done') return null;
    action.standing = 'undone';
    return 'undone';
  }
  if (event === 'intent') {
    // Nobody calls again for what holds.
    if (was !== 'holds') {
      if (was !== 'lifted') action.standing = 'begun';
      return null;
    }
    action.standing = 'lifted';
    action.lifts += 1;
    return 'lifted';
  }
  action.standing = 'holds';
  if (action.firstDone === null) {
    action.firstDone = time;
    action.foundInPlace = was === 'not-applied';
    return 'done';
  }
  return was === 'lifted' ? 'set-again' : 'done';
}
