import type { DuckDBConnection } from '@duckdb/node-api';
import { allContracts, type Contract } from '../../model/contract.js';
import { bookkeepingTables, createTable, schemaVersion, tableColumns } from './schema.js';
import { inTransaction } from './transaction.js';

/**
 * How the rows of an older version's own tables are read as today's; columns that are not named are NULL. The account and
 * Region of a letter are its object's.
 */
interface Older {
  ledger: string;
  letters: string;
}

const older: Readonly<Record<number, Older>> = {
  // An object's line was one of its version, and a letter had no event and no header. Hours were not counted: those of an
  // object are known where all its events are of one hour, or coverage would call it a gap.
  1: {
    ledger: `SELECT * REPLACE (left(sha256(bucket || chr(0) || key || chr(0)), 32) AS id),
        nullif(regexp_extract(key, '_(fl-[0-9a-f]+)_', 1), '') AS flow_log,
        CASE WHEN left(first_event, 13) = left(last_event, 13)
          THEN [left(first_event, 13) || ':00:00Z'] ELSE [] END AS hours,
        CASE WHEN left(first_event, 13) = left(last_event, 13)
          THEN [read - dead_lettered] ELSE []::BIGINT[] END AS hour_records
      FROM former_ledger QUALIFY row_number() OVER (PARTITION BY bucket, key ORDER BY updated DESC) = 1`,
    letters: 'SELECT *, octet_length(raw) < 1048576 AS whole FROM former_letters',
  },
  2: { ledger: 'FROM former_ledger', letters: 'FROM former_letters' },
};

/** Whether a file of this version can be brought up to date. */
export const canMigrate = (version: number): boolean => version === schemaVersion || version in older;

/** Brings the tables of an older version up to date: all of it, or nothing. No event is written again. */
export async function migrate(connection: DuckDBConnection, version: number): Promise<void> {
  const { ledger, letters } = older[version]!;
  await inTransaction(connection, async () => {
    // Made anew, since rows are appended by the order of the columns. What keeps events is only ever added to.
    await connection.run(`CREATE OR REPLACE TEMP TABLE former_ledger AS FROM keytrail_ledger;
      CREATE OR REPLACE TEMP TABLE former_letters AS FROM keytrail_dead_letters;
      DROP TABLE keytrail_meta;
      DROP TABLE keytrail_ledger;
      DROP TABLE keytrail_dead_letters;
      ${bookkeepingTables}
      INSERT INTO keytrail_ledger BY NAME ${ledger};
      INSERT INTO keytrail_dead_letters BY NAME SELECT former.*, objects.account, objects.region
        FROM (${letters}) AS former LEFT JOIN keytrail_ledger AS objects USING (bucket, key);
      DROP TABLE former_ledger;
      DROP TABLE former_letters;`);
    for (const contract of allContracts()) await align(connection, contract);
  });
}

/** The table of a log with today's columns. */
async function align(connection: DuckDBConnection, contract: Contract): Promise<void> {
  const found = await connection.runAndReadAll(
    `SELECT column_name FROM duckdb_columns() WHERE database_name = current_database() AND table_name = '${contract.table}'`,
  );
  const names = new Set((found.getRows() as [string][]).map(([name]) => name));
  if (names.size === 0) {
    await connection.run(createTable(contract));
    return;
  }
  for (const { name, type } of tableColumns(contract))
    if (!names.has(name)) await connection.run(`ALTER TABLE ${contract.table} ADD COLUMN "${name}" ${type}`);
}
