import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KeytrailError } from '../errors.js';
import { AnswerBook, type ExpectedAnswer } from './answers.js';
import { itemsOf } from './config-items.js';
import type { Delivered } from './delivery.js';
import { writeEvents } from './event-files.js';
import { findingsOf } from './findings.js';
import { writeFlows } from './flow-files.js';
import { flowLogsOf } from './flow-log.js';
import { timeText } from './identifiers.js';
import { type Incident, incidentOf } from './incident.js';
import { planFlows } from './incident-flows.js';
import { type OwnerState, ownerStateOf } from './owner-state.js';
import { planEvents } from './plan.js';
import { slotsOf } from './schedule.js';
import { ServiceAnswers } from './service-answers.js';
import { writeFindings, writeItems } from './service-files.js';
import { acts, type ClosureEntry, villainOf } from './villain.js';
import { cellsOf, production } from './world.js';

export interface ScenarioProgress {
  /** Written so far. */
  events: number;
  flows: number;
  files: number;
}

export interface ScenarioOptions {
  /** Where `AWSLogs/` and `answers.json` are made; created when absent. */
  directory: string;
  /** A whole number, 0 or more. */
  seed: number;
  /** CloudTrail events in all. */
  events: number;
  /** VPC flow log rows in all. */
  flows: number;
  /** A full hour, `YYYY-MM-DDTHH:00:00Z`. */
  start?: string;
  /** How long, from 24 on. */
  hours?: number;
  /** Also a few findings of GuardDuty and items of AWS Config, which count neither as events nor as flows. */
  allLogs?: boolean;
  /** Called after every file. */
  onProgress?: (progress: ScenarioProgress) => void;
}

/** What `answers.json` holds. */
export interface ScenarioAnswers {
  seed: number;
  events: number;
  flows: number;
  /** States of GuardDuty's findings. */
  findings: number;
  /** Configuration items of AWS Config. */
  items: number;
  files: number;
  incident: Incident;
  /** The leaked key and all credentials that STS issued from it, by depth and key id. */
  closure: ClosureEntry[];
  /** By question id. */
  questions: Record<string, ExpectedAnswer[]>;
}

export interface ScenarioSummary extends Omit<ScenarioAnswers, 'questions'> {
  directory: string;
  /** Path of `answers.json`. */
  answers: string;
  /** Of the log files, compressed. */
  bytes: number;
  /** The leaked key's owner as IAM has it, from which a containment plan can be made. */
  ownerState: OwnerState;
}

export type { ClosureEntry, ExpectedAnswer, Incident };

const maxHours = 24 * 92;

function refuse(message: string, hint: string): never {
  throw new KeytrailError('bad_parameter', `scenario: ${message}`, { hint });
}

/** From and to, in seconds since 1970. */
function rangeOf({ start = '2026-03-02T00:00:00Z', hours = 48 }: ScenarioOptions): {
  from: number;
  to: number;
  hours: number;
} {
  const from = Date.parse(start) / 1000;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:00:00Z$/.test(start) || Number.isNaN(from))
    refuse(`start ${JSON.stringify(start)} is no full hour in UTC`, 'Write it like 2026-03-02T00:00:00Z.');
  if (!Number.isSafeInteger(hours) || hours < 24 || hours > maxHours)
    refuse(`hours is ${hours}`, `Give a whole number from 24 to ${maxHours}: the incident alone takes nine hours.`);
  return { from, to: from + hours * 3600, hours };
}

function checkNumber(name: 'seed' | 'events' | 'flows', value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    refuse(
      `${name} is ${value}`,
      `Give a whole number of at least ${least}${least > 0 ? ': the incident needs as many' : ''}.`,
    );
}

async function checkDirectory(directory: string): Promise<void> {
  for (const name of ['AWSLogs', 'answers.json']) {
    const there = await access(path.join(directory, name)).then(
      () => true,
      () => false,
    );
    if (there)
      refuse(
        `${path.join(directory, name)} is there already`,
        'Name an empty directory, or remove what an earlier run made.',
      );
  }
}

/**
 * Generates an incident among normal traffic, as CloudTrail and VPC flow log files in S3's layout below
 * `directory`, on demand with what GuardDuty and AWS Config say of it, and beside them `answers.json`: what each
 * question must answer. The same options give the same bytes. Memory does not grow with the size.
 *
 * @throws KeytrailError `bad_parameter` for a size that has no room for the incident, or a directory in use.
 */
export async function generateScenario(options: ScenarioOptions): Promise<ScenarioSummary> {
  const { directory, seed, events, flows, allLogs = false, onProgress } = options;
  checkNumber('seed', seed, 0);
  const { from, to, hours } = rangeOf(options);
  const cells = cellsOf(seed);
  const logs = flowLogsOf(seed, cells);
  // Off the full hour, so that the first burst of refusals crosses a ten-minute window.
  const villain = villainOf(seed, from + Math.floor(hours * 0.45) * 3600 + 2651);
  const plan = planEvents(
    { seed, events, from, to },
    villain,
    cells.find(({ accountId }) => accountId === production)!,
  );
  const plannedFlows = planFlows(seed, villain, logs);
  checkNumber('events', events, plan.events.length);
  checkNumber('flows', flows, plannedFlows.length);
  await checkDirectory(directory);
  await mkdir(directory, { recursive: true });

  const leaked = villain.keys.leaked;
  const closureKeyIds = villain.closure.map(({ accessKeyId }) => accessKeyId);
  const book = new AnswerBook(leaked, closureKeyIds, villain.createdUser.name);
  const services = new ServiceAnswers();
  const written = { events: 0, flows: 0, findings: 0, items: 0, files: 0, bytes: 0 };
  const count = (kind: 'events' | 'flows' | 'findings' | 'items') => (delivered: Delivered & { pieces: number }) => {
    written[kind] += delivered.pieces;
    written.files += delivered.files;
    written.bytes += delivered.bytes;
    onProgress?.({ events: written.events, flows: written.flows, files: written.files });
  };
  const slots = slotsOf(from, to);
  await writeEvents(directory, { seed, cells, slots, events, planned: plan.events }, book, count('events'));
  await writeFlows(directory, { seed, logs, slots, flows, planned: plannedFlows }, book, count('flows'));
  if (allLogs) {
    const findings = findingsOf(seed, villain, plan.events, plannedFlows, logs);
    await writeFindings(directory, seed, findings, services, count('findings'));
    await writeItems(directory, itemsOf(seed, villain, plan.events, from), services, count('items'));
  }

  const known = {
    seed,
    events: written.events,
    flows: written.flows,
    findings: written.findings,
    items: written.items,
    files: written.files,
    incident: incidentOf(villain, {
      events: plan.hostile,
      from: timeText(villain.began),
      to: timeText(villain.began + acts.end),
    }),
    closure: villain.closure,
  };
  const answers: ScenarioAnswers = {
    ...known,
    questions: { ...book.questions(), ...services.questions(closureKeyIds, villain.createdUser.arn) },
  };
  const file = path.join(directory, 'answers.json');
  await writeFile(file, `${JSON.stringify(answers, null, 1)}\n`);
  const lastUse = plan.events.findLast(({ record }) => record.userIdentity.accessKeyId === leaked)!;
  const ownerState = ownerStateOf(seed, villain, lastUse);
  return { ...known, directory, answers: file, bytes: written.bytes, ownerState };
}
