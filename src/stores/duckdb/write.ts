import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { Contract } from '../../model/contract.js';
import type { LogEvent } from '../../model/event.js';
import { firstOfEach, mayDiffer, otherContent, settleLike } from '../content.js';
import type { Outcome } from '../store.js';
import { memoryForComparing, memoryForReading, memoryForWriting } from './memory.js';
import { RowChunk } from './rows/row-chunk.js';
import { type Chunks, provide } from './rows/row-source.js';
import { compareStaged } from './schema.js';
import { TableIds } from './table-ids.js';
import { inTransaction } from './transaction.js';

/** Events of a batch, chunk by chunk. */
class Feed implements Chunks {
  #events: readonly LogEvent[] = [];
  #positions: readonly number[] = [];
  #next = 0;

  constructor(private readonly chunk: RowChunk) {}

  get members() {
    return this.chunk.members;
  }

  get left(): number {
    return this.#positions.length - this.#next;
  }

  take(events: readonly LogEvent[], positions: readonly number[]): void {
    this.#events = events;
    this.#positions = positions;
    this.#next = 0;
    this.chunk.clear();
  }

  /** A batch is many MB, and the next may be long in coming. */
  drop(): void {
    this.take([], []);
  }

  fill(output: DuckDBDataChunk): void {
    const { chunk } = this;
    while (this.#next < this.#positions.length && !chunk.full) {
      const position = this.#positions[this.#next++]!;
      chunk.put(position, this.#events[position]!);
    }
    chunk.moveTo(output);
  }
}

/** Appends batches of one log to its table, each event once. */
export class TableWriter {
  readonly #ids: TableIds;
  readonly #rows: Feed;
  /** The table function that gives them. */
  readonly #rowsOf: string;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly contract: Contract,
  ) {
    this.#ids = new TableIds(connection, contract.table);
    this.#rows = new Feed(new RowChunk(contract));
    this.#rowsOf = `keytrail_rows_of_${contract.table}`;
    provide(connection, this.#rowsOf, this.#rows);
  }

  /** One transaction: durable when it resolves, nothing changed when it throws. */
  async write(events: readonly LogEvent[]): Promise<Outcome[]> {
    const { connection, contract } = this;
    await memoryForReading(connection);
    const outcomes: Outcome[] = new Array(events.length);
    let waiting = firstOfEach(events);
    const written = inTransaction(connection, async () => {
      // More than once only where records of one id say different things.
      while (waiting.size > 0) {
        const firsts = [...waiting.keys()];
        for (const position of firsts) outcomes[position] = 'stored';
        for (const [position, outcome] of await this.#standing(events, firsts)) outcomes[position] = outcome;
        await memoryForWriting(connection);
        await this.#insert(
          events,
          firsts.filter((position) => outcomes[position] === 'stored'),
        );
        const left = new Map<number, number[]>();
        for (const [first, others] of waiting) {
          if (others === null) continue;
          const [next, ...more] = settleLike(contract.log, events, first, others, outcomes);
          if (next !== undefined) left.set(next, more);
        }
        waiting = left;
      }
    });
    await written.finally(() => this.#rows.drop());
    return outcomes;
  }

  /** What becomes of the events that are not to be inserted, for their id is taken. */
  async #standing(events: readonly LogEvent[], positions: readonly number[]): Promise<Map<number, Outcome>> {
    const { connection, contract } = this;
    const taken = await this.#ids.among(positions.map((position) => events[position]!.id));
    const known = positions.filter((position) => taken.has(events[position]!.id));
    if (known.length === 0 || !mayDiffer(contract.log))
      return new Map(known.map((position) => [position, 'duplicate']));
    const staging = `staging_${contract.table}`;
    await memoryForComparing(connection);
    this.#rows.take(events, known);
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${staging} AS FROM ${this.#rowsOf}()`);
    const compared = await connection.runAndReadAll(compareStaged(contract, staging, 'eventtime'));
    await connection.run(`DROP TABLE ${staging}`);
    const outcomes = new Map<number, Outcome>();
    for (const [position, same, month] of compared.getRows() as [number, boolean, boolean][])
      if (same) outcomes.set(position, 'duplicate');
      else if (month) outcomes.set(position, { refused: otherContent });
    return outcomes;
  }

  async #insert(events: readonly LogEvent[], positions: readonly number[]): Promise<void> {
    if (positions.length === 0) return;
    this.#ids.add(positions.map((position) => events[position]!.id));
    this.#rows.take(events, positions);
    // By name: in a file that was brought up to date, new columns are the last.
    await this.connection.run(
      `INSERT INTO ${this.contract.table} BY NAME SELECT * EXCLUDE (position) FROM ${this.#rowsOf}()`,
    );
  }
}
