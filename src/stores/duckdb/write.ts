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
import type { Outcome } from '../store.js';
import { createStaging, insertStaged } from './schema.js';
import { inTransaction } from './transaction.js';

const rowsPerChunk = 2048;

/** Appends batches of one log to its table, each event once. */
export class TableWriter {
  readonly #project: ReturnType<typeof projector>;
  #staged = false;

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
    if (!this.#staged) {
      await connection.run(createStaging(contract));
      this.#staged = true;
    }
    const outcomes: Outcome[] = new Array(events.length).fill('stored');
    const firsts = new Map<string, number>();
    events.forEach((event, position) => {
      if (firsts.has(event.id)) outcomes[position] = 'duplicate';
      else firsts.set(event.id, position);
    });
    await inTransaction(connection, async () => {
      await this.#stage(staging, events, [...firsts.values()]);
      const known = await connection.runAndReadAll(
        `DELETE FROM ${staging} WHERE id IN (SELECT id FROM ${contract.table}) RETURNING position`,
      );
      for (const [position] of known.getRows() as [number][]) outcomes[position] = 'duplicate';
      await connection.run(insertStaged(contract));
      await connection.run(`DELETE FROM ${staging}`);
    });
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
      const chunk = DuckDBDataChunk.create(types, chunkPositions.length);
      chunk.setColumns(columns);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  #value(value: FieldValue, field: number): DuckDBValue {
    if (value === null) return null;
    if (Array.isArray(value)) return listValue(value);
    return this.contract.fields[field]!.type === 'bigint' ? BigInt(value) : value;
  }
}
