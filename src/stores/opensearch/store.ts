import { allContracts, contractOf } from '../../model/contract.js';
import type { LogEvent, LogName } from '../../model/event.js';
import type { DeadLetter, LedgerEntry, LetterPlace } from '../../model/object.js';
import type { BoundQuestion, LogCoverage, Row, Scope } from '../../model/question.js';
import type { Stream, StreamScope } from '../../model/stream.js';
import type { Batches, Outcome, Store } from '../store.js';
import { askQuestion } from './chain.js';
import type { Connection, OpenSearchOptions } from './client.js';
import { readCoverage } from './coverage.js';
import { claimEntries, ledgerEntries, recordEntries } from './ledger.js';
import { readLetters, removeLetters, writeLetters } from './letters.js';
import type { Location } from './location.js';
import { prepareStore } from './prepare.js';
import { readFailures, readStreams } from './streams.js';
import { eventWriter } from './write.js';

const defaultRetryMs = 120_000;

/** Becomes a request of some 7 MB: larger ones gain nothing, smaller ones cost a sync of the translog each. */
const batches: Batches = { events: 8000, bytes: 5 * 1024 * 1024, inFlight: 2 };

/** The whole store in an OpenSearch cluster: monthly indices per log, `keytrail-ledger` and `keytrail-dead-letters`. */
export class OpenSearchStore implements Store {
  readonly uri: string;
  readonly batches = batches;
  private readonly prefix: string;
  private readonly retryMs: number;
  private readonly replicas: number | undefined;
  private readonly writers = new Map<LogName, (events: readonly LogEvent[]) => Promise<Outcome[]>>();

  constructor(
    private readonly connection: Connection,
    location: Location,
    options: OpenSearchOptions,
  ) {
    this.uri = location.uri;
    this.prefix = location.prefix;
    this.retryMs = options.retryMs ?? defaultRetryMs;
    this.replicas = options.replicas;
  }

  async prepare(): Promise<void> {
    await prepareStore(this.connection, allContracts(), this.prefix, this.replicas);
  }

  async write(log: LogName, events: readonly LogEvent[]): Promise<Outcome[]> {
    let writer = this.writers.get(log);
    if (!writer) {
      writer = eventWriter(this.connection, contractOf(log), this.prefix, this.retryMs);
      this.writers.set(log, writer);
    }
    return writer(events);
  }

  writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    return writeLetters(this.connection, letters, this.prefix, this.retryMs);
  }

  deadLetters(log: LogName | null, after: LetterPlace | null): Promise<DeadLetter[]> {
    return readLetters(this.connection, log, after, this.prefix, this.retryMs);
  }

  removeDeadLetters(ids: readonly string[]): Promise<void> {
    return removeLetters(this.connection, ids, this.prefix, this.retryMs);
  }

  entries(ids: readonly string[]): Promise<Map<string, LedgerEntry>> {
    return ledgerEntries(this.connection, ids, this.prefix, this.retryMs);
  }

  claim(entries: readonly LedgerEntry[], free: (claimed: LedgerEntry) => boolean): Promise<Map<string, LedgerEntry>> {
    return claimEntries(this.connection, entries, free, this.prefix, this.retryMs);
  }

  record(entries: readonly LedgerEntry[]): Promise<void> {
    return recordEntries(this.connection, entries, this.prefix, this.retryMs);
  }

  ask(bound: BoundQuestion): Promise<Row[]> {
    return askQuestion(this.connection, bound, this.prefix);
  }

  streams(scope: StreamScope): Promise<Stream[]> {
    return readStreams(this.connection, scope, this.prefix);
  }

  failures(limit: number): Promise<LedgerEntry[]> {
    return readFailures(this.connection, limit, this.prefix);
  }

  coverage(scope: Scope): Promise<LogCoverage[]> {
    return readCoverage(this.connection, scope, this.prefix);
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
