import type { DerivedCredential } from '../../model/trace.js';
import { type CallSince, type CallsSince, judgeCalls } from './calls-since.js';
import type { Containment } from './containment.js';
import type { AppHealth } from './health.js';
import { type ClientHour, type ClientSilence, silenceOf } from './silence.js';

/** What the logs say of a key and of what was issued from it. */
export interface LogFindings {
  /** Since the deny, of all of them. */
  calls: readonly CallsSince[];
  /** Of the key itself, at all times. */
  hours: readonly ClientHour[];
  derived: readonly DerivedCredential[];
  /** First and last CloudTrail event in the store; null where it keeps no ledger, or holds none. */
  logsFrom: string | null;
  logsReachTo: string | null;
  /** Objects that were not read to their end, so that events may be missing. */
  unreadObjects: number;
  /** Answers that were cut at their limit. */
  truncated: readonly string[];
}

export interface AlarmState {
  name: string;
  /** OK, ALARM, INSUFFICIENT_DATA; null where it is absent. */
  state: string | null;
  since: string | null;
}

export interface StatusInputs {
  keyId: string;
  now: Date;
  containment: Containment;
  logs: LogFindings;
  apps: readonly AppHealth[];
  /** Null: nobody asked. */
  alarms: readonly AlarmState[] | null;
}

/** How a containment holds. Times are ISO 8601 UTC. */
export interface Status {
  keyId: string;
  at: string;
  containment: Containment;
  /**
   * `breached`: a call succeeded since. `attention`: something calls still, an application does worse, an alarm rang,
   * or too little is known. `quiet`: none of it.
   */
  verdict: 'breached' | 'attention' | 'quiet';
  /** Calls that succeeded since, the last first: there must be none. */
  successes: CallSince[];
  /** All other calls since, the last first. */
  stragglers: CallSince[];
  /** Clients from before, busiest first. */
  clients: ClientSilence[];
  apps: AppHealth[];
  alarms: AlarmState[] | null;
  logsReachTo: string | null;
  /** Minutes from the end of the logs to now. */
  logsLagMinutes: number | null;
  /** What is not known, a sentence each. */
  gaps: string[];
}

/** Entries of a list, at the most. */
const maxEntries = 1000;

/** Weighs what was seen since a containment; pure. */
export function statusOf({ keyId, now, containment, logs, apps, alarms }: StatusInputs): Status {
  const calls = judgeCalls(logs.calls, keyId, logs.derived, containment);
  const successes = calls.filter(({ outcome }) => outcome === 'succeeded');
  const stragglers = calls.filter(({ outcome }) => outcome !== 'succeeded');
  const clients = silenceOf(logs.hours, containment.deniedAt, logs.logsReachTo);
  const gaps = [
    ...gapsOf(containment, logs),
    ...[successes, stragglers, clients].flatMap(({ length }) =>
      length > maxEntries ? [`Of ${length} entries, ${maxEntries} are shown.`] : [],
    ),
    ...apps.flatMap(({ app, state }) => (state === 'unknown' ? [`${app} has no metrics: check its name.`] : [])),
    ...(alarms ?? []).flatMap(({ name, state }) => (state === null ? [`There is no alarm ${name}.`] : [])),
  ];
  const attention =
    stragglers.length > 0 ||
    gaps.length > 0 ||
    apps.some(({ state }) => state !== 'ok') ||
    (alarms ?? []).some(({ state }) => state === 'ALARM');
  return {
    keyId,
    at: now.toISOString(),
    containment,
    verdict: successes.length > 0 ? 'breached' : attention ? 'attention' : 'quiet',
    successes: successes.slice(0, maxEntries),
    stragglers: stragglers.slice(0, maxEntries),
    clients: clients.slice(0, maxEntries),
    apps: [...apps],
    alarms: alarms === null ? null : [...alarms],
    logsReachTo: logs.logsReachTo,
    logsLagMinutes:
      logs.logsReachTo === null
        ? null
        : Math.max(0, Math.round((now.getTime() - Date.parse(logs.logsReachTo)) / 60_000)),
    gaps,
  };
}

function gapsOf({ containedAt }: Containment, { logsReachTo, unreadObjects, truncated }: LogFindings): string[] {
  return [
    ...(logsReachTo === null ? ['How far the logs reach is not known: silence proves nothing.'] : []),
    ...(logsReachTo !== null && Date.parse(logsReachTo) <= Date.parse(containedAt)
      ? [`The logs end at ${logsReachTo}, before the containment: ingest what came since.`]
      : []),
    ...(unreadObjects > 0
      ? [`${unreadObjects} CloudTrail objects were not read to their end: ingest them again.`]
      : []),
    ...truncated.map((answer) => `The answer to ${answer} was cut: there is more.`),
  ];
}
