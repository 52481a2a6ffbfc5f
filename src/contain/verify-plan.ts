import { observeCaller } from './identify.js';
import { evidenceAction } from './journal.js';
import { livesOn } from './lives-on.js';
import { checkActions } from './plan.js';
import { standingOf } from './progress.js';
import type { ActionResult, ContainState, Run } from './run.js';
import { stagesOf } from './step.js';
import { goalOf, readOf, readOnce } from './verify.js';

/** What the logs tell of the time since containment. */
export interface LogsWord {
  /** Calls of the credential, and of what derives from it, that succeeded since. */
  successes: number;
  /** Calls that were refused since. */
  refused: number;
  /** The last event in the store, whoever made it; null where there is none. ISO 8601. */
  reachTo: string | null;
}

/** How long CloudTrail may take to deliver an event, and a store to take it in. */
export const deliveryMinutes = 30;

export type VerifyOutcome = 'holds' | 'lifted' | 'not-applied' | 'unread';

export interface VerifyResult {
  state: ContainState;
  /** Why it is not `contained`, and what the logs say: a sentence each. */
  reasons: string[];
  /** When the last action was done; null where none was. */
  since: string | null;
  actions: ActionResult<VerifyOutcome>[];
}

/**
 * Reads every fact of the plan back and changes nothing; with the logs' word, also whether the credential was of use
 * since. Throws `plan_invalid`, `no_credentials`.
 */
export async function verifyPlan(
  { plan, clients, journal, options = {} }: Pick<Run, 'plan' | 'clients' | 'journal' | 'options'>,
  logs: LogsWord | null,
): Promise<VerifyResult> {
  checkActions(plan);
  await observeCaller(clients);
  const standing = standingOf(journal.entries);
  const now = (options.now ?? (() => new Date()))();
  const actions: ActionResult<VerifyOutcome>[] = [];
  for (const action of plan.actions) {
    const { id, title } = action;
    const goal = standing.get(id)?.goal ?? goalOf(action, now);
    const check = await readOnce(goal, () => readOf(clients, action));
    const done = standing.get(id)?.phase === 'apply' && standing.get(id)?.event === 'done';
    const outcome = check.ok ? 'holds' : check.unread ? 'unread' : done ? 'lifted' : 'not-applied';
    actions.push({ id, title, outcome, detail: check.detail });
  }
  const since = doneAt(journal.entries);
  return { ...judged(plan, actions, since, logs), since, actions };
}

/** When containment was done: the last time that an action was first confirmed. */
export function doneAt(entries: Run['journal']['entries']): string | null {
  const first = new Map<string, string>();
  for (const { phase, event, action, time } of entries) {
    if (action !== evidenceAction && phase === 'apply' && event === 'done' && !first.has(action))
      first.set(action, time);
  }
  return [...first.values()].sort().at(-1) ?? null;
}

function judged(
  plan: Run['plan'],
  actions: readonly ActionResult<VerifyOutcome>[],
  since: string | null,
  logs: LogsWord | null,
): Pick<VerifyResult, 'state' | 'reasons'> {
  const count = (outcome: VerifyOutcome) => actions.filter((action) => action.outcome === outcome).length;
  const [firstStage] = stagesOf[plan.lane];
  const missing = actions.filter(({ outcome }) => outcome === 'not-applied');
  const onlyLater = missing.every(({ id }) => plan.actions.find((action) => action.id === id)?.stage !== firstStage);
  const reasons: string[] = [];
  const states: ContainState[] = [];
  const say = (state: ContainState | null, reason: string) => {
    if (state !== null) states.push(state);
    reasons.push(reason);
  };
  if (count('lifted') > 0) say('not-contained', 'What was set has been lifted by someone: apply the plan again.');
  if (logs !== null && logs.successes > 0)
    say('not-contained', `The logs have ${logs.successes} calls that succeeded since ${since ?? 'then'}.`);
  if (missing.length > 0 && onlyLater && plan.lane === 'graceful') say('canary', 'Stages are left.');
  else if (missing.length > 0) say('partial', 'Not every action of the plan has been carried out.');
  if (plan.leftOut.length > 0) say('partial', 'Targets were left out of the plan.');
  for (const reason of livesOn(plan)) say('partial', reason);
  if (count('unread') > 0) say('unverifiable', 'Not everything could be read.');
  if (logs === null) say(null, 'The logs were not asked: name a store (--store).');
  else if (!reaches(logs.reachTo, since))
    say(
      'unverifiable',
      `The logs reach to ${logs.reachTo ?? 'nowhere'}: ask again when they reach ${deliveryMinutes} minutes past ${since ?? 'containment'}.`,
    );
  else if (logs.successes === 0)
    say(
      null,
      `The logs, which reach to ${logs.reachTo}, have no call that succeeded since ${since}, and ${logs.refused} that were refused.`,
    );
  const order: ContainState[] = ['not-contained', 'partial', 'unverifiable', 'canary'];
  return { state: order.find((state) => states.includes(state)) ?? 'contained', reasons };
}

function reaches(reachTo: string | null, since: string | null): boolean {
  if (reachTo === null || since === null) return false;
  return Date.parse(reachTo) >= Date.parse(since) + deliveryMinutes * 60_000;
}
