import type { LogEvent, LogName } from '../model/event.js';
import type { DeadLetter, LedgerEntry, LetterPlace } from '../model/object.js';
import type { BoundQuestion, LogCoverage, Row, Scope } from '../model/question.js';
import type { Stream, StreamScope } from '../model/stream.js';

/** What became of one event: `refused` is final, and belongs in the dead letters. */
export type Outcome = 'stored' | 'duplicate' | { refused: string };

/** How long to wait for a store that only one process can have. */
export interface Wait {
  /** May be infinite. */
  seconds: number;
  /** Told once: who has it, and that it is waited for. */
  onWait: (line: string) => void;
  /** Ends the waiting, with a KeytrailError `interrupted`. */
  signal?: AbortSignal;
}

/** A folder of log files in S3 that an engine reads where they lie. */
export interface LogPlace {
  /** `s3://bucket/prefix`. */
  location: string;
  /** Whether a question reads only the days, accounts and Regions of its scope. */
  pruned: boolean;
}

/** What an answer cost an engine that is paid by what it reads. */
export interface Scan {
  question: string;
  bytes: number;
  /** The answer to an earlier, equal question was given again. */
  reused: boolean;
}

/** Answers questions. Athena and Trino are engines only; DuckDB and OpenSearch are whole stores. */
export interface Engine {
  /** `duckdb:FILE`, `opensearch:URL` … without any secret. */
  readonly uri: string;
  /** Rows in the question's order, at most its `limit`, cells typed as its columns say. */
  ask(bound: BoundQuestion): Promise<Row[]>;
  /** What the ledger says was read for a scope (`keyIds` is ignored), a row per log that has any object; null: there is no ledger. */
  coverage(scope: Scope): Promise<LogCoverage[] | null>;
  /** Where the files of a log lie that a question reads; absent where what is read costs nothing. */
  places?(log: LogName): Promise<LogPlace[]>;
  /**
   * The same engine, readied for many questions of one scope and its keys; null where that gains nothing. Its `close`
   * gives back what it took and leaves this one open. Absent: no engine of this kind gains by it.
   */
  focused?(scope: Scope): Promise<Engine | null>;
  close(): Promise<void>;
}

/**
 * When a batch of events is full, at so many events or bytes of records, and how many are written at once. Parsed, and
 * once more as columns or documents, a record takes several times its bytes; a flow row has a hundred, and parsed a
 * thousand.
 */
export interface Batches {
  events: number;
  bytes: number;
  inFlight: number;
}

/** Keeps events, the ledger and the dead letters. Every method may throw a KeytrailError with a `store_…` code. */
export interface Store extends Engine {
  /** What it takes best. */
  readonly batches: Batches;
  /** Never null: a store has a ledger. */
  coverage(scope: Scope): Promise<LogCoverage[]>;
  /** Creates tables or templates where absent; refuses what is not keytrail's or is of another schema version. */
  prepare(): Promise<void>;
  /**
   * Durable when it resolves. One outcome an event, in order. An event whose id is there already,
   * or came earlier in the same call, is a duplicate. Throws only when the store as a whole failed.
   */
  write(log: LogName, events: readonly LogEvent[]): Promise<Outcome[]>;
  /** Durable; an id that is there already is overwritten. */
  writeDeadLetters(letters: readonly DeadLetter[]): Promise<void>;
  /** A page of the dead letters of a log, or of all, in the order of their places, from behind a place; empty: no more. */
  deadLetters(log: LogName | null, after: LetterPlace | null): Promise<DeadLetter[]>;
  /** Durable; ids that are not there are no error. */
  removeDeadLetters(ids: readonly string[]): Promise<void>;
  /** What the ledger has of these objects, by id. */
  entries(ids: readonly string[]): Promise<Map<string, LedgerEntry>>;
  /**
   * Writes each entry whose object is not in the ledger yet, has failed, or whose claim is `free`; atomically, so that
   * of two workers one gets an object. Returns the entries that stood in the way (done, or another's), by id.
   * One that is done for another sieve (`lookedFor`) doesn't.
   */
  claim(entries: readonly LedgerEntry[], free: (claimed: LedgerEntry) => boolean): Promise<Map<string, LedgerEntry>>;
  /** What the ledger has of each stream that may hold events of the scope, in `inStreamOrder`. */
  streams(scope: StreamScope): Promise<Stream[]>;
  /** The lines of the first objects, by bucket and key, that failed. */
  failures(limit: number): Promise<LedgerEntry[]>;
  /** Durable; overwrites by id. */
  record(entries: readonly LedgerEntry[]): Promise<void>;
}
