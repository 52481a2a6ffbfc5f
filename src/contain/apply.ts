import { KeytrailError } from '../errors.js';
import { observe } from './account/observe.js';
import { permissionOf } from './calls.js';
import { type Difference, differences, type Facts, inWords } from './fact.js';
import { callsFor } from './facts/index.js';
import { refusals, refuse } from './guards.js';
import { observeCaller } from './identify.js';
import type { JournalRecord } from './journal.js';
import { livesOn } from './lives-on.js';
import { checkActions, driftOf, knownInstances, type Plan, refuseDrift } from './plan.js';
import { type ActionRecord, standingOf } from './progress.js';
import type { ActionResult, ContainState, Run } from './run.js';
import { setFact } from './set.js';
import { staleCutoffs } from './stale-cutoff.js';
import { type PlannedAction, type Stage, stagesOf } from './step.js';
import { defaultDelays, goalOf, holds, readBack, readOf, stopIfAborted } from './verify.js';
import { type Watched, watchFacts } from './watch.js';

/**
 * - `applied`: done by this run, and read back. - `already`: held before, nothing was called.
 * - `unverifiable`: the call succeeded, the account does not show it. - `failed`: the call did not succeed.
 * - `lifted`: someone takes it back as often as it is set.
 */
export type ApplyOutcome = 'applied' | 'already' | 'unverifiable' | 'failed' | 'lifted';

export interface ApplyResult {
  state: ContainState;
  /** Why it is not `contained`: a sentence each. */
  reasons: string[];
  /** Whether this run changed anything in the account. */
  changed: boolean;
  /** Whether a service control policy holds, which nobody inside the account can lift. */
  locked: boolean;
  watched: Watched;
  actions: ActionResult<ApplyOutcome>[];
}

/**
 * Carries a plan out: guards, then the state, then action by action: journal, call, read back, journal. One that fails
 * does not keep the others from running. Then it moves cutoffs on that what was done has outrun, watches, and sets again
 * what is lifted. Run again it resumes, re-asserts, or changes nothing. Throws `guard_refused`, `plan_expired`, `state_changed`, `plan_invalid`,
 * `no_credentials`, `interrupted`, and `aws_failed` where not one action could be carried out.
 */
export async function applyPlan(run: Run): Promise<ApplyResult> {
  const { plan, clients, journal, options = {} } = run;
  checkActions(plan);
  if (plan.identity.draft !== null) refuse(plan.refusals);
  const stages = stagesThrough(plan, options.stage);
  const caller = await observeCaller(clients);
  const identity = { ...plan.identity, caller, accountId: caller.accountId };
  const state = await observe(clients, {
    identity,
    targets: [...plan.targets, ...plan.leftOut.map(({ target }) => target)],
    regions: plan.regions,
    knownInstances: knownInstances(plan),
  });
  const { protectedPrincipals = [], now = () => new Date() } = options;
  const objections = refusals({
    state,
    identity,
    targets: plan.targets,
    derivedArns: plan.derived.flatMap(({ issuedArn }) => issuedArn ?? []),
    plan: {
      accountId: plan.identity.accountId,
      expiresAt: plan.expiresAt,
      ...(plan.state.identityCenter === null && plan.actions.some(({ step }) => step === 'lock')
        ? { lockedBut: plan.state.caller.arn }
        : {}),
    },
    protectedPrincipals,
    now: now(),
  });
  const planned = plan.refusals.filter(({ guard }) => !objections.some((objection) => objection.guard === guard));
  refuse([...objections, ...planned]);
  const standing = standingOf(journal.entries);
  const drift = driftOf(plan, state, explainedBy(plan, standing));
  // Once it is begun, whoever changes something every second must not keep it from being set again.
  const begun = plan.actions.some(({ id }) => standing.has(id));
  refuseDrift(begun || options.acceptChanges ? drift.filter(({ fact }) => /^(user|role) /.test(fact)) : drift);
  const chosen = plan.actions.filter(({ stage }) => stages.includes(stage));
  const actions: ActionResult<ApplyOutcome>[] = [];
  const errors: unknown[] = [];
  const failed = new Set<string>();
  const moveCutoffs = async () => {
    for (const action of staleCutoffs(chosen, journal.entries)) {
      stopIfAborted(options.signal);
      const result = await applyAction(run, action, caller.arn, () => undefined, goalOf(action, now()));
      run.onProgress?.(result);
      actions[chosen.indexOf(action)] = result;
    }
  };
  for (const action of chosen) {
    stopIfAborted(options.signal);
    run.onProgress?.({ id: action.id, title: action.title, outcome: 'started', detail: '' });
    const lacking = plan.actions.find(({ id }) => id === action.needs && failed.has(id));
    const result =
      lacking === undefined
        ? await applyAction(run, action, caller.arn, (error) => errors.push(error))
        : {
            id: action.id,
            title: action.title,
            outcome: 'failed' as const,
            detail: `not tried, for it needs: ${lacking.title}`,
          };
    if (result.outcome === 'failed') failed.add(action.id);
    run.onProgress?.(result);
    actions.push(result);
  }
  if (actions.length > 0 && actions.every(({ outcome }) => outcome === 'failed')) throw errors[0];
  await moveCutoffs();
  const { watched, lifted, unread } = await watchFacts(run, chosen, caller.arn);
  if (watched.lifts > 0) await moveCutoffs();
  const judged = actions.map((action): ActionResult<ApplyOutcome> => {
    const [lift, blind] = [lifted.get(action.id), unread.get(action.id)];
    if (lift !== undefined) return { ...action, outcome: 'lifted', detail: lift };
    return blind === undefined ? action : { ...action, outcome: 'unverifiable', detail: blind };
  });
  return resultOf(plan, judged, watched, stages, drift);
}

async function applyAction(
  { clients, journal, options = {} }: Run,
  action: PlannedAction,
  caller: string,
  onError: (error: unknown) => void,
  movedTo: Facts | null = null,
): Promise<ActionResult<ApplyOutcome>> {
  const record = standingOf(journal.entries).get(action.id);
  const result = (outcome: ApplyOutcome, detail: string) => ({ id: action.id, title: action.title, outcome, detail });
  const now = options.now ?? (() => new Date());
  const goal = movedTo ?? record?.goal ?? goalOf(action, now());
  let prior: Facts | null = record?.prior ?? null;
  const note = async (event: JournalRecord['event'], detail: string) => {
    if (prior === null) return;
    const time = now().toISOString();
    await journal.append({ phase: 'apply', event, action: action.id, prior, goal, detail, caller, time });
  };
  try {
    const before = await readOf(clients, action);
    prior = record?.prior ?? before;
    if (holds(goal, before)) {
      if (record?.phase === 'apply' && record.event === 'done') return result('already', 'done under this plan');
      await note('done', 'found in place');
      return result('already', record === undefined ? 'in place before this plan' : 'called before the interruption');
    }
    await note(
      'intent',
      callsFor(action.fact, before[action.fact] ?? null, goal[action.fact] ?? null)
        .map(permissionOf)
        .join(', '),
    );
    await setFact(clients, action.fact, before, goal, options);
    const delays = options.delays ?? defaultDelays;
    const check = await readBack(goal, () => readOf(clients, action), delays, options.signal);
    await note(check.ok ? 'done' : 'failed', check.ok ? 'read back' : `not confirmed: ${check.detail}`);
    if (!check.ok) return result('unverifiable', check.detail);
    if (movedTo !== null) return result('applied', 'with a later cutoff');
    return result('applied', record === undefined ? '' : 'again');
  } catch (error) {
    if (!isOfOneAction(error)) throw error;
    onError(error);
    await note('failed', error.message);
    return result('failed', error.hint === undefined ? error.message : `${error.message}. ${error.hint}`);
  }
}

/** AWS refused it, or the account holds in its place what no call brings to the plan: the other actions go on. */
export function isOfOneAction(error: unknown): error is KeytrailError {
  return error instanceof KeytrailError && (error.code === 'aws_failed' || error.code === 'plan_invalid');
}

/** A fact that an action of this plan has touched may have any value that the action gives or found. */
function explainedBy(plan: Plan, standing: ReadonlyMap<string, ActionRecord>) {
  return (fact: string, value: string | null): boolean =>
    plan.actions.some((action) => {
      const record = standing.get(action.id);
      if (record === undefined || action.fact !== fact) return false;
      const known = [
        action.to,
        action.from,
        record.prior[fact] ?? null,
        ...record.goals.map((goal) => goal[fact] ?? null),
      ];
      return known.some((candidate) => differences({ [fact]: candidate }, { [fact]: value }).length === 0);
    });
}

/** The stages up to the one that was asked for; `bad_parameter` for one of another lane. */
function stagesThrough({ lane }: Plan, stage: Stage | undefined): readonly Stage[] {
  const stages = stagesOf[lane];
  const last = stage === undefined ? 0 : stages.indexOf(stage);
  if (last >= 0) return stages.slice(0, last + 1);
  throw new KeytrailError('bad_parameter', `a plan of the ${lane} lane has no stage ${stage}`, {
    hint: `Name one of ${stages.join(', ')}.`,
  });
}

function resultOf(
  plan: Plan,
  actions: ActionResult<ApplyOutcome>[],
  watched: Watched,
  stages: readonly Stage[],
  drift: readonly Difference[],
): ApplyResult {
  const outcomes = new Set(actions.map(({ outcome }) => outcome));
  const locked =
    plan.actions.some(({ step }) => step === 'lock') &&
    plan.actions.every(
      ({ id, step }) =>
        step !== 'lock' || actions.some((action) => action.id === id && /^(applied|already)$/.test(action.outcome)),
    );
  const left = stagesOf[plan.lane].filter((stage) => !stages.includes(stage));
  const reasons = [
    ...(outcomes.has('lifted') ? ['Someone takes back what is set, as often as it is set again.'] : []),
    ...(outcomes.has('failed') ? ['Not every action could be carried out.'] : []),
    ...plan.leftOut.map(({ target, refusal }) => `${target.kind} ${target.name} was left out: ${refusal.reason}.`),
    ...livesOn(plan),
    ...(drift.length > 0
      ? [`The account changed since the plan, which knows nothing of it: ${drift.map(inWords).join('; ')}.`]
      : []),
    ...(outcomes.has('unverifiable') ? ['The account does not show all that was done.'] : []),
    ...(watched.rounds === 0 ? ['Nobody watched whether it was lifted: run apply or verify again with --watch.'] : []),
    ...(left.length > 0 ? [`Stages are left: ${left.join(', ')}.`] : []),
  ];
  return {
    state: stateOf(
      outcomes,
      plan.leftOut.length + livesOn(plan).length + drift.length > 0,
      watched.rounds > 0,
      left.length > 0,
    ),
    reasons,
    changed: actions.some(({ outcome }) => outcome !== 'already') || watched.lifts > 0,
    locked,
    watched,
    actions,
  };
}

function stateOf(
  outcomes: ReadonlySet<ApplyOutcome>,
  incomplete: boolean,
  watched: boolean,
  left: boolean,
): ContainState {
  if (outcomes.has('lifted')) return 'not-contained';
  if (outcomes.has('failed') || incomplete) return 'partial';
  if (outcomes.has('unverifiable') || !watched) return 'unverifiable';
  return left ? 'canary' : 'contained';
}
