import { hashOf } from './canonical.js';

/** Who a key belongs to. Root has no user name. */
export interface Principal {
  type: 'user' | 'root';
  userName: string | null;
  arn: string;
  /** `AIDA…`, which a new user of the same name does not have; the account id for root. */
  userId: string;
}

/** What a plan is made from: the account as it was read. Lists are sorted; times are ISO 8601 UTC. */
export interface AccountState {
  keyId: string;
  accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition: string;
  /** The responder, as GetCallerIdentity says. */
  caller: { arn: string; userId: string };
  principal: Principal;
  accessKeys: { id: string; status: string; created: string | null }[];
  /** ARNs of managed policies attached to the user itself. */
  attachedPolicies: string[];
  inlinePolicies: { name: string; document: string }[];
  /** For information: membership is no fact, for no group can allow what the user is denied. */
  groups: string[];
  /** For information. */
  lastUsed: { time: string; service: string; region: string } | null;
}

/** Fact → value; null where the thing does not exist. See `fact`. */
export type Facts = Record<string, string | null>;

/** Names of facts. A step's changes, drift and undo all speak in these. */
export const fact = {
  user: 'user',
  accessKey: (id: string) => `access key ${id}`,
  attachedPolicy: (arn: string) => `attached policy ${arn}`,
  inlinePolicy: (name: string) => `inline policy ${name}`,
};

export const attached = 'attached';

/** The part of a state that must not change between plan and apply. */
export function factsOf(state: AccountState): Facts {
  const facts: Facts = { [fact.user]: `${state.principal.arn} ${state.principal.userId}` };
  for (const key of state.accessKeys) facts[fact.accessKey(key.id)] = key.status;
  for (const arn of state.attachedPolicies) facts[fact.attachedPolicy(arn)] = attached;
  for (const policy of state.inlinePolicies) facts[fact.inlinePolicy(policy.name)] = policy.document;
  return facts;
}

export function hashState(state: AccountState): string {
  return hashOf(factsOf(state));
}

export interface Difference {
  fact: string;
  was: string | null;
  is: string | null;
}

/** Every fact that differs, in the order of its name. */
export function differences(was: Facts, is: Facts): Difference[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names
    .map((name) => ({ fact: name, was: was[name] ?? null, is: is[name] ?? null }))
    .filter((difference) => difference.was !== difference.is);
}

/** `access key AKIA… was Active and is Inactive`. A policy's text is not repeated. */
export function inWords({ fact: name, was, is }: Difference): string {
  if (was === null) return `${name} is new`;
  if (is === null) return `${name} is gone`;
  if (name.startsWith(fact.inlinePolicy(''))) return `${name} has another text`;
  return `${name} was ${was} and is ${is}`;
}
