import type { ContainClients } from './aws.js';
import type { Journal } from './journal.js';
import type { Plan } from './plan.js';
import type { Stage } from './step.js';

/** How long to look whether what was set is lifted. */
export interface Watch {
  /** How often everything is read. */
  rounds: number;
  /** Milliseconds between two rounds. */
  interval: number;
}

/** How to run a plan. */
export interface RunOptions {
  /** The configuration's list: the one of now, not of when the plan was made. */
  protectedPrincipals?: readonly string[];
  /** The last stage to carry out; the first of the lane unless given. */
  stage?: Stage;
  /** Whether an account that changed since the plan is no reason to refuse it; a principal that is another one always is. */
  acceptChanges?: boolean;
  /** How long to look whether anything is lifted, and to set it again; not at all unless given. */
  watch?: Watch;
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
  /** Called before an action (`started`; where one is undone, `undoing`), with its outcome, and while watching. */
  onProgress?: (progress: ActionProgress) => void;
}

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

/**
 * - `contained`: every action holds, by read-back, and nobody lifted one while it was watched.
 * - `canary`: so far all holds; the key is denied and still Active, and stages are left.
 * - `partial`: an action failed, a guard left a target out, or the plan can't end the credential's sessions.
 * - `unverifiable`: the account does not show what was done, or nobody watched.
 * - `not-contained`: someone takes back what is set.
 */
export type ContainState = 'contained' | 'canary' | 'partial' | 'unverifiable' | 'not-contained';
