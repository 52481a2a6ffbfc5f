import { evidenceOf } from './evidence.js';
import { type HistoryMoment, historyOf } from './history.js';
import type { IncidentReport, KnownTime, Minutes, ReportInputs } from './model.js';
import { openQuestions, whatIsLeft } from './open.js';
import { timelineOf } from './timeline.js';
import { timesOf } from './times.js';

/** Composes the report; pure. */
export function reportOf(inputs: ReportInputs): IncidentReport {
  const { plan, logs, now } = inputs;
  const entries = inputs.entries ?? [];
  const { identity, state } = plan;
  const history = historyOf(plan, entries);
  const evidence = evidenceOf(entries);
  const times = timesOf(inputs, history.actions, evidence);
  const { began, detected, contained, recovered, denied } = times;
  return {
    version: 1,
    keyId: identity.keyId,
    madeAt: now.toISOString(),
    owner: {
      arn: state.principal.arn,
      kind: identity.kind,
      sessionName: identity.sessionName,
      accountId: identity.accountId,
    },
    lane: plan.lane,
    planHash: plan.planHash,
    times,
    durations: {
      beganToDetected: minutes(began, detected),
      detectedToContained: minutes(detected, contained),
      containedToRecovered: minutes(contained, recovered),
      ofUseAfterDetection: minutes(detected, denied),
    },
    complete: history.actions.every(({ firstDone }) => firstDone !== null),
    timeline: timelineOf(inputs, times, history.moments, evidence),
    actions: history.actions,
    doneBy: byCaller(history.moments),
    takenBack: logs?.takenBack ?? [],
    callsSince: logs?.callsSince ?? null,
    left: whatIsLeft(plan, history.actions, inputs.rotation),
    evidence,
    openQuestions: openQuestions(inputs, times, evidence !== null),
  };
}

function byCaller(moments: readonly HistoryMoment[]): IncidentReport['doneBy'] {
  const callers = new Map<string, HistoryMoment[]>();
  for (const moment of moments) {
    // Whoever found it lifted did not lift it.
    if (moment.event === 'lifted') continue;
    callers.set(moment.by, [...(callers.get(moment.by) ?? []), moment]);
  }
  return [...callers].map(([caller, done]) => ({ caller, moments: done }));
}

function minutes(from: KnownTime | null, to: KnownTime | null): Minutes {
  if (from === null || to === null) return null;
  return Math.trunc((Date.parse(to.time) - Date.parse(from.time)) / 60_000);
}
