import type { CreatedThing, Trace } from '../model/trace.js';
import type { Identity } from './identify.js';

/** Something to contain, and why. */
export interface Target {
  /**
   * `user`: all of it. `role`: its sessions, or all of it where the intruder made it. `access-key`, `login-profile`:
   * only that, of a user who is not a target.
   */
  kind: 'user' | 'role' | 'access-key' | 'login-profile' | 'function' | 'oidc-provider' | 'saml-provider';
  name: string;
  /** The user of an access key or login profile. */
  of: string | null;
  region: string | null;
  /**
   * `owner`: whose the key is. `parent`: who issued the temporary key. `session`: assumed with the key.
   * `made`: by whoever had the key. `edited`: a role whose trust was changed with the key.
   */
  part: 'owner' | 'parent' | 'session' | 'made' | 'edited';
  why: string;
  /** Principals that the intruder let assume the role. */
  principals: string[];
}

/** What a plan is about, and what it can't be: a sentence each. */
export interface Targets {
  targets: Target[];
  notCovered: string[];
}

const plain = { of: null, region: null, principals: [] };

/**
 * Whom to contain, from who has the key and what the logs tell; pure. The owner comes first. What was made with the key
 * is swept only from `since` on, and not what came from an address that used the key before: there it was the owner who
 * made it. Null: nobody knows of any abuse.
 */
export function targetsOf(identity: Identity, trace: Trace | null, since: string | null): Targets {
  const targets = new Map<string, Target>();
  const notCovered: string[] = [];
  const add = (target: Target) => {
    const id = `${target.kind} ${target.region ?? ''} ${target.of ?? ''} ${target.name}`;
    const known = targets.get(id);
    if (known === undefined) targets.set(id, target);
    else known.principals = [...new Set([...known.principals, ...target.principals])].sort();
  };
  const { principal, accountId, parents } = identity;
  const owners = addressesBefore(trace, since);
  const strangers = strangersOf(identity, trace, { since, accountId, owners });
  if (identity.kind === 'foreign')
    notCovered.push(`${principal.arn}, whose credential it is, is contained by a plan of account ${homeOf(identity)}`);
  if (principal.name !== null && (principal.type === 'user' || principal.type === 'role'))
    add({ ...plain, kind: principal.type, name: principal.name, part: 'owner', why: 'the credential is its own' });
  for (const name of parents)
    add({ ...plain, kind: 'user', name, part: 'parent', why: 'asked STS for the temporary credential' });
  for (const role of trace?.roles ?? []) {
    const [account, name] = accountAndName(role.arn);
    if (account !== accountId || name === null) {
      notCovered.push(
        `${role.arn} was assumed with the key, in another account: plan there with --principal ${role.arn}`,
      );
      continue;
    }
    const sessions = `${role.sessions} ${role.sessions === 1 ? 'session' : 'sessions'}`;
    const last = role.lastAssumed === null ? '' : `, the last at ${role.lastAssumed}`;
    const why = `assumed with the key: ${sessions}${last}`;
    add({ ...plain, kind: 'role', name, part: 'session', why, principals: strangers });
  }
  let before = 0;
  const left = new Map<string, { why: string; things: CreatedThing[] }>();
  for (const thing of trace?.created ?? []) {
    if (since !== null && thing.time < since) {
      before += 1;
      continue;
    }
    const target = targetOf(thing);
    const why = whyLeft(thing, target, { since, accountId, owners });
    if (why === null && target !== null) {
      add(target);
      continue;
    }
    const id = `${thing.eventName} ${thing.kind} ${thing.name} ${thing.of} ${why}`;
    const known = left.get(id) ?? { why: why ?? '', things: [] };
    left.set(id, { why: known.why, things: [...known.things, thing] });
  }
  notCovered.push(...issuersLeft(identity, trace));
  notCovered.push(...[...left.values()].map(({ why, things }) => `${inWords(things)}: ${why}`));
  if (before > 0)
    notCovered.push(
      `${before} ${before === 1 ? 'thing' : 'things'} made or changed with the key before ${since}: if the intruder came earlier, plan with an earlier --since`,
    );
  return { targets: withoutPartsOfWhole([...targets.values()]), notCovered: [...notCovered, ...gapsOf(trace)] };
}

/** The account of the credential itself. */
const homeOf = ({ principal, accountId }: Identity): string => principal.arn.split(':')[4] || accountId;

/**
 * Principals of other accounts that are contained there, and should not be let into a role here: the user whose key it
 * is, and users and roles that the intruder made. The role that a session came by is not one: it goes on working.
 */
function strangersOf(
  { kind, principal }: Identity,
  trace: Trace | null,
  known: { since: string | null; accountId: string; owners: ReadonlySet<string> },
): string[] {
  const partition = principal.arn.split(':')[1] || 'aws';
  const made = (trace?.created ?? []).flatMap((thing) => {
    const { kind: type, name, accountId, time } = thing;
    if (accountId === known.accountId || (type !== 'user' && type !== 'role')) return [];
    if (known.since === null || time < known.since || whyLeft(thing, targetOf(thing), { ...known, accountId }))
      return [];
    return [`arn:${partition}:iam::${accountId}:${type}/${name}`];
  });
  const owner = kind === 'foreign' && principal.type === 'user' ? [principal.arn] : [];
  return [...new Set([...owner, ...made])].sort();
}

/** Who asked STS for the session of a role may ask again: that is not known to be the intruder, so it is named. */
function issuersLeft({ kind, principal }: Identity, trace: Trace | null): string[] {
  if (kind !== 'temporary' || principal.type !== 'role') return [];
  const issuers = (trace?.issuers ?? []).filter(({ by }) => by.startsWith('arn:'));
  return [
    ...new Set(
      issuers.map(
        ({ by, eventName }) =>
          `${by} asked for the session (${eventName}) and can ask again: if that is the intruder's way in, plan for it with --principal ${by}`,
      ),
    ),
  ];
}

/** Why something that was made is not contained with the key; null where it is. */
function whyLeft(
  { accountId, sourceIp }: CreatedThing,
  target: Target | null,
  known: { since: string | null; accountId: string; owners: ReadonlySet<string> },
): string | null {
  if (known.since === null) return 'with --since TIME, what was made from then on is contained, too';
  if (accountId !== known.accountId) return `it is in account ${accountId}, plan there`;
  if (sourceIp !== null && known.owners.has(sourceIp))
    return `it came from ${sourceIp}, which used the key before the incident, so look at it by hand`;
  return target === null ? 'look at it by hand' : null;
}

/** `CreateUser of user support, at TIME (event ID)`; where it came again and again, how often. */
function inWords(things: readonly CreatedThing[]): string {
  const [first, last] = [things[0], things.at(-1)];
  if (first === undefined || last === undefined) return '';
  const { eventName, kind, name, of } = first;
  const what = `${eventName} of ${kind} ${name}${of === null || of === name ? '' : ` of ${of}`}`;
  if (things.length === 1) return `${what}, at ${first.time} (event ${first.eventId})`;
  return `${what}, ${things.length} times from ${first.time} to ${last.time} (the last is event ${last.eventId})`;
}

/** An intruder looks around before the first call that shows: an address is the owner's only if it came this much earlier. */
const quietHours = 24;

/**
 * Addresses that used the key before the incident: an application goes on to deploy while an intruder is in. Whoever
 * intrudes from one of them is not told from it by address, which is why what comes from there is named all the same.
 */
function addressesBefore(trace: Trace | null, since: string | null): ReadonlySet<string> {
  if (since === null) return new Set();
  const known = new Date(Date.parse(since) - quietHours * 3_600_000).toISOString();
  const before = (trace?.clients ?? []).filter(({ first_seen }) => first_seen !== null && first_seen < known);
  return new Set(before.flatMap(({ source_ip }) => source_ip ?? []));
}

/** What the logs do not tell. */
function gapsOf(trace: Trace | null): string[] {
  if (trace === null) return ['No logs were asked: what the key issued and made is not known.'];
  const { logsReachTo, truncated, unanswered } = trace;
  return [
    ...(logsReachTo === null ? ['The logs hold no CloudTrail event: what the key issued and made is not known.'] : []),
    ...(truncated.length === 0 ? [] : [`The logs hold more than is planned for, of ${truncated.join(', ')}.`]),
    ...(unanswered.length === 0 ? [] : [`The store can not answer ${unanswered.join(', ')}.`]),
  ];
}

/** An access key or login profile of a user who is a target is contained with it. */
function withoutPartsOfWhole(targets: readonly Target[]): Target[] {
  const users = new Set(targets.filter(({ kind }) => kind === 'user').map(({ name }) => name));
  return targets.filter(({ of }) => of === null || !users.has(of));
}

function targetOf(thing: CreatedThing): Target | null {
  const { kind, name, of, region, principals } = thing;
  const why = `${thing.eventName} with the key at ${thing.time}, event ${thing.eventId}`;
  const made = { ...plain, name, part: 'made' as const, why };
  switch (kind) {
    case 'user':
      return { ...made, kind };
    case 'oidc-provider':
    case 'saml-provider':
      // Of one that was there before, all who sign in by it would be shut out.
      return thing.eventName.startsWith('Create') ? { ...made, kind } : null;
    case 'access-key':
    case 'login-profile':
      return of === null ? null : { ...made, kind, of };
    case 'role':
      return { ...made, kind, principals };
    case 'trust-policy':
      return { ...made, kind: 'role', part: 'edited', principals };
    case 'function':
      return { ...made, kind, region };
    default:
      return null;
  }
}

/** Account and name of `arn:aws:iam::ACCOUNT:role/PATH/NAME`. */
export function accountAndName(arn: string): [account: string, name: string | null] {
  const parts = arn.split(':');
  return [parts[4] ?? '', parts.slice(5).join(':').split('/').at(-1) || null];
}
