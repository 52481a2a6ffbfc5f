import type { LogName } from './event.js';

/** The type of a parameter. `timestamp` also takes an age such as `7d`; lists take commas or repeats. */
export type ParameterType = 'string' | 'integer' | 'timestamp' | 'string[]' | 'integer[]';
export type ParameterValue = string | number | string[] | number[];

export interface Parameter {
  name: string;
  type: ParameterType;
  description: string;
  /** Absent: the parameter is required. */
  default?: ParameterValue;
  /** Bounds of an integer, or of each member of an integer list. */
  min?: number;
  max?: number;
}

export type ColumnType = 'string' | 'integer' | 'double' | 'boolean' | 'timestamp';

export interface Column {
  name: string;
  type: ColumnType;
  description: string;
}

/**
 * Where an OpenSearch answer's columns come from.
 * - `hits`: column → path in `_source`; `path#/a/b` reads a JSON pointer inside a field that holds JSON text.
 * - `buckets` of the composite aggregation named `rows`: `key.NAME`, `doc_count`, or `AGG` (its value), `AGG#doc_count` (a filter's count).
 */
export interface OpenSearchAnswer {
  from: 'hits' | 'buckets';
  columns: Record<string, string>;
}

/**
 * Which CloudTrail records a search reads: those of the scope; those of the scope whatever key signed them (`everyone`);
 * those of the `baseline_days` before the scope, whatever key signed them.
 */
export type View = 'scope' | 'everyone' | 'baseline';

/** What a store keeps of its own work, each a view: the ledger's line of each object, and the dead letters. */
export type Book = 'objects' | 'letters';

/** A search template as a JSON object, and how its answer becomes rows. */
export interface OpenSearchSearch {
  /** A log, or what the store keeps of its own work. */
  log: LogName | Book;
  /** Of a log; absent: the scope. */
  view?: View;
  rows: OpenSearchAnswer;
  /**
   * Of hits: a row for each different text that the pattern finds in JSON text, as a column more. `from` are paths in
   * `_source`; a hit in which it finds nothing makes no row.
   */
  unfold?: { column: string; from: string[]; pattern: string };
  /**
   * The body of a search. `"{{name}}"` as a whole string is a parameter, `"{{step.column}}"` the different values in a
   * column of an earlier step; `{"$if": "name", …}` inside an array is left out when that parameter is empty. No other
   * templating exists: text can't be pasted in.
   */
  search: Record<string, unknown>;
  /** With the rows of earlier steps, in this order. */
  join?: Join[];
}

/** A search whose rows feed those after it, or are joined with theirs. */
export interface ChainStep extends OpenSearchSearch {
  name: string;
}

/**
 * What a step's rows do to a search's, where the columns in `on` (the search's to the step's) are the same. A row goes
 * with the first one of the other side that fits.
 * - `left`, `inner`: a search's row gets the step's columns; without a step's row it stays, or goes.
 * - `right`: a step's row gets the search's columns.
 * - `anti`: a search's row goes where the step has one.
 * - `union`: the step's first row of each kind is added where the search has none.
 */
export interface Join {
  step: string;
  on: Record<string, string>;
  kind: 'left' | 'inner' | 'right' | 'anti' | 'union';
}

/** `opensearch.json`: one search, or a chain of them of which this is the last. */
export interface OpenSearchQuestion extends OpenSearchSearch {
  chain?: ChainStep[];
}

/** The kinds of engine, as a location names them. */
export type EngineKind = 'duckdb' | 'opensearch' | 'athena' | 'trino';

/** How a question treats `--key`: it must have one, may have one, or has no credential in its records. */
export type KeyScope = 'required' | 'optional' | 'none';

/** One folder under queries/: query.yaml with athena.sql and opensearch.json read in. */
export interface Question {
  /** Folder name and id on the command line. */
  id: string;
  title: string;
  question: string;
  /** The step of the procedure that it serves. */
  step: string;
  key: KeyScope;
  /** The logs it reads: `events` is cloudtrail, `flows` is vpcflow. */
  logs: LogName[];
  parameters: Parameter[];
  columns: Column[];
  /** Columns in sort order; `-name` is descending; nulls last. Ends in a tie-breaker. */
  order: string[];
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical';
  attack: { version: string; techniques: string[] };
  falsePositives: string[];
  references: string[];
  next: { rows: string; none: string };
  /** What it reads besides the views of its logs; `countries`: the middle of each, from ingest/countries.csv. */
  views: (Exclude<View, 'scope'> | 'countries' | Book)[];
  /** True: it is about the key and every credential issued from it, so that it is asked of them all. */
  closure?: boolean;
  /** Engines that can answer it by themselves, and why others can't; absent: all. */
  engines?: EngineKind[];
  without?: string;
  sql: string;
  /** Null where `engines` leaves OpenSearch out. */
  opensearch: OpenSearchQuestion | null;
}

/** What `events` and `flows` are limited to. Times are `YYYY-MM-DDTHH:mm:ssZ`; empty lists mean all. */
export interface Scope {
  /** Inclusive. */
  from: string;
  /** Exclusive. */
  to: string;
  accounts: string[];
  regions: string[];
  /** Access key ids; applied to `events` only, and not where the question's `key` is `none`. */
  keyIds: string[];
}

/** No limit of time. */
export const allTime = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' } as const;

/** A question with every parameter typed and checked. */
export interface BoundQuestion {
  question: Question;
  scope: Scope;
  /** The question's own parameters, `limit` among them. */
  values: Record<string, ParameterValue>;
}

export type CellValue = string | number | boolean | null;
export type Row = Record<string, CellValue>;

/** What every answer carries. */
export interface Answer {
  query: string;
  /** Scope and own parameters, as used. */
  params: Record<string, ParameterValue>;
  columns: { name: string; type: ColumnType }[];
  rows: Row[];
  /** True when `limit` rows came back: there may be more. */
  truncated: boolean;
  coverage: Coverage;
}

/** What the store holds of one log, within a scope of time, accounts and Regions. */
export interface LogCoverage {
  log: LogName;
  objects: { done: number; failed: number; unfinished: number };
  records: { read: number; deadLettered: number };
  firstEvent: string | null;
  lastEvent: string | null;
  accounts: string[];
  regions: string[];
  /** CloudTrail: data events read (0: reads of S3 objects and the like were not logged). */
  dataEvents: number;
  /** Flow rows that say records were lost. */
  skipData: number;
  /** Access key ids that a sieve was asked for: the store holds only what names them or a key issued from them. */
  sieve?: string[];
}

export interface Coverage {
  logs: LogCoverage[];
  /** What the evidence lacks, each a sentence. */
  missing: string[];
}
