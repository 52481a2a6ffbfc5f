import { contractOf } from '../model/contract.js';
import type { LogName } from '../model/event.js';
import { ExactNumber, parseExact } from '../model/exact-json.js';
import { allTime, type BoundQuestion, type OpenSearchQuestion, type Question, type Row } from '../model/question.js';
import type { Engine } from '../stores/store.js';

/** The logs of which a single record can be asked for; flow records are only ever summed up. */
export type RecordLog = Exclude<LogName, 'vpcflow'>;

/** Which records are wanted: `at`, the record's time, spares an engine the other days. */
export interface Wanted {
  log: RecordLog;
  id: string;
  at: string | null;
}

/** The column that says which record it is: an event's id, a finding's, or the resource that an item is a state of. */
const namedBy: Readonly<Record<RecordLog, string>> = {
  cloudtrail: 'eventid',
  config: 'resourceid',
  guardduty: 'findingid',
};

export const isRecordLog = (text: string): text is RecordLog => Object.hasOwn(namedBy, text);

/** Records of one id that are shown: of an event one in each account that received it, commonly one. */
const mostRecords = 20;
/** The member that is a list of structs; SQL gives it whole, OpenSearch a list for each of its members. */
const listOf = (raw: string): string | null => /^(\w+)\[\]/.exec(raw)?.[1] ?? null;

interface Source {
  /** What the question calls it. */
  name: string;
  /** Where it belongs in the record. */
  raw: string;
  json: boolean;
  type: 'string' | 'double';
  /** Of a list of structs as SQL gives it: what the log calls each column. */
  members?: ReadonlyMap<string, string>;
  sql: string;
  opensearch: string;
}

const leafOf = (path: string): string => path.replace(/^\w+\[\]\./, '');

const quoted = (column: string): string =>
  column
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');

/** What the contract doesn't know is kept by stores; engines that read the files where they lie have no such column. */
const isStore = (engine: Engine): boolean => !/^(?:athena|trino):/.test(engine.uri);

function sources(engine: Engine, log: RecordLog): Source[] {
  const { fields } = contractOf(log);
  const plain = fields.map(({ column, raw, type, ecs }, place): Source => {
    const target = ecs.find(({ type }) => type !== 'flat_object')?.field ?? ecs[0]?.field;
    return {
      name: `f${place}`,
      raw,
      json: type === 'json',
      type: type === 'double' ? 'double' : 'string',
      sql: listOf(raw) === null ? quoted(column) : 'CAST(NULL AS VARCHAR)',
      opensearch: target ?? `absent.${column}`,
    };
  });
  const lists = [...new Set(fields.flatMap(({ raw }) => listOf(raw) ?? []))].map(
    (raw): Source => ({
      name: `list_${raw.toLowerCase()}`,
      raw,
      json: true,
      type: 'string',
      members: new Map(
        fields.filter((field) => listOf(field.raw) === raw).map((field) => [leafOf(field.column), leafOf(field.raw)]),
      ),
      sql: `CAST(${quoted(raw.toLowerCase())} AS JSON)`,
      opensearch: `absent.${raw}`,
    }),
  );
  const rest: Source = {
    name: 'unmapped',
    raw: 'unmapped',
    json: true,
    type: 'string',
    sql: isStore(engine) ? 'unmapped' : 'CAST(NULL AS VARCHAR)',
    opensearch: 'unmapped',
  };
  return [...plain, ...lists, rest];
}

/** A question that no pack has: every field of the contract, of the records under one id. */
function recordQuestion(log: RecordLog, all: readonly Source[]): Question {
  const { view, fields } = contractOf(log);
  const name = fields.find(({ column }) => column === namedBy[log])!;
  const opensearch: OpenSearchQuestion = {
    log,
    rows: { from: 'hits', columns: Object.fromEntries(all.map(({ name, opensearch }) => [name, opensearch])) },
    search: { size: '{{limit}}', query: { bool: { filter: [{ term: { [name.ecs[0]!.field]: '{{record_id}}' } }] } } },
  };
  return {
    id: 'record',
    title: 'A record',
    question: 'What does the record say?',
    step: 'assess-use',
    key: 'none',
    logs: [log],
    parameters: [{ name: 'record_id', type: 'string', description: name.meaning }],
    columns: all.map(({ name, raw, type }) => ({ name, type, description: raw })),
    order: [],
    severity: 'info',
    attack: { version: '17.1', techniques: [] },
    falsePositives: [],
    references: [],
    next: { rows: '', none: '' },
    views: [],
    sql: `SELECT ${all.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')} FROM ${view} WHERE ${name.column} = :record_id LIMIT :limit`,
    opensearch,
  };
}

const secondMs = 1000;

function bind(question: Question, { id, at }: Wanted): BoundQuestion {
  const time = at === null ? Number.NaN : Date.parse(at);
  const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const range = Number.isNaN(time) ? allTime : { from: iso(time), to: iso(time + secondMs) };
  return {
    question,
    scope: { ...range, accounts: [], regions: [], keyIds: [] },
    values: { record_id: id, limit: mostRecords },
  };
}

type Members = Map<string, unknown>;

function place(record: Members, raw: string, value: unknown): void {
  const steps = raw.split('.');
  const leaf = steps.pop()!;
  let level = record;
  for (const step of steps) {
    const next = level.get(step);
    const inner: Members = next instanceof Map ? next : new Map();
    level.set(step, inner);
    level = inner;
  }
  level.set(leaf, value);
}

/** JSON as it was, or the text itself where it is none: what a log says is not to be relied on. */
function jsonOf(text: string): unknown {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return parseExact(text);
}

/** A list of structs under the log's own names. */
function renamed(list: unknown, members: ReadonlyMap<string, string>): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((item) =>
    typeof item === 'object' && item !== null
      ? new Map(
          Object.entries(item)
            .filter(([, value]) => value !== null)
            .map(([name, value]) => [members.get(name) ?? name, value]),
        )
      : item,
  );
}

function recordOf(row: Row, all: readonly Source[]): Members {
  const record: Members = new Map();
  const lists = new Map<string, Members[]>();
  for (const { name, raw, json, members } of all) {
    const value = row[name];
    if (typeof value === 'number') place(record, raw, value);
    if (typeof value !== 'string' || value === '') continue;
    const list = listOf(raw);
    if (list === null) {
      const found = json ? jsonOf(value) : value;
      place(record, raw, members ? renamed(found, members) : found);
      continue;
    }
    const values = jsonOf(value);
    const items = lists.get(list) ?? [];
    lists.set(list, items);
    for (const [index, item] of (Array.isArray(values) ? values : []).entries()) {
      items[index] ??= new Map();
      if (item !== null) items[index].set(raw.slice(list.length + 3), item);
    }
  }
  for (const [name, items] of lists) record.set(name, items);
  return record;
}

/** Indented JSON; no number is rounded. */
function indented(value: unknown, indent: string): string {
  if (value instanceof ExactNumber) return value.text;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return value.length === 0 ? '[]' : `[\n${value.map((one) => inner + indented(one, inner)).join(',\n')}\n${indent}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = value instanceof Map ? [...value] : Object.entries(value);
  if (members.length === 0) return '{}';
  const lines = members.map(([name, one]) => `${inner}${JSON.stringify(name)}: ${indented(one, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/**
 * The records under an id, as JSON text under the names of the log. A store keeps fields, not bytes: blanks and the
 * order of members are not those of the file, empty texts are left out, and members that the contract doesn't know
 * stand under `unmapped`.
 */
export async function recordsOf(engine: Engine, wanted: Wanted): Promise<string[]> {
  const all = sources(engine, wanted.log);
  const rows = await engine.ask(bind(recordQuestion(wanted.log, all), wanted));
  return rows.map((row) => indented(recordOf(row, all), ''));
}
