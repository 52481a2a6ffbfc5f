import type { KeyClient } from '../model/trace.js';
import type { ContainClients } from './aws.js';
import type { ApiCall } from './calls.js';
import type { AccountState, Facts } from './state.js';

/** One fact that an action changes; null where the thing does not exist. */
export interface Change {
  fact: string;
  from: string | null;
  to: string | null;
}

/** One call to AWS, decided when the plan is made. Where `from` equals `to` throughout, it holds already. */
export interface PlannedAction {
  /** `STEP` or `STEP:TARGET`; unique in a plan. */
  id: string;
  step: string;
  title: string;
  call: ApiCall;
  changes: Change[];
  /** What stops working, a sentence each. */
  breaks: string[];
  undo: {
    reversible: boolean;
    /** A sentence. */
    how: string;
    /** Undone only when this name is asked for; null: undone with the plan. */
    onlyIfNamed: string | null;
  };
}

export interface StepOptions {
  clients: readonly KeyClient[];
  /** `none`: no logs were asked, so that no clients means nothing. */
  clientsFrom: 'logs' | 'none';
}

/**
 * One step of the playbook: data plus functions, undo beside do.
 *
 * `plan` is pure. The others act on one action of this step and may run any number of times: `apply` and `undo`
 * succeed where the account is already as they would leave it. None of them judges success: the engine does, by
 * `read`ing back the facts that the action changes. They throw what `ask` throws.
 */
export interface Step {
  /** `verb-noun`; the file's name. */
  id: string;
  title: string;
  /** Why the playbook has it, and why at this place. */
  reason: string;
  /** The actions in the order to run them; empty where the step does not concern the principal. */
  plan(state: AccountState, options: StepOptions): PlannedAction[];
  /** The present value of each fact in `action.changes`. */
  read(clients: ContainClients, action: PlannedAction): Promise<Facts>;
  apply(clients: ContainClients, action: PlannedAction): Promise<void>;
  /** Restores `prior`: what `read` gave before the first call. */
  undo(clients: ContainClients, action: PlannedAction, prior: Facts): Promise<void>;
}
