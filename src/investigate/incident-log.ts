import { compareText, isoTime } from '../model/cell.js';
import type { Alert, IncidentLog, TakenBack } from '../model/incident.js';
import { allTime, type EngineKind, type Row } from '../model/question.js';
import { ask } from '../queries/ask.js';
import { closureOf } from '../queries/closure.js';
import { coverageOf } from '../queries/coverage.js';
import { questionById } from '../queries/load.js';
import { bindQuestion } from '../queries/parameters.js';
import type { Engine } from '../stores/store.js';
import { callsSince } from './calls-since.js';
import { count, text } from './findings.js';
import { iso } from './times.js';
import { traceOf } from './trace.js';

export interface IncidentLogRequest {
  engine: Engine;
  keyId: string;
  /** Names of users, and ids of their long-term keys, whose containment somebody may have taken back. */
  users: readonly string[];
  keyIds: readonly string[];
  /** From when on calls take back a containment; ISO 8601. */
  plannedAt: string;
  /** When it was complete; null where nothing was contained. */
  containedAt: string | null;
  now: Date;
  /** Called before each question with its id. */
  onProgress?: (question: string) => void;
}

const limit = 100_000;
const keysPerQuestion = 1000;
const everywhere = { ...allTime, accounts: [], regions: [] };

/** Lifts a deny, a lock, a revocation of sessions, or lets in again who was let out. */
const liftsContainment =
  /^(DetachUserPolicy|DeleteUserPolicy|DetachRolePolicy|DeleteRolePolicy|UpdateAssumeRolePolicy|CreateLoginProfile|UpdateSSHPublicKey|UpdateSigningCertificate|UpdateServiceSpecificCredential|DetachPolicy|CreateAccountAssignment|CreateGroupMembership|ReplaceIamInstanceProfileAssociation|(?:Put|Delete)FunctionConcurrency)(?:\d{8}(?:v\d+)?)?$/;

/** What the store knows of an incident's course. Throws what the engine throws. */
export async function incidentLog(request: IncidentLogRequest): Promise<IncidentLog> {
  const { engine, keyId, users, containedAt, now, onProgress = () => undefined } = request;
  const trace = await traceOf({ engine, keyId, now, onProgress });
  const closure = (await closureOf(engine, keyId)).credentials.map(({ accessKeyId }) => accessKeyId);
  const gaps: string[] = [];
  const rows = async (
    id: string,
    keyIds: readonly string[],
    given: Record<string, string> = {},
    from: string = allTime.from,
  ): Promise<Row[]> => {
    onProgress(id);
    const question = questionById(id);
    const kind = engine.uri.slice(0, engine.uri.indexOf(':')) as EngineKind;
    if (question.engines?.includes(kind) === false) {
      gaps.push(`The store can not answer ${id}.`);
      return [];
    }
    const texts = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value]]));
    const { values } = bindQuestion({ ...question, key: 'none' }, { ...texts, limit: [String(limit)] }, now);
    const found: Row[] = [];
    for (let first = 0; first < Math.max(1, keyIds.length); first += keysPerQuestion) {
      const scope = { ...everywhere, from, keyIds: keyIds.slice(first, first + keysPerQuestion) };
      const some = await ask(engine, { question, scope, values });
      if (some.length === limit) gaps.push(`The answer to ${id} was cut: there is more.`);
      for (const row of some) found.push(row);
    }
    return found;
  };
  const findings = await rows('guardduty-findings', closure);
  const bursts = await rows('denied-burst', closure);
  const quarantines: Row[] = [];
  for (const user of users) quarantines.push(...(await rows('quarantine', [], { user })));
  const keys = [...new Set([...closure, ...request.keyIds])];
  const plannedAt = isoTime(request.plannedAt);
  const timeline = await rows('key-timeline', keys, {}, plannedAt);
  const activated: Row[] = [];
  for (const subject of request.keyIds) activated.push(...(await rows('key-lifecycle', [], { subject }, plannedAt)));
  onProgress('calls-since');
  const since = containedAt === null ? null : await callsSince({ engine, keyId, since: containedAt, now });
  const { missing } = await coverageOf(engine, { ...everywhere, keyIds: [] }, ['cloudtrail', 'guardduty']);
  return {
    firstSign: trace.firstAbuse,
    reachTo: trace.logsReachTo,
    alerts: [
      ...findings.flatMap((row) => alert('guardduty', row.updated_at, text(row, 'type'))),
      ...quarantines.filter(isAttached).flatMap((row) => alert('quarantine', row.event_time, text(row, 'target'))),
      ...bursts.flatMap((row) => alert('denied-burst', row.last_seen, String(count(row, 'refused')))),
    ].sort(byTime),
    takenBack: [
      ...timeline.filter((row) => row.error_code === null && liftsContainment.test(text(row, 'event_name'))),
      ...activated.filter(isActivation),
      ...quarantines.filter((row) => row.error_code === null && /^Detach/.test(text(row, 'event_name'))),
    ]
      .flatMap(takenBackOf)
      .filter(({ time }) => time >= request.plannedAt)
      .sort(byTime)
      .filter((entry, at, all) => !sameCall(entry, all[at - 1])),
    callsSince: since === null ? null : { successes: since.successes, refused: since.refused },
    gaps: [
      ...new Set([
        ...missing,
        ...gaps,
        ...trace.unanswered.map((id) => `The store can not answer ${id}.`),
        ...trace.truncated.map((list) => `The logs hold more than was read, of ${list}.`),
      ]),
    ],
  };
}

function alert(source: Alert['source'], at: Row[string] | undefined, what: string): Alert[] {
  const time = iso(typeof at === 'string' ? at : null);
  return time === null ? [] : [{ source, time, what }];
}

const isAttached = (row: Row): boolean => row.error_code === null && /^Attach/.test(text(row, 'event_name'));

const isActivation = (row: Row): boolean =>
  row.error_code === null && /^UpdateAccessKey/.test(text(row, 'event_name')) && /^active$/i.test(text(row, 'status'));

function takenBackOf(row: Row): TakenBack[] {
  const time = iso(text(row, 'event_time'));
  if (time === null) return [];
  const or = (column: string) => text(row, column) || null;
  return [
    {
      time,
      action: text(row, 'event_name'),
      target: or('changed_key_id') ?? or('policy'),
      by: or('arn'),
      accessKeyId: or('access_key_id'),
      sourceIp: or('source_ip'),
    },
  ];
}

/** Two questions may tell of one call. */
const sameCall = (a: TakenBack, b: TakenBack | undefined): boolean =>
  a.time === b?.time && a.action === b.action && a.accessKeyId === b.accessKeyId && a.sourceIp === b.sourceIp;

const byTime = (a: { time: string }, b: { time: string }): number => compareText(a.time, b.time);
