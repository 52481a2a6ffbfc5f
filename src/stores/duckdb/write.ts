import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  listValue,
} from '@duckdb/node-api';
import type { Contract } from '../../model/contract.js';
import type { LogEvent } from '../../model/event.js';
import { type FieldValue, projector } from '../../model/project.js';
import { mayDiffer, otherContent, settleLike } from '../content.js';
import type { Outcome } from '../store.js';
import { bindDuckDb } from './bind.js';
import { ampleMemory, memoryForComparing, memoryForStaging } from './memory.js';
import { compareStaged, createStaging, insertStaged } from './schema.js';
import { inTransaction } from './transaction.js';

/** DuckDB's own size of a chunk is 2048; the values of a smaller one are held in JavaScript for a shorter time. */
const rowsPerChunk = 512;

/** Appends batches of one log to its table, each event once. */
export class TableWriter {
  readonly #project: ReturnType<typeof projector>;
  /** Some MB of DuckDB's memory, of which V8 knows nothing: one is filled again and again rather than left to a GC. */
  #chunk: DuckDBDataChunk | null = null;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly contract: Contract,
  ) {
    this.#project = projector(contract);
  }

  /** One transaction: durable when it resolves, nothing changed when it throws. */
  async write(events: readonly LogEvent[]): Promise<Outcome[]> {
    const { connection, contract } = this;
    const staging = `staging_${contract.table}`;
    await memoryForStaging(connection);
    // Made anew: a table that rows come to and go from keeps growing.
    await connection.run(createStaging(contract));
    const outcomes: Outcome[] = new Array(events.length);
    const waiting = this.#places(events);
    await inTransaction(connection, async () => {
      // More than once only where records of one id say different things.
      while (waiting.size > 0) {
        const firsts = [...waiting.values()].map(([position]) => position!);
        for (const position of firsts) outcomes[position] = 'stored';
        await this.#stage(staging, events, firsts);
        for (const [position, outcome] of await this.#standing(staging)) outcomes[position] = outcome;
        await ampleMemory(connection);
        await connection.run(insertStaged(contract));
        for (const [place, [first, ...others]] of waiting) {
          const left = settleLike(contract.log, events, first!, others, outcomes);
          if (left.length > 0) waiting.set(place, left);
          else waiting.delete(place);
        }
        if (waiting.size > 0) await connection.run(`DELETE FROM ${staging}`);
      }
    });
    await connection.run(`DROP TABLE ${staging}`);
    return outcomes;
  }

  /** Positions of the events by what makes them one: the id, and as in OpenSearch the month, where ids may be given twice. */
  #places(events: readonly LogEvent[]): Map<string, number[]> {
    const byMonth = mayDiffer(this.contract.log);
    const places = new Map<string, number[]>();
    for (const [position, { id, time }] of events.entries()) {
      const place = byMonth ? `${time.slice(0, 7)} ${id}` : id;
      const same = places.get(place);
      if (same) same.push(position);
      else places.set(place, [position]);
    }
    return places;
  }

  /** What becomes of the staged rows that are not to be inserted; they are no longer staged. */
  async #standing(staging: string): Promise<Map<number, Outcome>> {
    const { connection, contract } = this;
    const known = await connection.runAndReadAll(
      `SELECT position FROM ${staging} WHERE id IN (SELECT id FROM ${contract.table})`,
    );
    const positions = (known.getRows() as [number][]).map(([position]) => position);
    if (positions.length === 0) return new Map();
    const outcomes = new Map<number, Outcome>();
    if (mayDiffer(contract.log)) {
      await memoryForComparing(connection);
      const compared = await connection.runAndReadAll(compareStaged(contract, 'eventtime'));
      for (const [position, same, month] of compared.getRows() as [number, boolean, boolean][])
        if (same) outcomes.set(position, 'duplicate');
        else if (month) outcomes.set(position, { refused: otherContent });
    } else for (const position of positions) outcomes.set(position, 'duplicate');
    const { sql, values } = bindDuckDb(`DELETE FROM ${staging} WHERE position IN (:settled)`, {
      settled: [...outcomes.keys()],
    });
    await connection.run(sql, values);
    return outcomes;
  }

  async #stage(staging: string, events: readonly LogEvent[], positions: number[]): Promise<void> {
    const appender: DuckDBAppender = await this.connection.createAppender(staging);
    const types: DuckDBType[] = Array.from({ length: appender.columnCount }, (_, column) =>
      appender.columnType(column),
    );
    const width = this.contract.fields.length;
    const { enriched } = this.contract;
    for (let start = 0; start < positions.length; start += rowsPerChunk) {
      const chunkPositions = positions.slice(start, start + rowsPerChunk);
      const columns: DuckDBValue[][] = types.map(() => new Array(chunkPositions.length).fill(null));
      chunkPositions.forEach((position, row) => {
        const event = events[position]!;
        const { values, unmapped } = this.#project(event.record);
        columns[0]![row] = position;
        columns[1]![row] = event.id;
        for (let field = 0; field < width; field++) columns[field + 2]![row] = this.#value(values[field]!, field);
        columns[width + 2]![row] = unmapped;
        if (event.enrichment)
          for (const [i, { field, type }] of enriched.entries()) {
            const value = event.enrichment[field];
            if (value !== undefined) columns[width + 3 + i]![row] = type === 'long' ? BigInt(value) : value;
          }
      });
      this.#chunk ??= DuckDBDataChunk.create(types);
      const chunk = this.#chunk;
      chunk.rowCount = chunkPositions.length;
      chunk.setColumns(columns);
      appender.appendDataChunk(chunk);
      chunk.reset();
    }
    appender.closeSync();
  }

  #value(value: FieldValue, field: number): DuckDBValue {
    if (value === null) return null;
    if (Array.isArray(value)) return listValue(value);
    return this.contract.fields[field]!.type === 'bigint' ? BigInt(value) : value;
  }
}
