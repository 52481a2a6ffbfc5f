import type { DerivedCredential, KeyClient } from '../model/trace.js';
import type { AccountState } from './account/state.js';
import type { ApiCall } from './calls.js';
import { callsFor } from './facts/index.js';
import type { Target } from './target.js';

/**
 * `fast`: unauthorised use is confirmed, so everything at once. `graceful`: exposed but not used, so the key is denied
 * while it is still Active (the canary: every straggler shows in the logs), and deactivated in a second stage.
 */
export type Lane = 'fast' | 'graceful';

/** `contain` is all of the fast lane. The graceful lane has `canary`, then `deactivate`. */
export type Stage = 'contain' | 'canary' | 'deactivate';

export const stagesOf: Record<Lane, readonly Stage[]> = { fast: ['contain'], graceful: ['canary', 'deactivate'] };

/** Stands in `PlannedAction.to` for the time of the change, which is not known while the plan is made. */
export const cutoff = '{{cutoff}}';

/** One fact to set, decided when the plan is made. Where `from` equals `to` it holds already. */
export interface PlannedAction {
  /** `STEP:TARGET`; unique in a plan. */
  id: string;
  step: string;
  stage: Stage;
  title: string;
  fact: string;
  /** Null where the thing does not exist. */
  from: string | null;
  /** May hold `cutoff`. */
  to: string | null;
  /** What will be sent to AWS. */
  calls: ApiCall[];
  /** Why this target, beside why the step: empty where it is the owner's. */
  why: string;
  /** What stops working, a sentence each. */
  breaks: string[];
  /** Id of the action without which this one must not be carried out; null for most. */
  needs: string | null;
  undo: {
    reversible: boolean;
    /** A sentence. */
    how: string;
    /** Undone only when this name is asked for; null: undone with the plan. */
    onlyIfNamed: string | null;
  };
}

export interface StepOptions {
  lane: Lane;
  targets: readonly Target[];
  clients: readonly KeyClient[];
  /** `none`: no logs were asked, so that no clients means nothing. */
  clientsFrom: 'logs' | 'none';
  /** When the incident began; null where that is not known. */
  since: string | null;
  /** What was issued from the credential, as far as the logs tell. */
  derived: readonly DerivedCredential[];
}

/**
 * One step of the playbook: what to set, and why. It is pure: how facts are read, set and set back is in `facts/`,
 * whether they hold is judged by the engine, which reads them back.
 */
export interface Step {
  /** `verb-noun`; the file's name. */
  id: string;
  title: string;
  /** Why the playbook has it, and why at this place. */
  reason: string;
  /** In the graceful lane. */
  stage: 'canary' | 'deactivate';
  /** The actions in the order to run them; empty where the step does not concern the account. */
  plan(state: AccountState, options: StepOptions): DecidedAction[];
}

/** What a step decides; the rest follows from it. */
export interface DecidedAction {
  /** What distinguishes it among the step's actions. */
  target: string;
  title: string;
  fact: string;
  from: string | null;
  to: string | null;
  why?: string;
  breaks: string[];
  /** A sentence: how undo brings `from` back. */
  undo: string;
  /** `target` of the step's action without which this one must not be carried out. */
  needs?: string;
  irreversible?: true;
  onlyIfNamed?: string;
}

/** All that a step plans, whole. */
export function actionsOf(step: Step, state: AccountState, options: StepOptions): PlannedAction[] {
  return step.plan(state, options).map((action) => ({
    id: `${step.id}:${action.target}`,
    step: step.id,
    stage: options.lane === 'fast' ? 'contain' : step.stage,
    title: action.title,
    fact: action.fact,
    from: action.from,
    to: action.to,
    calls: action.from === action.to ? [] : callsFor(action.fact, action.from, action.to),
    why: action.why ?? '',
    breaks: action.breaks,
    needs: action.needs === undefined ? null : `${step.id}:${action.needs}`,
    undo: {
      reversible: action.irreversible !== true,
      how: action.undo,
      onlyIfNamed: action.onlyIfNamed ?? null,
    },
  }));
}
