import { KeytrailError } from '../errors.js';
import type { KeyClient } from '../model/trace.js';
import { canonicalJson, hashOf } from './canonical.js';
import { type Refusal, refusals } from './guards.js';
import { type AccountState, differences, factsOf, hashState, inWords, type Principal } from './state.js';
import type { PlannedAction, Step } from './step.js';
import { playbook } from './steps/index.js';

/** What would be done and why, with all that it was decided from. Holds no secret; times are ISO 8601 UTC. */
export interface Plan {
  version: 1;
  keyId: string;
  accountId: string;
  principal: Principal;
  /** ARN of the responder who made it. */
  caller: string;
  createdAt: string;
  expiresAt: string;
  /** Ids of the steps that were asked for. */
  steps: string[];
  /** Who uses the key, busiest first; at most `maxClients`. */
  clients: KeyClient[];
  clientsLeftOut: number;
  /** `none`: no logs were asked who uses the key. Absent in plans of earlier versions, where it is not known. */
  clientsFrom?: 'logs' | 'none';
  state: AccountState;
  stateHash: string;
  /** Objections of the guards: a plan that has any is not applied. */
  refusals: Refusal[];
  actions: PlannedAction[];
  /** SHA-256 of the canonical JSON of all the rest. */
  planHash: string;
}

export interface PlanOptions {
  now: Date;
  /** 24 unless given. */
  hoursValid?: number;
  /** Step ids; the whole playbook unless given. */
  steps?: readonly string[];
  protectedPrincipals?: readonly string[];
  /** Rows of the question `key-clients`; absent: nobody looked. */
  clients?: readonly KeyClient[];
}

const maxClients = 100;

/**
 * Decides what to do about a key; pure. Throws `bad_parameter` for an unknown step. Where a guard objects, the plan
 * says so in `refusals`, and still shows what it would do.
 */
export function makePlan(state: AccountState, options: PlanOptions): Plan {
  const steps = chosen(options.steps);
  const clients = [...(options.clients ?? [])].sort(byUse);
  const kept = clients.slice(0, maxClients).map(clientOf);
  const clientsFrom = options.clients === undefined ? ('none' as const) : ('logs' as const);
  const unsigned = {
    version: 1 as const,
    keyId: state.keyId,
    accountId: state.accountId,
    principal: state.principal,
    caller: state.caller.arn,
    createdAt: options.now.toISOString(),
    expiresAt: new Date(options.now.getTime() + (options.hoursValid ?? 24) * 3_600_000).toISOString(),
    steps: steps.map((step) => step.id),
    clients: kept,
    clientsLeftOut: clients.length - kept.length,
    clientsFrom,
    state,
    stateHash: hashState(state),
    refusals: refusals({
      state,
      plan: null,
      protectedPrincipals: options.protectedPrincipals ?? [],
      now: options.now,
    }),
    actions: steps.flatMap((step) => step.plan(state, { clients: kept, clientsFrom })),
  };
  return { ...unsigned, planHash: hashOf(unsigned) };
}

/** The hash that a plan must carry. */
export function hashPlan({ planHash: _, ...unsigned }: Plan): string {
  return hashOf(unsigned);
}

/**
 * Throws `plan_invalid` unless the playbook, given the plan's state, decides on the plan's very calls. The hash only
 * tells accidents; this is why a forged file can't have keytrail send anything but the playbook.
 */
export function checkActions(plan: Plan): void {
  const { clients, clientsFrom = 'none' } = plan;
  const decided = chosen(plan.steps).flatMap((step) => step.plan(plan.state, { clients, clientsFrom }));
  const essence = (actions: readonly PlannedAction[]) =>
    canonicalJson(actions.map(({ id, step, call, changes, undo }) => ({ id, step, call, changes, undo })));
  const own =
    plan.keyId === plan.state.keyId &&
    plan.accountId === plan.state.accountId &&
    canonicalJson(plan.principal) === canonicalJson(plan.state.principal) &&
    plan.stateHash === hashState(plan.state);
  if (own && essence(decided) === essence(plan.actions)) return;
  throw new KeytrailError('plan_invalid', 'the actions of the plan do not follow from the state that it records', {
    hint: 'It was altered, or made by another version of keytrail: make a new plan.',
  });
}

/** Throws `state_changed`, saying how, unless the account is as planned. `allowed` names the fact values that a journaled action explains. */
export function checkState(
  plan: Plan,
  now: AccountState,
  allowed: (fact: string, value: string | null) => boolean,
): void {
  const drift = differences(factsOf(plan.state), factsOf(now)).filter((change) => !allowed(change.fact, change.is));
  if (drift.length === 0) return;
  throw new KeytrailError('state_changed', `the account changed since the plan: ${drift.map(inWords).join('; ')}`, {
    hint: 'Make a new plan and read it: it may have more to contain.',
  });
}

/** The step of an action; `plan_invalid` where there is none. */
export function stepOf(action: PlannedAction): Step {
  const step = playbook.find(({ id }) => id === action.step);
  if (step !== undefined) return step;
  throw new KeytrailError('plan_invalid', `the plan has the step ${action.step}, which this version does not know`, {
    hint: 'Use the version of keytrail that made the plan, or make a new one.',
  });
}

function chosen(ids: readonly string[] | undefined): readonly Step[] {
  if (ids === undefined) return playbook;
  const known = playbook.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined || ids.length === 0) {
    throw new KeytrailError('bad_parameter', `no such step: ${unknown ?? 'none given'}`, {
      hint: `Use one or more of ${known.join(', ')}.`,
    });
  }
  return playbook.filter(({ id }) => ids.includes(id));
}

function clientOf({ source_ip, user_agent, events, last_seen }: KeyClient): KeyClient {
  return { source_ip, user_agent, events, last_seen };
}

function byUse(a: KeyClient, b: KeyClient): number {
  const order = canonicalJson(a) < canonicalJson(b) ? -1 : 1;
  return b.events - a.events || order;
}
