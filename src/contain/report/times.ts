import type { Alert, IncidentLog } from '../../model/incident.js';
import type { Plan } from '../plan.js';
import { type RotateEntry, standingOf } from '../rotate/journal.js';
import type { PlannedAction } from '../step.js';
import { deliveryMinutes, doneAt } from '../verify-plan.js';
import type { ActionHistory } from './history.js';
import type { IncidentReport, KnownTime, ReportInputs } from './model.js';

type Times = IncidentReport['times'];
type Evidence = IncidentReport['evidence'];

export function timesOf(inputs: ReportInputs, actions: readonly ActionHistory[], evidence: Evidence): Times {
  const { plan, logs } = inputs;
  const contained = doneAt(inputs.entries ?? []);
  const firstSign = logs?.firstSign ?? null;
  const began =
    plan.since === null ? known(firstSign, 'the first abuse that the logs show') : known(plan.since, 'by the plan');
  return {
    began,
    firstSign: known(firstSign, 'the logs'),
    detected: detectedAt(inputs, began?.time ?? null),
    planned: { time: plan.createdAt, from: 'the plan' },
    evidence: known(evidence?.sealedAt ?? null, 'the journal'),
    denied: known(deniedAt(plan, actions), 'the journal'),
    contained: known(contained, 'the journal'),
    verified: known(verifiedTo(logs, contained), 'the logs'),
    recovered: recoveredAt(inputs),
    deleted: known(deletedAt(inputs.deletion), 'the journal of the deletion'),
  };
}

/** As somebody said; else the first alert of the incident; at the latest when somebody planned. */
function detectedAt({ detected, logs, plan }: ReportInputs, began: string | null): KnownTime | null {
  if (detected !== null) return { time: detected, from: 'as given' };
  const alert = alertsOf(logs, began, plan.createdAt)[0];
  if (alert !== undefined) return { time: alert.time, from: inWords(alert) };
  return { time: plan.createdAt, from: 'at the latest, for then it was planned what to do' };
}

/** Alerts that can have told of this incident: what came before it is another, what came after the plan is its work. */
export function alertsOf(logs: IncidentLog | null, began: string | null, planned: string): Alert[] {
  return (logs?.alerts ?? []).filter(({ time }) => time <= planned && (began === null || time >= began));
}

export function inWords({ source, what }: Alert): string {
  if (source === 'guardduty') return `GuardDuty found ${what}`;
  if (source === 'quarantine') return `AWS put ${what} in quarantine`;
  return `a burst of ${what} refused calls`;
}

/** The first action that takes all power from the credential itself. */
function deniedAt(plan: Plan, actions: readonly ActionHistory[]): string | null {
  const ending = new Set(plan.actions.filter((action) => endsUse(plan, action)).map(({ id }) => id));
  const done = actions.flatMap(({ id, firstDone }) => (ending.has(id) && firstDone !== null ? [firstDone] : []));
  return done.sort()[0] ?? null;
}

function endsUse({ identity, state }: Plan, { step, fact }: PlannedAction): boolean {
  const [kind, of, ...name] = fact.split(' ');
  const { type, name: owner } = state.principal;
  if (kind === 'scp-attachment') return true;
  if (step === 'attach-deny' || step === 'revoke-sessions') return of === `${type}/${owner}`;
  return step === 'deactivate-key' && name.join(' ') === identity.keyId;
}

function verifiedTo(logs: IncidentLog | null, contained: string | null): string | null {
  if (logs === null || logs.callsSince === null || logs.callsSince.successes > 0) return null;
  if (contained === null || logs.reachTo === null) return null;
  return Date.parse(logs.reachTo) >= Date.parse(contained) + deliveryMinutes * 60_000 ? logs.reachTo : null;
}

/** When every target of the rotation had the new key. */
function recoveredAt({ recovered, rotation }: ReportInputs): KnownTime | null {
  if (recovered !== null) return { time: recovered, from: 'as given' };
  const { begun, newKeyId } = standingOf(rotation ?? []);
  if (rotation === null || begun === null || newKeyId === null) return null;
  const written = placesWithKey(rotation);
  if (begun.targets.some((target) => !written.has(target))) return null;
  return known([...written.values()].sort().at(-1) ?? null, `the journal of the rotation: ${newKeyId} is in place`);
}

/** Target → when the new key was put there, of the rotation that was begun last; without those that lost it again. */
export function placesWithKey(rotation: readonly RotateEntry[]): ReadonlyMap<string, string> {
  const { begun } = standingOf(rotation);
  const written = new Map<string, string>();
  for (const entry of begun === null ? [] : rotation.slice(rotation.indexOf(begun))) {
    if (entry.event === 'written') written.set(entry.target, entry.time);
    if (entry.event === 'write-intent' || entry.event === 'failed' || entry.event === 'restored')
      written.delete(entry.target);
  }
  return written;
}

/** An entry that the key is gone. */
function deletedAt(deletion: ReportInputs['deletion']): string | null {
  return deletion?.find(({ event, phase }) => event === 'done' && phase === 'apply')?.time ?? null;
}

const known = (time: string | null, from: string): KnownTime | null => (time === null ? null : { time, from });
