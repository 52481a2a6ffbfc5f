import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { KeytrailError, reasonOf } from '../../errors.js';
import type { CellValue, ColumnType, Row } from '../../model/question.js';
import { isStream } from '../write-out.js';
import type { TableColumn } from './table.js';

const types: Readonly<Record<ColumnType, string>> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMPTZ',
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Log text that stands where a time should is evidence, too: then the column stays text. */
const typeOf = ({ name, type }: TableColumn, rows: readonly Row[]): string =>
  type === 'timestamp' && rows.some((row) => row[name] != null && Number.isNaN(Date.parse(String(row[name]))))
    ? types.string
    : types[type];

const textOf = (value: CellValue | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

/**
 * Writes rows as a Parquet file that only its owner may read; whole, or not at all. Times are UTC.
 * Throws `usage` where the file can't be written.
 */
export async function writeParquet(file: string, columns: readonly TableColumn[], rows: readonly Row[]): Promise<void> {
  const { DuckDBInstance, VARCHAR } = await import('@duckdb/node-api');
  const draft = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  try {
    await connection.run(`CREATE TABLE answer (${columns.map(({ name }) => `${quoted(name)} VARCHAR`).join(', ')})`);
    const appender = await connection.createAppender('answer');
    for (const row of rows) {
      for (const { name } of columns) {
        const text = textOf(row[name]);
        if (text === null) appender.appendNull();
        else appender.appendValue(text, VARCHAR);
      }
      appender.endRow();
    }
    appender.closeSync();
    const typed = columns.map((column) => `${quoted(column.name)}::${typeOf(column, rows)} AS ${quoted(column.name)}`);
    const target = draft.replaceAll("'", "''");
    if (await isStream(file)) throw new Error('Parquet is written to files only');
    // It is there, and nobody else's to read, before anything is in it.
    await writeFile(draft, '', { mode: 0o600, flag: 'wx' });
    await connection.run(
      `COPY (SELECT ${typed.join(', ')} FROM answer) TO '${target}' (FORMAT parquet, USE_TMP_FILE false)`,
    );
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new KeytrailError('usage', `can't write ${file}: ${reasonOf(error)}`, {
      hint: 'Name another file after --out.',
      cause: error,
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
