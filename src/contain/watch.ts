import { KeytrailError, reasonOf } from '../errors.js';
import type { Facts } from './fact.js';
import { standingOf } from './progress.js';
import type { Run } from './run.js';
import { setFact } from './set.js';
import type { PlannedAction } from './step.js';
import { holds, readOf, stopIfAborted, wait } from './verify.js';

export interface Watched {
  rounds: number;
  /** How often something was found lifted, and set again. */
  lifts: number;
}

/**
 * Reads every fact of the plan again and again, and sets again what someone lifted. Public research has an intruder undo
 * a deny within the four seconds that IAM needs to spread it: who polls quicker than this wins, which is why an action
 * counts as holding only if nobody lifted it in the last half of the rounds. Returns those that do not, and those that
 * could not be read in the last round, and why. Throws `no_credentials` and `interrupted`.
 */
export async function watchFacts(
  run: Run,
  actions: readonly PlannedAction[],
  caller: string,
): Promise<{ watched: Watched; lifted: ReadonlyMap<string, string>; unread: ReadonlyMap<string, string> }> {
  const { rounds = 0, interval = 0 } = run.options?.watch ?? {};
  const standing = standingOf(run.journal.entries);
  const held = actions.filter(({ id }) => {
    const record = standing.get(id);
    return record?.phase === 'apply' && record.event === 'done';
  });
  const lifts = new Map<string, { count: number; last: number; detail: string }>();
  const unread = new Map<string, string>();
  for (let round = 1; round <= rounds; round++) {
    stopIfAborted(run.options?.signal);
    if (round > 1) await wait(interval, run.options?.signal);
    for (const action of held) {
      const found = await look(run, action);
      if (typeof found === 'string') {
        unread.set(action.id, `could not be read when it was last looked at: ${found}`);
        continue;
      }
      unread.delete(action.id);
      const detail = await reassert(run, action, found, caller);
      if (detail === null) continue;
      const count = (lifts.get(action.id)?.count ?? 0) + 1;
      lifts.set(action.id, { count, last: round, detail });
      run.onProgress?.({ id: action.id, title: action.title, outcome: 'lifted', detail });
    }
  }
  const quietFrom = rounds - Math.ceil(rounds / 2);
  const lifted = [...lifts].flatMap(([id, { count, last, detail }]) =>
    last > quietFrom ? [[id, `lifted ${count} times, the last in round ${last} of ${rounds}: ${detail}`] as const] : [],
  );
  const total = [...lifts.values()].reduce((sum, { count }) => sum + count, 0);
  return { watched: { rounds, lifts: total }, lifted: new Map(lifted), unread };
}

/** The fact as it is; a text where it can't be read. What can't be read need not be lifted. */
async function look({ clients }: Run, action: PlannedAction): Promise<Facts | string> {
  try {
    return await readOf(clients, action);
  } catch (error) {
    return failureOf(error);
  }
}

/** What AWS refused, in words; anything else ends the watch, and the journal has what was done. */
function failureOf(error: unknown): string {
  if (error instanceof KeytrailError && error.code === 'aws_failed') return reasonOf(error);
  throw error;
}

/** Null where the fact holds; otherwise what came of setting it again. */
async function reassert(
  { clients, journal, options = {} }: Run,
  action: PlannedAction,
  before: Facts,
  caller: string,
): Promise<string | null> {
  const record = standingOf(journal.entries).get(action.id);
  if (record === undefined) return null;
  const { prior, goal } = record;
  const note = (event: 'intent' | 'done' | 'failed', detail: string) => {
    const time = (options.now?.() ?? new Date()).toISOString();
    return journal.append({ phase: 'apply', event, action: action.id, prior, goal, detail, caller, time });
  };
  if (holds(goal, before)) return null;
  try {
    await note('intent', 'lifted by someone');
    await setFact(clients, action.fact, before, goal);
    await note('done', 'lifted by someone, and set again');
    return 'set again';
  } catch (error) {
    return `and could not be set again: ${failureOf(error)}`;
  }
}
