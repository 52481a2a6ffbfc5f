import { KeytrailError } from '../errors.js';
import type { ContainClients } from './aws.js';
import { refusals, refuse } from './guards.js';
import type { Journal } from './journal.js';
import { observe } from './observe.js';
import { checkActions, checkState, type Plan, stepOf } from './plan.js';
import { type ActionRecord, standingOf } from './progress.js';
import type { Facts } from './state.js';
import type { PlannedAction } from './step.js';
import { defaultDelays, goalOf, holds, readBack, stopIfAborted } from './verify.js';

/** How to run a plan. */
export interface RunOptions {
  /** The configuration's list: the one of now, not of when the plan was made. */
  protectedPrincipals?: readonly string[];
  /** Milliseconds before each further read-back; `defaultDelays` unless given. */
  delays?: readonly number[];
  /** The clock. */
  now?: () => Date;
  signal?: AbortSignal;
}

export interface Run {
  plan: Plan;
  clients: ContainClients;
  journal: Journal;
  options?: RunOptions;
  /** Called before an action (`started`; where one is undone, `undoing`) and with its outcome. */
  onProgress?: (progress: ActionProgress) => void;
}

/**
 * - `applied`: done by this run, and read back. - `already`: held before, nothing was called.
 * - `unverifiable`: the call succeeded, the account does not show it. - `failed`: the call did not succeed.
 */
export type ApplyOutcome = 'applied' | 'already' | 'unverifiable' | 'failed';

export interface ActionResult<Outcome extends string> {
  id: string;
  title: string;
  outcome: Outcome;
  /** A clause; empty where there is nothing to add. */
  detail: string;
}

export interface ActionProgress {
  id: string;
  title: string;
  outcome: string;
  detail: string;
}

export interface ApplyResult {
  /** `contained`: every action holds, by read-back. `partial`: an action failed. */
  state: 'contained' | 'partial' | 'unverifiable';
  /** Whether this run changed anything in the account. */
  changed: boolean;
  actions: ActionResult<ApplyOutcome>[];
}

/**
 * Carries a plan out: guards, then the state, then action by action: journal, call, read back, journal. One that fails
 * does not keep the others from running. Run again it resumes, re-asserts what was undone behind its back, or
 * changes nothing. Throws `guard_refused`, `plan_expired`, `state_changed`, `plan_invalid`, `no_credentials`,
 * `interrupted`, and `aws_failed` where not one action could be carried out.
 */
export async function applyPlan(run: Run): Promise<ApplyResult> {
  const { plan, clients, journal, options = {} } = run;
  checkActions(plan);
  const state = await observe(clients, plan.keyId);
  const { protectedPrincipals = [], now = () => new Date() } = options;
  const objections = refusals({ state, plan, protectedPrincipals, now: now() });
  const planned = plan.refusals.filter(({ guard }) => !objections.some((objection) => objection.guard === guard));
  refuse([...objections, ...planned]);
  checkState(plan, state, explainedBy(plan, standingOf(journal.entries)));
  const actions: ActionResult<ApplyOutcome>[] = [];
  const errors: unknown[] = [];
  for (const action of plan.actions) {
    stopIfAborted(options.signal);
    run.onProgress?.({ id: action.id, title: action.title, outcome: 'started', detail: '' });
    const result = await applyAction(run, action, state.caller.arn, (error) => errors.push(error));
    run.onProgress?.(result);
    actions.push(result);
  }
  if (actions.length > 0 && actions.every(({ outcome }) => outcome === 'failed')) throw errors[0];
  return { state: overall(actions), changed: actions.some(({ outcome }) => outcome !== 'already'), actions };
}

async function applyAction(
  { clients, journal, options = {} }: Run,
  action: PlannedAction,
  caller: string,
  onError: (error: unknown) => void,
): Promise<ActionResult<ApplyOutcome>> {
  const step = stepOf(action);
  const record = standingOf(journal.entries).get(action.id);
  const result = (outcome: ApplyOutcome, detail: string) => ({ id: action.id, title: action.title, outcome, detail });
  const now = options.now ?? (() => new Date());
  let prior: Facts | null = record?.prior ?? null;
  const note = async (event: 'intent' | 'done' | 'failed', detail: string) => {
    if (prior === null) return;
    await journal.append({
      phase: 'apply',
      event,
      action: action.id,
      prior,
      detail,
      caller,
      time: now().toISOString(),
    });
  };
  try {
    const before = await step.read(clients, action);
    prior = record?.prior ?? before;
    if (holds(goalOf(action), before)) {
      if (record?.phase === 'apply' && record.event === 'done') return result('already', 'done under this plan');
      await note('done', 'found in place');
      return result('already', record === undefined ? 'in place before this plan' : 'called before the interruption');
    }
    await note('intent', `${action.call.service}:${action.call.call}`);
    await step.apply(clients, action);
    const check = await readBack(
      goalOf(action),
      () => step.read(clients, action),
      options.delays ?? defaultDelays,
      options.signal,
    );
    await note(check.ok ? 'done' : 'failed', check.ok ? 'read back' : `not confirmed: ${check.detail}`);
    if (!check.ok) return result('unverifiable', check.detail);
    return result('applied', record === undefined ? '' : 'again');
  } catch (error) {
    if (!(error instanceof KeytrailError) || error.code !== 'aws_failed') throw error;
    onError(error);
    await note('failed', error.message);
    return result('failed', error.hint === undefined ? error.message : `${error.message}. ${error.hint}`);
  }
}

/** A fact that an action of this plan has touched may have any value that the action gives or found. */
function explainedBy(plan: Plan, standing: ReadonlyMap<string, ActionRecord>) {
  return (fact: string, value: string | null): boolean =>
    plan.actions.some((action) => {
      const record = standing.get(action.id);
      const change = action.changes.find((candidate) => candidate.fact === fact);
      if (record === undefined || change === undefined) return false;
      return value === change.to || value === change.from || value === (record.prior[fact] ?? null);
    });
}

function overall(actions: readonly ActionResult<ApplyOutcome>[]): ApplyResult['state'] {
  if (actions.some(({ outcome }) => outcome === 'failed')) return 'partial';
  return actions.some(({ outcome }) => outcome === 'unverifiable') ? 'unverifiable' : 'contained';
}
