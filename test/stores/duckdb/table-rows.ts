import { DuckDBInstance } from '@duckdb/node-api';
import { contractOf } from '../../../src/model/contract.js';
import type { LogName } from '../../../src/model/event.js';

/** Every row of a log's table in a DuckDB file that nobody writes to, in the order of writing. */
export async function tableRows(path: string, log: LogName): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`SELECT * FROM ${contractOf(log).table} ORDER BY rowid`);
  const rows = reader.getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}
