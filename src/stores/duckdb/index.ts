import type { DuckDBConnection } from '@duckdb/node-api';
import { KeytrailError, reasonOf } from '../../errors.js';
import { cell } from '../../model/cell.js';
import { allContracts, contractOf } from '../../model/contract.js';
import type { LogEvent, LogName } from '../../model/event.js';
import type { DeadLetter, LedgerEntry, LetterPlace } from '../../model/object.js';
import type { BoundQuestion, LogCoverage, Row, Scope } from '../../model/question.js';
import type { Stream, StreamScope } from '../../model/stream.js';
import { type Dialect, scopedSql } from '../sql/scope.js';
import type { Engine, Outcome, Store, Wait } from '../store.js';
import { bindDuckDb } from './bind.js';
import { copyOf, dropCopy, isWithin } from './focus.js';
import { Interruption } from './interruption.js';
import { claimObjects, ledgerCoverage, readLedger, writeLedger } from './ledger.js';
import { readDeadLetters, removeDeadLetters, writeDeadLetters } from './letters.js';
import { batchBytes, rowGroupSize, Writing } from './memory.js';
import { canMigrate, migrate } from './migrate.js';
import { connectAgain, type OpenFile, openFile } from './open.js';
import { dialect } from './prelude.js';
import { bookkeepingTables, createTable, schemaVersion } from './schema.js';
import { ledgerFailures, ledgerStreams } from './streams.js';
import { inTransaction } from './transaction.js';
import { Turns } from './turns.js';
import { whenFree } from './wait.js';
import { TableWriter } from './write.js';

/** Questions at once in a file that nobody writes to: each core has one at work, and another is read or sent meanwhile. */
const readers = 4;

class DuckDbStore implements Store {
  readonly uri: string;
  /** A whole group of rows, which a transaction writes to the file by itself and not to the log beside it. */
  readonly batches = { events: rowGroupSize, bytes: batchBytes, inFlight: 1 };
  readonly #writers = new Map<LogName, TableWriter>();
  /** From `prepare` on, and till the first question. */
  #writing: Writing | null = null;
  readonly #turns: Turns;
  readonly #interruption: Interruption;
  #closed = false;

  constructor(
    private readonly path: string,
    private readonly mode: 'read' | 'write',
    private readonly file: OpenFile,
    signal?: AbortSignal,
  ) {
    this.uri = `duckdb:${path}`;
    this.#turns = new Turns(file.connection, mode === 'read' ? readers : 1, () => connectAgain(file));
    this.#interruption = new Interruption(this.#turns.connections, path, signal);
  }

  #inTurn<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    // DuckDB does not check: the process would end with a segmentation fault.
    if (this.#closed) return Promise.reject(new KeytrailError('store_failed', `${this.path} is closed already`));
    const result = this.#turns.take(async (connection) => {
      if (this.#interruption.error) throw this.#interruption.error;
      return work(connection);
    });
    return result.catch((error) => {
      if (this.#interruption.error) throw this.#interruption.error;
      if (error instanceof KeytrailError) throw error;
      throw new KeytrailError('store_failed', `${this.path}: ${reasonOf(error).split('\n')[0]}`, {
        hint: /space|disk/i.test(reasonOf(error))
          ? 'Free disk space and run the same command again: it goes on where it stopped.'
          : 'Run the same command again: nothing that was stored is lost or counted twice.',
        cause: error,
      });
    });
  }

  /** A whole transaction that adds so much. */
  #adding<T>(rows: number, bytes: number, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#inTurn(async (connection) => {
      const done = await work(connection);
      await this.#writing?.added(rows, bytes);
      return done;
    });
  }

  prepare(): Promise<void> {
    return this.#inTurn(async (connection) => {
      this.#writing ??= new Writing(connection);
      await this.#writing.begin();
      const version = await this.#version(connection);
      if (version === schemaVersion) return;
      if (version !== null) return migrate(connection, version);
      await inTransaction(connection, async () => {
        await connection.run(bookkeepingTables);
        for (const contract of allContracts()) await connection.run(createTable(contract));
      });
    });
  }

  /** Version of keytrail's tables in the file; null for an empty one; throws for another program's, or one that is not known. */
  async #version(connection: DuckDBConnection): Promise<number | null> {
    const tables = await connection.runAndReadAll(
      "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN ('temp', 'pg_catalog', 'information_schema') AND table_catalog <> 'temp'",
    );
    const names = (tables.getRows() as [string][]).map(([name]) => name);
    if (names.length === 0) return null;
    if (!names.includes('keytrail_meta'))
      throw new KeytrailError('store_foreign', `${this.path} is a DuckDB file of another program (table ${names[0]})`, {
        hint: 'Name another file after --store duckdb:, keytrail does not add tables to a file that is not its own.',
      });
    const found = await connection.runAndReadAll("SELECT value FROM keytrail_meta WHERE name = 'schema'");
    const version = Number((found.getRows() as [string][])[0]?.[0]);
    if (canMigrate(version)) return version;
    throw new KeytrailError(
      'store_version',
      `${this.path} has schema ${version}, this keytrail reads ${schemaVersion}`,
      {
        hint: 'Use the keytrail that wrote it, or a newer one, or ingest again into a new file.',
      },
    );
  }

  /** A store opened for reading must have something to read. */
  readable(): Promise<void> {
    return this.#inTurn(async (connection) => {
      const version = await this.#version(connection);
      if (version === null)
        throw new KeytrailError('store_failed', `${this.path} is empty`, {
          hint: `Fill it first: keytrail ingest s3://BUCKET/PREFIX --store duckdb:${this.path}`,
        });
      // A question changes no file: it may be evidence.
      if (version < schemaVersion)
        throw new KeytrailError('store_version', `${this.path} is of an older keytrail (schema ${version})`, {
          hint: `Bring it up to date: keytrail replay --store duckdb:${this.path}; the older keytrail can't read it then, so copy it first where that matters.`,
        });
    });
  }

  write(log: LogName, events: readonly LogEvent[]): Promise<Outcome[]> {
    return this.#inTurn(async (connection) => {
      await this.#writing?.batch(events.length);
      let writer = this.#writers.get(log);
      if (!writer) {
        writer = new TableWriter(connection, contractOf(log));
        this.#writers.set(log, writer);
      }
      const outcomes = await writer.write(events);
      const stored = events.filter((_, position) => outcomes[position] === 'stored');
      await this.#writing?.stored(
        stored.length,
        stored.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      return outcomes;
    });
  }

  writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    const bytes = letters.reduce((sum, { raw }) => sum + raw.length, 0);
    return this.#adding(letters.length, bytes, (connection) => writeDeadLetters(connection, letters));
  }

  deadLetters(log: LogName | null, after: LetterPlace | null): Promise<DeadLetter[]> {
    return this.#inTurn((connection) => readDeadLetters(connection, log, after));
  }

  removeDeadLetters(ids: readonly string[]): Promise<void> {
    return this.#adding(ids.length, 0, (connection) => removeDeadLetters(connection, ids));
  }

  /** Whatever an earlier process claimed is free: only one writes to a file at a time, and now this one does. */
  claim(entries: readonly LedgerEntry[]): Promise<Map<string, LedgerEntry>> {
    return this.#adding(entries.length, 0, (connection) => claimObjects(connection, entries, () => true));
  }

  entries(ids: readonly string[]): Promise<Map<string, LedgerEntry>> {
    return this.#inTurn((connection) => readLedger(connection, ids));
  }

  record(entries: readonly LedgerEntry[]): Promise<void> {
    return this.#adding(entries.length, 0, (connection) => writeLedger(connection, entries));
  }

  streams(scope: StreamScope): Promise<Stream[]> {
    return this.#inTurn((connection) => ledgerStreams(connection, scope));
  }

  failures(limit: number): Promise<LedgerEntry[]> {
    return this.#inTurn((connection) => ledgerFailures(connection, limit));
  }

  coverage(scope: Scope): Promise<LogCoverage[]> {
    return this.#inTurn((connection) => ledgerCoverage(connection, scope));
  }

  ask(bound: BoundQuestion): Promise<Row[]> {
    return this.#askOf(bound, dialect);
  }

  #askOf(bound: BoundQuestion, where: Dialect): Promise<Row[]> {
    return this.#inTurn(async (connection) => {
      await this.#writing?.end();
      this.#writing = null;
      const scoped = scopedSql(bound, where);
      const { sql, values } = bindDuckDb(scoped.sql, scoped.values);
      const reader = await connection.runAndReadAll(sql, values);
      return reader
        .getRowObjectsJS()
        .map((row) =>
          Object.fromEntries(bound.question.columns.map(({ name, type }) => [name, cell(row[name], type)])),
        );
    });
  }

  /** With a copy of the scope's events in memory, where they are few: most questions of a key read nothing else. */
  async focused(scope: Scope): Promise<Engine | null> {
    if (this.mode === 'write' || scope.keyIds.length === 0) return null;
    // Where there is no room for a copy, questions read the file.
    const copy = await this.#inTurn((connection) => copyOf(connection, scope)).catch(() => null);
    if (copy === null) return null;
    return {
      uri: this.uri,
      coverage: (of) => this.coverage(of),
      ask: (bound) => this.#askOf(bound, isWithin(bound.scope, scope) ? { ...dialect, events: copy } : dialect),
      close: () => this.#inTurn((connection) => dropCopy(connection, copy)),
    };
  }

  /** After a failure others may still be on their way to a connection: these are waited for. */
  async close(): Promise<void> {
    const isFirst = !this.#closed;
    this.#closed = true;
    await this.#turns.idle();
    if (!isFirst) return;
    this.#interruption.end();
    // A file that a full disk or a fault has ended is closed without.
    await this.#writing?.tidy().catch(() => undefined);
    for (const connection of this.#turns.connections) connection.closeSync();
    this.file.instance.closeSync();
  }
}

/**
 * Opens a DuckDB file as a store. `read` can be shared by many processes; `write` is one process's at a time, and is
 * waited for as long as `wait` says. Once `signal` is aborted every method throws `interrupted`, also under way.
 */
export async function openDuckDb(
  path: string,
  mode: 'read' | 'write',
  wait?: Wait,
  signal?: AbortSignal,
): Promise<Store> {
  const store = new DuckDbStore(path, mode, await whenFree(() => openFile(path, mode), wait), signal);
  try {
    if (mode === 'read') await store.readable();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
