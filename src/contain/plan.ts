import { KeytrailError } from '../errors.js';
import type { DerivedCredential, KeyClient, Trace } from '../model/trace.js';
import { type AccountState, factsOf, hashState } from './account/state.js';
import { canonicalJson, hashOf } from './canonical.js';
import { checklistOf } from './checklist.js';
import type { PrivilegeUse } from './compare-privileges.js';
import { type Difference, differences, inWords } from './fact.js';
import { type GuardContext, objectionsTo, principalOf, type Refusal, refusals } from './guards.js';
import type { Identity } from './identify.js';
import { actionsOf, type Lane, type PlannedAction, type Step, type StepOptions } from './step.js';
import { playbook } from './steps/index.js';
import type { Target } from './target.js';

/** What would be done and why, with all that it was decided from. Holds no secret; times are ISO 8601 UTC. */
export interface Plan {
  version: 2;
  identity: Identity;
  lane: Lane;
  createdAt: string;
  expiresAt: string;
  /** When the incident began; null where that is not known. */
  since: string | null;
  /** Ids of the steps that were asked for. */
  steps: string[];
  /** Ids of actions that were left out on request. */
  skipped: string[];
  targets: Target[];
  /** Targets that a guard protects, and why. */
  leftOut: { target: Target; refusal: Refusal }[];
  /** What should be looked at and is not planned for: a sentence each. */
  notCovered: string[];
  /** What a person must do: a sentence each. */
  checklist: string[];
  /** Who uses the key, busiest first; at most `maxClients`. */
  clients: KeyClient[];
  clientsLeftOut: number;
  /** `none`: no logs were asked who uses the key. */
  clientsFrom: 'logs' | 'none';
  /** Credentials issued from the key, as far as the logs tell; at most `maxDerived`. */
  derived: DerivedCredential[];
  derivedLeftOut: number;
  /** What the owner may do, against what was done with the key; null where nobody read it. */
  privileges: PrivilegeUse | null;
  /** Where instances were sought. */
  regions: string[];
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
  identity: Identity;
  targets: readonly Target[];
  notCovered?: readonly string[];
  lane?: Lane;
  since?: string | null;
  regions?: readonly string[];
  /** 24 unless given. */
  hoursValid?: number;
  /** Step ids; the whole playbook unless given. */
  steps?: readonly string[];
  /** Action ids to leave out. */
  skip?: readonly string[];
  protectedPrincipals?: readonly string[];
  privileges?: PrivilegeUse | null;
  /** What the logs tell; absent: nobody looked. */
  trace?: Pick<Trace, 'clients' | 'derived'> | null;
}

const maxClients = 100;
const maxDerived = 1000;

/**
 * Decides what to do about a credential; pure. Throws `bad_parameter` for an unknown step or an action to skip that is
 * not planned. Where a guard objects, the plan says so in `refusals`, and still shows what it would do.
 */
export function makePlan(state: AccountState, options: PlanOptions): Plan {
  const { identity, trace = null, lane = 'fast', since = null, now } = options;
  const steps = chosen(options.steps);
  const clients = [...(trace?.clients ?? [])].sort(byUse).slice(0, maxClients).map(clientOf);
  const derived = (trace?.derived ?? []).slice(0, maxDerived);
  const context: GuardContext = {
    state,
    identity,
    targets: options.targets,
    derivedArns: (trace?.derived ?? []).flatMap(({ issuedArn }) => issuedArn ?? []),
    plan: null,
    protectedPrincipals: options.protectedPrincipals ?? [],
    now,
  };
  const { kept, leftOut } = judged(options.targets, context);
  const shared = {
    lane,
    targets: kept,
    clients,
    clientsFrom: trace === null ? ('none' as const) : ('logs' as const),
    since,
    derived,
  };
  const unsigned = {
    version: 2 as const,
    identity,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + (options.hoursValid ?? 24) * 3_600_000).toISOString(),
    steps: steps.map((step) => step.id),
    skipped: [...(options.skip ?? [])],
    leftOut,
    notCovered: [...(options.notCovered ?? [])],
    checklist: checklistOf(identity, state),
    ...shared,
    clientsLeftOut: Math.max(0, (trace?.clients.length ?? 0) - clients.length),
    derivedLeftOut: (trace?.derived.length ?? 0) - derived.length,
    privileges: options.privileges ?? null,
    regions: [...(options.regions ?? [])],
    state,
    stateHash: hashState(state),
    refusals: refusals({ ...context, targets: kept }),
    actions: withoutSkipped(decide(steps, state, shared), options.skip ?? []),
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
  const decided = decide(chosen(plan.steps), plan.state, plan).filter(({ id }) => !plan.skipped.includes(id));
  const essence = (actions: readonly PlannedAction[]) =>
    canonicalJson(
      actions.map(({ id, step, stage, fact, from, to, calls, needs, undo }) => ({
        id,
        step,
        stage,
        fact,
        from,
        to,
        calls,
        needs,
        undo,
      })),
    );
  const own =
    plan.identity.keyId === plan.state.keyId &&
    plan.identity.accountId === plan.state.accountId &&
    plan.stateHash === hashState(plan.state);
  if (own && essence(decided) === essence(plan.actions)) return;
  throw new KeytrailError('plan_invalid', 'the actions of the plan do not follow from the state that it records', {
    hint: 'It was altered, or made by another version of keytrail: make a new plan.',
  });
}

/** What is not as planned, in words. `allowed` names the fact values that a journaled action explains. */
export function driftOf(
  plan: Plan,
  now: AccountState,
  allowed: (fact: string, value: string | null) => boolean,
): Difference[] {
  return differences(factsOf(plan.state), factsOf(now)).filter((change) => !allowed(change.fact, change.is));
}

/** Throws `state_changed`, saying how, where there is a difference. */
export function refuseDrift(drift: readonly Difference[]): void {
  if (drift.length === 0) return;
  throw new KeytrailError('state_changed', `the account changed since the plan: ${drift.map(inWords).join('; ')}`, {
    hint: 'Make a new plan and read it: it may have more to contain. Or do what was planned all the same: --accept-changes.',
  });
}

/** What the whole playbook would do here, and the plan does not. */
export function omittedActions(plan: Plan): PlannedAction[] {
  const planned = new Set(plan.actions.map(({ id }) => id));
  return decide(playbook, plan.state, plan).filter(({ id }) => !planned.has(id));
}

/** Instances to look at, whatever profile they have by now. */
export function knownInstances(plan: Plan) {
  return plan.state.roles.flatMap(({ principal, instances }) =>
    instances.map(({ region, instanceId }) => ({ role: principal.name ?? '', region, instanceId })),
  );
}

function decide(steps: readonly Step[], state: AccountState, options: StepOptions): PlannedAction[] {
  const { lane, targets, clients, clientsFrom, since, derived } = options;
  const all = steps.flatMap((step) => actionsOf(step, state, { lane, targets, clients, clientsFrom, since, derived }));
  if (lane === 'fast') return all;
  return [...all.filter(({ stage }) => stage === 'canary'), ...all.filter(({ stage }) => stage !== 'canary')];
}

/** The owner stays, for its objections refuse the plan as a whole. */
function judged(targets: readonly Target[], context: GuardContext) {
  const kept: Target[] = [];
  const leftOut: Plan['leftOut'] = [];
  for (const target of targets) {
    const principal = target.part === 'owner' ? null : principalOf(target, context.state);
    const [refusal] = principal === null ? [] : objectionsTo(principal, context);
    if (refusal === undefined) kept.push(target);
    else leftOut.push({ target, refusal });
  }
  return { kept, leftOut };
}

function withoutSkipped(actions: readonly PlannedAction[], skip: readonly string[]): PlannedAction[] {
  const unknown = skip.find((id) => !actions.some((action) => action.id === id));
  if (unknown !== undefined) {
    throw new KeytrailError('bad_parameter', `the plan has no action ${JSON.stringify(unknown)} to skip`, {
      hint: `Its actions are ${actions.map(({ id }) => id).join(', ') || 'none'}.`,
    });
  }
  return actions.filter(({ id }) => !skip.includes(id));
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

function clientOf({ source_ip, user_agent, events, first_seen, last_seen }: KeyClient): KeyClient {
  return { source_ip, user_agent, events, first_seen, last_seen };
}

function byUse(a: KeyClient, b: KeyClient): number {
  const order = canonicalJson(a) < canonicalJson(b) ? -1 : 1;
  return b.events - a.events || order;
}
