import { KeytrailError } from '../errors.js';
import { readRoleIdentity } from './account/role.js';
import { readUser } from './account/user.js';
import { isOfOneAction } from './apply.js';
import type { ContainClients } from './aws.js';
import { differences, inWords } from './fact.js';
import { isHalfDone } from './facts/index.js';
import { type Caller, observeCaller } from './identify.js';
import type { Journal } from './journal.js';
import { checkActions, type Plan } from './plan.js';
import { type ActionRecord, standingOf } from './progress.js';
import type { ActionResult, Run, RunOptions } from './run.js';
import { setFact } from './set.js';
import type { PlannedAction } from './step.js';
import { defaultDelays, holds, readBack, readOf, stopIfAborted } from './verify.js';

export interface UndoOptions extends Omit<RunOptions, 'protectedPrincipals' | 'stage' | 'watch'> {
  /** Ids of access keys to set Active again. No key is, unless it is named here. */
  reactivate?: readonly string[];
}

export interface UndoRun extends Omit<Run, 'options'> {
  options?: UndoOptions;
}

/**
 * - `undone`: restored by this run, and read back. - `already`: as it was before the plan; nothing was called.
 * - `kept`: left as the plan set it, because it can't be undone or was not asked for by name.
 * - `unverifiable`: called, the account does not show it. - `failed`: not restored, `detail` says why.
 */
export type UndoOutcome = 'undone' | 'already' | 'kept' | 'unverifiable' | 'failed';

export interface UndoResult {
  /** `undone`: every action is restored, or kept as asked. `partial`: an action failed or is not confirmed. */
  state: 'undone' | 'partial';
  changed: boolean;
  /** Last action first. */
  actions: ActionResult<UndoOutcome>[];
}

/**
 * Restores what each journaled action of the plan found, last first. An expired plan can be undone. What someone else
 * has changed since is left alone and reported. Throws `guard_refused` for another account, `state_changed` where the
 * owner is gone or another, `bad_parameter` for a key to reactivate that the plan does not deactivate, `plan_invalid`
 * (an empty journal, too), `no_credentials`, `aws_failed` and `interrupted`.
 */
export async function undoPlan(run: UndoRun): Promise<UndoResult> {
  const { plan, clients, journal, options = {} } = run;
  checkActions(plan);
  checkNames(plan, options.reactivate ?? []);
  checkJournal(journal);
  const caller = await checkIdentity(plan, clients);
  const standing = standingOf(journal.entries);
  const actions: ActionResult<UndoOutcome>[] = [];
  for (const action of [...plan.actions].reverse()) {
    stopIfAborted(options.signal);
    const record = standing.get(action.id);
    const result =
      record === undefined
        ? { id: action.id, title: action.title, outcome: 'already' as const, detail: 'not applied, or undone before' }
        : await undoAction(run, action, record, caller.arn);
    run.onProgress?.(result);
    actions.push(result);
  }
  const complete = actions.every(({ outcome }) => outcome !== 'failed' && outcome !== 'unverifiable');
  return {
    state: complete ? 'undone' : 'partial',
    changed: actions.some(({ outcome }) => outcome === 'undone' || outcome === 'unverifiable'),
    actions,
  };
}

async function undoAction(
  { clients, journal, onProgress, options = {} }: UndoRun,
  action: PlannedAction,
  { prior, goal, goals }: ActionRecord,
  caller: string,
): Promise<ActionResult<UndoOutcome>> {
  const result = (outcome: UndoOutcome, detail: string) => ({ id: action.id, title: action.title, outcome, detail });
  const now = options.now ?? (() => new Date());
  const note = (event: 'intent' | 'done' | 'failed', detail: string) =>
    journal.append({ phase: 'undo', event, action: action.id, prior, goal, detail, caller, time: now().toISOString() });
  const read = () => readOf(clients, action);
  try {
    const current = await read();
    if (holds(prior, current)) {
      await note('done', 'found as before the plan');
      return result('already', holds(prior, goal) ? 'was so before the plan, and stays' : '');
    }
    const name = action.undo.onlyIfNamed;
    if (!action.undo.reversible) return result('kept', action.undo.how);
    if (name !== null && !options.reactivate?.includes(name)) return result('kept', keptText(name));
    if (!goals.some((set) => holds(set, current)) && !isHalfDone(action.fact, current[action.fact] ?? null)) {
      const changed = differences(goal, current).map(inWords).join('; ');
      return result('failed', `left alone, for someone else changed it since: ${changed}`);
    }
    onProgress?.({ ...result('undone', ''), outcome: 'undoing' });
    await note('intent', action.undo.how);
    await setFact(clients, action.fact, current, prior);
    const check = await readBack(prior, read, options.delays ?? defaultDelays, options.signal);
    await note(check.ok ? 'done' : 'failed', check.ok ? 'read back' : `not confirmed: ${check.detail}`);
    return check.ok ? result('undone', '') : result('unverifiable', check.detail);
  } catch (error) {
    if (!isOfOneAction(error)) throw error;
    await note('failed', error.message);
    return result('failed', error.hint === undefined ? error.message : `${error.message}. ${error.hint}`);
  }
}

/** Why a key is not set Active with the rest, and how it is. */
export const keptText = (name: string): string =>
  `${name} stays Inactive: name it with --reactivate ${name} to set it Active`;

function checkNames(plan: Plan, reactivate: readonly string[]): void {
  const known = plan.actions.flatMap(({ undo }) => (undo.onlyIfNamed === null ? [] : [undo.onlyIfNamed]));
  const unknown = reactivate.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new KeytrailError('bad_parameter', `the plan does not deactivate ${JSON.stringify(unknown)}`, {
    hint: known.length === 0 ? 'It deactivates no key.' : `Name one of ${known.join(', ')}.`,
  });
}

/** An empty journal is no proof that nothing was done: it may have been lost. */
function checkJournal({ entries }: Journal): void {
  if (entries.length > 0) return;
  throw new KeytrailError(
    'plan_invalid',
    'the journal is empty: the plan was not applied, or its journal is elsewhere',
    {
      hint: 'Put the journal next to the plan again; without it undo does not know what there was before.',
    },
  );
}

/** The account and the very owner of the plan. */
async function checkIdentity(plan: Plan, clients: ContainClients): Promise<Caller> {
  const caller = await observeCaller(clients);
  const { accountId } = plan.identity;
  if (caller.accountId !== accountId) {
    throw new KeytrailError(
      'guard_refused',
      `the plan is for account ${accountId}, the credentials are of account ${caller.accountId}`,
      { hint: `Run the command with a responder's credentials of account ${accountId}.` },
    );
  }
  const { type, name, arn, id } = plan.state.principal;
  if (name === null) return caller;
  const found =
    type === 'role'
      ? ((await readRoleIdentity(clients, name))?.split(' ')[1] ?? null)
      : ((await readUser(clients, name))?.id ?? null);
  if (found !== id) {
    throw new KeytrailError('state_changed', `${arn} ${found === null ? 'is gone' : `is now another ${type}`}`, {
      hint: `There is nothing of the planned ${type} left to restore.`,
    });
  }
  return caller;
}
