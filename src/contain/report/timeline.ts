import type { TakenBack } from '../../model/incident.js';
import { standingOf } from '../rotate/journal.js';
import type { HistoryMoment } from './history.js';
import type { IncidentReport, KnownTime, Moment, ReportInputs } from './model.js';
import { alertsOf, inWords } from './times.js';

const spelt: Readonly<Record<HistoryMoment['event'], string>> = {
  done: 'done',
  lifted: 'found lifted by somebody',
  'set-again': 'set again',
  undone: 'undone',
  failed: 'failed',
};

/** All that is known to have happened, in the order of time. */
export function timelineOf(
  { plan, logs, rotation }: ReportInputs,
  times: IncidentReport['times'],
  history: readonly HistoryMoment[],
  evidence: IncidentReport['evidence'],
): Moment[] {
  const at = (known: KnownTime | null, phase: Moment['phase'], what: string, by: string | null = null): Moment[] =>
    known === null ? [] : [{ time: known.time, phase, what: `${what} (${known.from})`, by }];
  const moments: Moment[] = [
    ...at(times.began, 'before', 'The incident began'),
    ...(times.firstSign?.time === times.began?.time ? [] : at(times.firstSign, 'before', 'First sign of abuse')),
    ...alertsOf(logs, times.began?.time ?? null, plan.createdAt)
      .filter((alert) => alert.time !== times.detected?.time)
      .map((alert) => ({ time: alert.time, phase: 'detected' as const, what: inWords(alert), by: null })),
    ...at(times.detected, 'detected', 'Detected'),
    ...at(times.planned, 'detected', 'Planned', plan.identity.caller.arn || null),
    ...at(times.evidence, 'contained', 'Evidence sealed', evidence?.by ?? null),
    ...history.map(({ time, event, title, detail, by }) => ({
      time,
      phase: 'contained' as const,
      what: `${title}: ${spelt[event]}${event === 'failed' ? ` (${detail})` : ''}`,
      by,
    })),
    ...(logs?.takenBack ?? []).map((call) => ({
      time: call.time,
      phase: 'contained' as const,
      what: `${takenBackInWords(call)}, by the logs`,
      by: call.by,
    })),
    ...at(times.contained, 'contained', 'Contained: the last action was done for the first time'),
    ...at(times.verified, 'contained', 'Up to here no call succeeded'),
    ...(rotation ?? []).flatMap((entry): Moment[] =>
      entry.event === 'created'
        ? [{ time: entry.time, phase: 'recovered', what: `New key ${entry.accessKeyId} made`, by: callerOf(rotation) }]
        : entry.event === 'written'
          ? [{ time: entry.time, phase: 'recovered', what: `New key put in ${entry.target}`, by: callerOf(rotation) }]
          : [],
    ),
    ...at(times.recovered, 'recovered', 'Recovered: the new key is in use'),
    ...at(times.deleted, 'recovered', 'The old key was deleted'),
  ];
  return moments
    .map((moment, index) => ({ moment, index }))
    .sort((a, b) => (a.moment.time < b.moment.time ? -1 : a.moment.time > b.moment.time ? 1 : a.index - b.index))
    .map(({ moment }) => moment);
}

const callerOf = (rotation: ReportInputs['rotation']): string | null =>
  standingOf(rotation ?? []).begun?.caller ?? null;

/** `DetachUserPolicy of X with AKIA… from 198.51.100.7` */
export function takenBackInWords({ action, target, accessKeyId, sourceIp }: TakenBack): string {
  return [
    action,
    target === null ? '' : ` of ${target}`,
    accessKeyId === null ? '' : ` with ${accessKeyId}`,
    sourceIp === null ? '' : ` from ${sourceIp}`,
  ].join('');
}
