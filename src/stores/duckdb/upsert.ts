import { type DuckDBConnection, DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api';
import { memoryForReading, memoryForWriting } from './memory.js';
import { inTransaction } from './transaction.js';

export const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

export const bind = (value: string | number | null): DuckDBValue => (typeof value === 'number' ? BigInt(value) : value);

const rowsPerChunk = 2048;

/**
 * Overwrites by id, the first column; of two rows with one id the last counts. Through the appender: there may be many.
 * A table without an index names columns, equal where ids are, by which DuckDB knows most of its rows as no match.
 */
export async function upsert(
  connection: DuckDBConnection,
  table: string,
  rows: DuckDBValue[][],
  unindexed: readonly string[] = [],
): Promise<void> {
  if (rows.length === 0) return;
  const unique = [...new Map(rows.map((row) => [row[0], row])).values()];
  const staging = `staging_${table}`;
  await memoryForReading(connection);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${staging} AS FROM ${table} LIMIT 0`);
  await inTransaction(connection, async () => {
    const appender = await connection.createAppender(staging);
    const types = Array.from({ length: appender.columnCount }, (_, column) => appender.columnType(column));
    const chunk = DuckDBDataChunk.create(types);
    for (const some of chunks(unique, rowsPerChunk)) {
      chunk.rowCount = some.length;
      chunk.setRows(some);
      appender.appendDataChunk(chunk);
      // What it holds is unknown to V8, and a GC may be long in coming.
      chunk.reset();
    }
    appender.closeSync();
    await memoryForWriting(connection);
    if (unindexed.length === 0) await connection.run(`INSERT OR REPLACE INTO ${table} FROM ${staging}`);
    else {
      const equal = ['id', ...unindexed].map((column) => `old.${column} = new.${column}`).join(' AND ');
      await connection.run(`DELETE FROM ${table} AS old USING ${staging} AS new WHERE ${equal}`);
      await connection.run(`INSERT INTO ${table} FROM ${staging}`);
    }
  });
  await connection.run(`DROP TABLE ${staging}`);
}
