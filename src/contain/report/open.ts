import type { Plan } from '../plan.js';
import { type RotateEntry, standingOf } from '../rotate/journal.js';
import { deliveryMinutes } from '../verify-plan.js';
import type { ActionHistory } from './history.js';
import type { IncidentReport, ReportInputs } from './model.js';
import { alertsOf, inWords, placesWithKey } from './times.js';

const inState: Readonly<Record<Exclude<ActionHistory['standing'], 'holds'>, string>> = {
  lifted: 'was found lifted, and is not recorded as set again',
  undone: 'was undone',
  failed: 'failed, or was not confirmed',
  begun: 'was begun, and its outcome is not recorded',
  'not-applied': 'was not applied',
};

/** What remains to be done or looked at: a sentence each. */
export function whatIsLeft(
  { leftOut, notCovered, checklist, skipped }: Plan,
  actions: readonly ActionHistory[],
  rotation: readonly RotateEntry[] | null,
): string[] {
  const { begun, newKeyId } = standingOf(rotation ?? []);
  const written = placesWithKey(rotation ?? []);
  const waiting = newKeyId === null ? [] : (begun?.targets ?? []).filter((target) => !written.has(target));
  return [
    ...actions.flatMap(({ title, standing, detail }) =>
      standing === 'holds' ? [] : [`${title}: ${inState[standing]}${detail === '' ? '' : ` (${detail})`}.`],
    ),
    ...skipped.map((id) => `${id}: left out of the plan on request.`),
    ...leftOut.map(({ target, refusal }) => `${target.kind} ${target.name} was left out: ${refusal.reason}.`),
    ...notCovered,
    ...waiting.map((target) => `${target} does not have the new key.`),
    ...checklist.map((line) => `By hand, and recorded nowhere: ${line}`),
  ];
}

/** What the evidence does not tell: a sentence each. */
export function openQuestions(inputs: ReportInputs, times: IncidentReport['times'], sealed: boolean): string[] {
  const { plan, entries, logs, detected, rotation } = inputs;
  const { began, recovered, contained } = times;
  return [
    ...(entries === null
      ? ['There is no journal beside the plan: either it was not applied, or what was done is recorded elsewhere.']
      : []),
    ...(began === null ? ['When the incident began is not known.'] : []),
    ...(detected === null
      ? ['When somebody noticed is not in the logs, which only tell what could be seen: say it with --detected.']
      : []),
    ...orderOf(times),
    ...logQuestions(inputs, contained?.time ?? null),
    ...earlierAlerts(inputs, began?.time ?? null),
    ...(sealed ? [] : ['The journal records no evidence that was sealed before the first change.']),
    ...(recovered === null
      ? [
          rotation === null
            ? 'When a new key came into use is not known: name the journal of the rotation, or say it with --recovered.'
            : 'By the journal of the rotation, the new key is not in every place.',
        ]
      : []),
    ...(logs === null ? [] : logs.gaps),
    ...plan.state.unread.map((what) => `Not read when the plan was made: ${what}.`),
  ];
}

function logQuestions({ logs }: ReportInputs, contained: string | null): string[] {
  if (logs === null) return ['No store was named: signs of abuse, alerts, and calls since containment are not known.'];
  const { reachTo, callsSince } = logs;
  if (contained === null) return [];
  if (callsSince !== null && callsSince.successes > 0)
    return [`${callsSince.successes} calls succeeded since containment: whose are they?`];
  if (reachTo !== null && Date.parse(reachTo) >= Date.parse(contained) + deliveryMinutes * 60_000) return [];
  return [
    `The logs reach to ${reachTo ?? 'nowhere'}: whether it was of use since containment is known once they reach ${deliveryMinutes} minutes past ${contained}.`,
  ];
}

function earlierAlerts({ logs, plan }: ReportInputs, began: string | null): string[] {
  if (logs === null || began === null) return [];
  const own = alertsOf(logs, began, plan.createdAt);
  const [first] = logs.alerts.filter((alert) => alert.time < began && !own.includes(alert));
  if (first === undefined) return [];
  return [`Before the incident is said to have begun, at ${first.time}, ${inWords(first)}: did it begin earlier?`];
}

/** Times that people gave may contradict those that are recorded. */
function orderOf({ began, detected, planned }: IncidentReport['times']): string[] {
  return [
    ...(began !== null && detected !== null && detected.time < began.time
      ? ['It was detected before it is said to have begun: one of the two times is wrong.']
      : []),
    ...(detected !== null && detected.time > planned.time
      ? ['It is said to have been detected after it was planned what to do: one of the two times is wrong.']
      : []),
  ];
}
