import { readFileSync } from 'node:fs';
import { KeytrailError, reasonOf } from '../errors.js';
import { type LogName, logNames } from './event.js';
import { generatedJson, type Made, madeFrom, parseYaml, stillMade } from './made.js';
import { packagePath } from './paths.js';

/** `timestamp` is ISO 8601 text in SQL; `json` is JSON text in SQL. */
export type FieldType = 'string' | 'timestamp' | 'integer' | 'bigint' | 'double' | 'json';

/** `raw`: kept in `_source` only. `epoch`: a date, given in seconds. */
export type EcsType =
  | 'keyword'
  | 'ip'
  | 'date'
  | 'epoch'
  | 'integer'
  | 'long'
  | 'double'
  | 'boolean'
  | 'flat_object'
  | 'raw';

export interface EcsTarget {
  field: string;
  type: EcsType;
}

export interface Field {
  /** Path of the SQL column: `useridentity.arn`, `resources[].arn`. */
  column: string;
  /** Path in the record: `userIdentity.arn`, `resources[].ARN`. */
  raw: string;
  type: FieldType;
  ecs: EcsTarget[];
  meaning: string;
}

/** A value computed from the record; `column` is its name in the view, where the SQL engines have it too. */
export interface DerivedField {
  derive: string;
  column: string | null;
  ecs: EcsTarget;
  meaning: string;
}

/** A value that ingest adds from data of its own; named alike in OpenSearch and DuckDB, where the dots nest structs. */
export interface EnrichedField {
  field: string;
  type: 'keyword' | 'long';
  meaning: string;
}

/** ingest/<log>/fields.yaml: what a log's records are called everywhere. */
export interface Contract {
  log: LogName;
  title: string;
  source: string;
  /** The name that questions read. */
  view: string;
  /** The table behind it, in Athena, Trino and DuckDB. */
  table: string;
  /** Monthly indices are named `<index>-YYYY.MM`. */
  index: string;
  fields: Field[];
  derived: DerivedField[];
  enriched: EnrichedField[];
}

const fieldTypes: readonly string[] = ['string', 'timestamp', 'integer', 'bigint', 'double', 'json'];
const ecsTypes: readonly string[] = [
  'keyword',
  'ip',
  'date',
  'epoch',
  'integer',
  'long',
  'double',
  'boolean',
  'flat_object',
  'raw',
];
const enrichedTypes: readonly string[] = ['keyword', 'long'];
const enrichedPath = /^[a-z_]+(\.[a-z_]+)+$/;
const columnPath = /^[a-z_][a-z0-9_]*(\[\])?(\.[a-z_][a-z0-9_]*)*$/;

/** Parses and checks a contract. `where` names the file in errors. */
function parseContract(text: string, where: string): Contract {
  const fail = (message: string, cause?: unknown): never => {
    throw new KeytrailError('bad_contract', `${where}: ${message}`, {
      hint: 'Compare with ingest/cloudtrail/fields.yaml, which explains every key.',
      cause,
    });
  };
  let parsed: unknown;
  try {
    parsed = parseYaml(text);
  } catch (error) {
    return fail(reasonOf(error), error);
  }
  const raw = parsed as Partial<Contract> | null;
  if (!raw || typeof raw !== 'object') return fail('not a YAML map');
  for (const name of ['log', 'title', 'source', 'view', 'table', 'index'] as const)
    if (typeof raw[name] !== 'string') fail(`${name} is missing`);
  if (!logNames.includes(raw.log as LogName)) fail(`log is ${raw.log}, not one of ${logNames.join(', ')}`);
  if (!Array.isArray(raw.fields) || raw.fields.length === 0) fail('fields is missing');
  const target = (ecs: Partial<EcsTarget>, column: string): EcsTarget => {
    const type = ecs.type ?? 'keyword';
    if (typeof ecs.field !== 'string' || !ecsTypes.includes(type))
      fail(`${column}: ecs needs a field and a known type`);
    return { field: ecs.field as string, type };
  };
  const fields = raw.fields!.map((field): Field => {
    const { column, raw: path, meaning } = field;
    if (typeof column !== 'string' || !columnPath.test(column))
      return fail(`column ${String(column)} is no column path`);
    if (typeof path !== 'string' || typeof meaning !== 'string') return fail(`${column}: raw and meaning are needed`);
    if (column.split('.').length !== path.split('.').length) return fail(`${column}: as deep as ${path} it is not`);
    const type = field.type ?? 'string';
    if (!fieldTypes.includes(type)) return fail(`${column}: unknown type ${type}`);
    return { column, raw: path, type, meaning, ecs: (field.ecs ?? []).map((ecs) => target(ecs, column)) };
  });
  const derived = (raw.derived ?? []).map((field): DerivedField => {
    if (typeof field.derive !== 'string' || typeof field.meaning !== 'string')
      return fail('a derived field needs derive and meaning');
    return { ...field, column: field.column ?? null, ecs: target(field.ecs, field.derive) };
  });
  const enriched = (raw.enriched ?? []).map(({ field, type = 'keyword', meaning }): EnrichedField => {
    if (typeof field !== 'string' || !enrichedPath.test(field))
      return fail(`enriched ${String(field)} is no field path`);
    if (!enrichedTypes.includes(type) || typeof meaning !== 'string')
      return fail(`${field}: a known type and a meaning are needed`);
    return { field, type, meaning };
  });
  const { log, title, source, view, table, index } = raw as Contract;
  return { log, title, source, view, table, index, fields, derived, enriched };
}

const fileOf = (log: LogName): string => `ingest/${log}/fields.yaml`;

const textOf = (log: LogName): string => readFileSync(packagePath(fileOf(log)), 'utf8');

const loaded = new Map<LogName, Contract>();

/** The contract of a log, read once. */
export function contractOf(log: LogName): Contract {
  let contract = loaded.get(log);
  if (!contract) {
    const text = textOf(log);
    const made = generatedJson<Made<Contract>>(`ingest/${log}/generated/contract.json`);
    contract = stillMade(made, text) ?? parseContract(text, fileOf(log));
    loaded.set(log, contract);
  }
  return contract;
}

/** All contracts as their YAML has them now: what is generated must not be made of what was generated before. */
export function contractsAnew(): Contract[] {
  for (const log of logNames) loaded.set(log, parseContract(textOf(log), fileOf(log)));
  return allContracts();
}

/** ingest/<log>/generated/contract.json */
export const contractText = (contract: Contract): string =>
  `${JSON.stringify(madeFrom(textOf(contract.log), contract), null, 2)}\n`;

/** Name of the contract whose view questions call `events` or `flows`. */
export const allContracts = (): Contract[] => logNames.map(contractOf);

/** Where a field stands in its contract, by its name in the record; -1: nowhere. */
export const positionIn = ({ fields }: Contract, raw: string): number => fields.findIndex((field) => field.raw === raw);
