import type { Slices } from './slices.js';

/** The logs that keytrail reads. The name is the folder under ingest/ and the value of --log. */
export const logNames = ['cloudtrail', 'vpcflow', 'config', 'guardduty'] as const;
export type LogName = (typeof logNames)[number];

/** A record's raw fields under the names that AWS gives them (`eventName`; `interface-id`). */
export type RawRecord = Record<string, unknown>;

/** One event, as a parser yields it and a store takes it. */
export interface LogEvent {
  /** Stable across objects, runs and stores; at most 512 bytes. */
  id: string;
  /** Event time, `YYYY-MM-DDTHH:mm:ssZ`. */
  time: string;
  /** Of an event that has slices, read when it is asked for. */
  readonly record: RawRecord;
  /** Where the values lie in the record's bytes; absent where the record is unusual, or the log's all are read. */
  slices?: Slices;
  /** Length of the record as read, in bytes. */
  bytes: number;
  /** Position in its object, from 0. */
  position: number;
  /** What keytrail adds to the record, by the names in the contract's `enriched`; absent names are unknown. */
  enrichment?: Enriched;
}

export type Enriched = Record<string, string | number>;

/** A piece of an object that could not become an event. */
export interface Rejected {
  rejected: true;
  position: number;
  /** One clause, no trailing full stop: `eventTime is missing`. */
  reason: string;
  /** The bytes as read; at most `maxDeadLetterBytes`. */
  raw: Buffer;
  /** False when `raw` is only its beginning: too long, or the object ended there. */
  whole: boolean;
  /** Of a flow row, the names of the fields as its header has them; null: no header, or a record that needs none. */
  header: string | null;
}

/** A record that was kept by itself, and what its object said of it. */
export type Kept = Pick<Rejected, 'raw' | 'position' | 'header'>;

/** What a parser yields, in the order of the object. */
export type Parsed = LogEvent | Rejected;

export function isRejected(parsed: Parsed): parsed is Rejected {
  return 'rejected' in parsed;
}

/** Dead letters keep this much of a record: four times the 256 KB that CloudTrail allows an event. */
export const maxDeadLetterBytes = 1024 * 1024;
