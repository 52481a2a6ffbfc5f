import type { DerivedCredential } from '../../model/trace.js';
import type { Containment } from './containment.js';
import type { AppHealth } from './health.js';
import { longestCadence } from './silence.js';
import type { AlarmState, LogFindings } from './status.js';

/** The key that replaces the one to be deleted, as IAM knows it. */
export interface Replacement {
  keyId: string;
  /** `Active` or `Inactive`; null: IAM knows no such key. */
  status: string | null;
  lastUsed: string | null;
}

/** Evidence that was collected about the key. `faults`: files that are not as the manifest says. */
export interface SealedEvidence {
  manifestSha256: string;
  /** Null where only the manifest's hash was given: nobody looked. */
  checked: { keyId: string | null; faults: number } | null;
}

/** All that is known of a key that is to be deleted; null is not known. Times are ISO 8601 UTC. */
export interface DeletionInputs {
  now: Date;
  keyId: string;
  /** As IAM says: `Active` or `Inactive`. */
  status: string;
  /** As IAM says; null: never. */
  lastUsed: string | null;
  containment: Pick<Containment, 'deniedAt' | 'deactivatedAt'> | null;
  logs: LogFindings | null;
  replacement: Replacement | null;
  alarms: readonly AlarmState[] | null;
  apps: readonly AppHealth[];
  /** `NAME, DATE, words`. */
  ownerSays: string | null;
  evidence: SealedEvidence | null;
}

export interface Reason {
  /** Of the seven, in the order of the procedure. */
  condition: number;
  /** What is not as it must be, or not known. */
  reason: string;
  /** What would satisfy it. */
  hint: string;
}

export interface DeletionVerdict {
  eligible: boolean;
  /** How long the key must have been inactive: 7 days, 36 hours or twice the longest cadence seen, whichever is longest. */
  waitHours: number;
  /** Every condition that fails. */
  reasons: Reason[];
  /** What each condition that holds rests on. */
  met: { condition: number; found: string }[];
}

type Judgement = { found: string } | { failing: [reason: string, hint: string][] };

const hourMs = 3_600_000;
/** GetSessionToken and GetFederationToken give no session for longer. */
const longestSessionHours = 36;
const leastWaitHours = 7 * 24;
const mostLagMinutes = 30;
/** IAM tells the last use with this delay ("Refining permissions using last accessed information"). */
const lastUsedLagHours = 4;

const hoursSince = (time: string, now: Date): number => (now.getTime() - Date.parse(time)) / hourMs;
const hoursText = (hours: number): string =>
  hours >= 72 ? `${Math.round((hours / 24) * 10) / 10} days` : `${Math.round(hours * 10) / 10} h`;
const after = (time: string, hours: number): string => new Date(Date.parse(time) + hours * hourMs).toISOString();
const fail = (reason: string, hint: string): Judgement => ({ failing: [[reason, hint]] });
const met = (found: string): Judgement => ({ found });

/** What the conditions share. */
interface Known extends DeletionInputs {
  waitHours: number;
  /** Null: no logs from before the deny. */
  cadenceHours: number | null;
}

/** Inactive for long enough. */
function inactive({ keyId, status, containment, now, waitHours, logs }: Known): Judgement {
  if (status !== 'Inactive')
    return fail(`${keyId} is ${status}`, 'Deactivate it: keytrail contain apply with the step deactivate-key.');
  const since = containment?.deactivatedAt ?? null;
  if (since === null)
    return fail(
      'since when it is inactive is not known',
      'Give the plan that deactivated it (--plan), or ingest the logs that hold the UpdateAccessKey.',
    );
  if (logs === null) return fail('how often the key was used is not known', 'Name the store with the logs: --store.');
  const inactiveHours = hoursSince(since, now);
  if (inactiveHours >= waitHours) return met(`inactive for ${hoursText(inactiveHours)}, since ${since}`);
  return fail(
    `inactive for ${hoursText(Math.max(0, inactiveHours))}, it must be ${hoursText(waitHours)}`,
    `Wait until ${after(since, waitHours)}.`,
  );
}

/** Not used since the deny, by IAM's word. */
function unused({ lastUsed, containment }: Known): Judgement {
  if (containment === null)
    return fail('when the key was denied is not known', 'Give the plan that was applied: --plan.');
  if (lastUsed === null) return met('IAM knows of no use');
  if (Date.parse(lastUsed) < Date.parse(containment.deniedAt))
    return met(`last used at ${lastUsed}, denied at ${containment.deniedAt}`);
  return fail(
    `IAM says that it was used at ${lastUsed}, after the deny of ${containment.deniedAt}`,
    'Find who used it with keytrail contain status, move them to the new key, and apply the plan again.',
  );
}

/** No event of the key for a cadence, as far as complete logs reach. */
function silent({ keyId, logs, containment, cadenceHours, now }: Known): Judgement {
  if (containment === null)
    return fail('since when there should be silence is not known', 'Give the plan that was applied: --plan.');
  if (logs === null) return fail('no logs were asked', 'Name the store with the logs: --store.');
  const { logsFrom, logsReachTo, unreadObjects, truncated } = logs;
  if (logsReachTo === null)
    return fail('how far the logs reach is not known', 'Ask a store that keeps a ledger: DuckDB or OpenSearch.');
  const failing: [string, string][] = [];
  const lag = (now.getTime() - Date.parse(logsReachTo)) / 60_000;
  if (lag > mostLagMinutes)
    failing.push([
      `the logs end at ${logsReachTo}, ${hoursText(lag / 60)} ago, they must reach to within ${mostLagMinutes} minutes`,
      'Ingest what came since, from every Region, and run this again at once.',
    ]);
  if (unreadObjects > 0)
    failing.push([`${unreadObjects} log objects were not read to their end`, 'Run the ingest again.']);
  if (truncated.length > 0) failing.push([`the answers to ${truncated.join(', ')} were cut`, 'Ask a smaller store.']);
  if (logsFrom === null || Date.parse(logsFrom) >= Date.parse(containment.deniedAt))
    failing.push([
      `the logs begin at ${logsFrom ?? 'no time'}, after the deny: how often the key was used is not known`,
      'Ingest the weeks before, too.',
    ]);
  const events = [
    ...logs.hours.map(({ last_seen }) => last_seen),
    ...logs.calls.filter(({ access_key_id }) => access_key_id === keyId).map(({ last_seen }) => last_seen),
  ].filter((time) => Date.parse(time) >= Date.parse(containment.deniedAt));
  const from = events.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? containment.deniedAt;
  const needed = Math.max(24, cadenceHours ?? 0);
  const silence = (Date.parse(logsReachTo) - Date.parse(from)) / hourMs;
  if (silence < needed)
    failing.push([
      `${events.length > 0 ? `it called at ${from}; ` : ''}silent for ${hoursText(Math.max(0, silence))}, it must be ${hoursText(needed)}`,
      events.length > 0
        ? `Move that client to the new key (keytrail contain status), then wait until ${after(from, needed)}.`
        : `Wait until ${after(from, needed)}.`,
    ]);
  return failing.length > 0 ? { failing } : met(`no event since ${from}, in logs that reach to ${logsReachTo}`);
}

function replaced({ keyId, replacement, cadenceHours, now }: Known): Judgement {
  if (replacement === null)
    return fail('which key replaces it was not said', 'Give --replacement with the id of the new key.');
  const { keyId: newId, status, lastUsed } = replacement;
  if (newId === keyId) return fail(`${newId} can't replace itself`, 'Give the id of the new key.');
  if (status !== 'Active')
    return fail(`${newId} is ${status ?? 'unknown to this account'}`, 'Give the id of the new key, and activate it.');
  const within = Math.max(24, cadenceHours ?? 0) + lastUsedLagHours;
  if (lastUsed !== null && hoursSince(lastUsed, now) <= within) return met(`${newId} was used at ${lastUsed}`);
  return fail(
    lastUsed === null ? `${newId} was never used` : `${newId} was last used at ${lastUsed}`,
    `Let the applications use it; it must have been used in the last ${hoursText(within)}.`,
  );
}

const expiryOf = ({ expiration, issuedAt }: DerivedCredential): string | null =>
  expiration ?? (issuedAt === null ? null : after(issuedAt, longestSessionHours));

/** Access keys that were made with it don't expire, and don't depend on it. */
function childless({ logs, now }: Known): Judgement {
  if (logs === null)
    return fail('which sessions were issued from the key is not known', 'Name the store with the logs: --store.');
  if (logs.truncated.includes('sts-children'))
    return fail('there are more sessions than could be followed', 'Revoke the sessions of each role with a plan.');
  const sessions = logs.derived.filter(({ eventName }) => eventName !== 'CreateAccessKey');
  const living = sessions.filter((session) => {
    const expiry = expiryOf(session);
    return expiry === null || Date.parse(expiry) > now.getTime();
  });
  if (living.length === 0) return met(`${sessions.length} sessions were issued from it, none is left`);
  const shown = living
    .slice(0, 10)
    .map((session) => `${session.accessKeyId} until ${expiryOf(session) ?? 'an unknown time'}`);
  const more = living.length > shown.length ? `, and ${living.length - shown.length} more` : '';
  const last = living
    .map((session) => expiryOf(session) ?? '9')
    .sort()
    .at(-1)!;
  return fail(
    `sessions issued from it may still be valid: ${shown.join(', ')}${more}`,
    last === '9' ? 'Find out when they were issued.' : `Wait until ${last}.`,
  );
}

function quiet({ keyId, alarms, apps }: Known): Judgement {
  const failing: [string, string][] = [];
  if (alarms === null || alarms.every(({ state }) => state === null))
    failing.push([`there are no alarms on ${keyId}`, 'Set them up: keytrail contain alarms KEY_ID --log-group NAME.']);
  else
    for (const { name, state } of alarms)
      if (state !== 'OK')
        failing.push([
          `the alarm ${name} is ${state ?? 'absent'}`,
          state === 'ALARM'
            ? 'Find out who called, and wait until it is OK.'
            : 'Set it up again, and wait until it is OK.',
        ]);
  if (apps.length === 0)
    failing.push(['no application was named', 'Name those that used the key: --app lambda:REGION/NAME and the like.']);
  for (const { app, metric, state } of apps)
    if (state !== 'ok')
      failing.push([
        {
          worse: `${app} has more ${metric} than twice the usual`,
          silent: `${app} does not work any more`,
          unknown: `${app} has no metrics`,
        }[state],
        state === 'unknown' ? 'Check its name and Region.' : 'Look at its logs: it may still want the old key.',
      ]);
  return failing.length > 0
    ? { failing }
    : met(`alarms are OK; ${apps.map(({ app }) => app).join(', ')} as in the week before`);
}

function vouched({ ownerSays, evidence, containment, keyId, now }: Known): Judgement {
  const failing: [string, string][] = [];
  const [, name, date, words] =
    /^\s*([^,]*[^,\s])\s*,\s*(\d{4}-\d{2}-\d{2})\s*,\s*(\S.*)$/s.exec(ownerSays ?? '') ?? [];
  const said = Date.parse(date ?? '');
  if (words === undefined || Number.isNaN(said))
    failing.push(['the owner has not spoken', 'Give --owner-says "NAME, 2026-03-01, what they said".']);
  else if (said > now.getTime())
    failing.push([`the owner’s word is of ${date}, which is to come`, 'Give the day on which they said it.']);
  else if (containment !== null && (date ?? '') < containment.deniedAt.slice(0, 10))
    failing.push([
      `the owner’s word is of ${date}, before the containment of ${containment.deniedAt}`,
      'Ask again, now that the key is denied.',
    ]);
  if (evidence === null)
    failing.push([
      'no evidence was named',
      'Collect it (keytrail contain evidence) and give --evidence DIR, or the manifest’s SHA-256.',
    ]);
  else if (evidence.checked !== null && evidence.checked.keyId !== keyId)
    failing.push([`the evidence is about ${evidence.checked.keyId}`, `Give the evidence about ${keyId}.`]);
  else if (evidence.checked !== null && evidence.checked.faults > 0)
    failing.push([
      `${evidence.checked.faults} files of the evidence are not as its manifest says`,
      'Restore the sealed copy: keytrail contain evidence --check DIR names the files.',
    ]);
  return failing.length > 0 ? { failing } : met(`${name} on ${date}; evidence ${evidence!.manifestSha256}`);
}

/** In the order of the procedure. */
const conditions: readonly ((known: Known) => Judgement)[] = [
  inactive,
  unused,
  silent,
  replaced,
  childless,
  quiet,
  vouched,
];

/**
 * Whether a key may be deleted, which nothing brings back; pure. All seven conditions must hold, and what is not known
 * does not hold. Each that fails is a reason, with what would satisfy it.
 */
export function judgeDeletion(inputs: DeletionInputs): DeletionVerdict {
  const { logs, containment } = inputs;
  const cadenceHours = logs === null || containment === null ? null : longestCadence(logs.hours, containment.deniedAt);
  const waitHours = Math.max(leastWaitHours, longestSessionHours, 2 * (cadenceHours ?? 0));
  const known: Known = { ...inputs, waitHours, cadenceHours };
  const reasons: Reason[] = [];
  const holding: DeletionVerdict['met'] = [];
  for (const [index, judge] of conditions.entries()) {
    const judgement = judge(known);
    const condition = index + 1;
    if ('found' in judgement) holding.push({ condition, found: judgement.found });
    else for (const [reason, hint] of judgement.failing) reasons.push({ condition, reason, hint });
  }
  return { eligible: reasons.length === 0, waitHours, reasons, met: holding };
}
