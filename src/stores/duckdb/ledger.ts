import { type DuckDBConnection, type DuckDBValue, listValue } from '@duckdb/node-api';
import { type LedgerEntry, stands } from '../../model/object.js';
import type { LogCoverage, Scope } from '../../model/question.js';
import { renderSql } from '../sql/bind.js';
import { objectsOf } from '../sql/books.js';
import { bindDuckDb } from './bind.js';
import { bind, chunks, upsert } from './upsert.js';

/** The plain columns of keytrail_ledger in order, and the entry's member that each holds; `hours` comes behind them. */
const ledgerColumns: readonly (readonly [string, Exclude<keyof LedgerEntry, 'hours'>])[] = [
  ['id', 'id'],
  ['bucket', 'bucket'],
  ['key', 'key'],
  ['version', 'version'],
  ['size', 'size'],
  ['log', 'log'],
  ['account', 'account'],
  ['region', 'region'],
  ['day', 'day'],
  ['flow_log', 'flowLog'],
  ['state', 'state'],
  ['worker', 'worker'],
  ['lease_until', 'leaseUntil'],
  ['delivered', 'delivered'],
  ['lag', 'lag'],
  ['reason', 'reason'],
  ['read', 'read'],
  ['stored', 'stored'],
  ['duplicates', 'duplicates'],
  ['dead_lettered', 'deadLettered'],
  ['data_events', 'dataEvents'],
  ['skip_data', 'skipData'],
  ['first_event', 'firstEvent'],
  ['last_event', 'lastEvent'],
  ['updated', 'updated'],
  ['sieve', 'sieve'],
  ['looked_for', 'lookedFor'],
];

const toRow = (entry: LedgerEntry): DuckDBValue[] => [
  ...ledgerColumns.map(([, member]) => bind(entry[member])),
  listValue(entry.hours.map(({ hour }) => hour)),
  listValue(entry.hours.map(({ records }) => BigInt(records))),
];

export function toEntry(row: Record<string, unknown>): LedgerEntry {
  const plain = ledgerColumns.map(([column, member]) => {
    const value = row[column];
    return [member, typeof value === 'bigint' ? Number(value) : value];
  });
  const counts = row.hour_records as bigint[];
  const hours = (row.hours as string[]).map((hour, i) => ({ hour, records: Number(counts[i]) }));
  return { ...Object.fromEntries(plain), hours } as LedgerEntry;
}

/** What the ledger has of these objects, by id. */
export async function readLedger(
  connection: DuckDBConnection,
  ids: readonly string[],
): Promise<Map<string, LedgerEntry>> {
  const found = new Map<string, LedgerEntry>();
  for (const chunk of chunks(ids, 1000)) {
    // Written out: only so does DuckDB ask the index, and not read every id of the ledger for each few that are wanted.
    const sql = renderSql('SELECT * FROM keytrail_ledger WHERE id IN (:ids)', { ids: chunk });
    const reader = await connection.runAndReadAll(sql);
    for (const row of reader.getRowObjectsJS()) {
      const entry = toEntry(row);
      found.set(entry.id, entry);
    }
  }
  return found;
}

/** See `Store.claim`. Atomic because a file has one writing process, and that one turn after turn. */
export async function claimObjects(
  connection: DuckDBConnection,
  entries: readonly LedgerEntry[],
  free: (claimed: LedgerEntry) => boolean,
): Promise<Map<string, LedgerEntry>> {
  const known = await readLedger(
    connection,
    entries.map(({ id }) => id),
  );
  for (const entry of entries) {
    const found = known.get(entry.id);
    if (found && !stands(found, entry, free)) known.delete(entry.id);
  }
  await writeLedger(
    connection,
    entries.filter(({ id }) => !known.has(id)),
  );
  return known;
}

export const writeLedger = (connection: DuckDBConnection, entries: readonly LedgerEntry[]): Promise<void> =>
  upsert(connection, 'keytrail_ledger', entries.map(toRow));

/** Sums over the objects whose events may lie in the scope: what could not be read may have lain anywhere, so it counts. */
export async function ledgerCoverage(connection: DuckDBConnection, scope: Scope): Promise<LogCoverage[]> {
  const { sql, values } = bindDuckDb(
    `SELECT log,
      COUNT(*) FILTER (state = 'done') AS done, COUNT(*) FILTER (state = 'failed') AS failed,
      COUNT(*) FILTER (state = 'claimed') AS unfinished,
      COALESCE(SUM(read), 0) AS read, COALESCE(SUM(dead_lettered), 0) AS dead_lettered,
      MIN(first_event) AS first_event, MAX(last_event) AS last_event,
      list_sort(list_distinct(list(account) FILTER (account IS NOT NULL))) AS accounts,
      list_sort(list_distinct(list(region) FILTER (region IS NOT NULL))) AS regions,
      COALESCE(SUM(data_events), 0) AS data_events, COALESCE(SUM(skip_data), 0) AS skip_data,
      list_sort(list_distinct(flatten(list(string_split(sieve, ' ')) FILTER (sieve IS NOT NULL)))) AS sieve
    FROM keytrail_ledger
    WHERE ${objectsOf(scope)}
    GROUP BY log ORDER BY log`,
    { from: scope.from, to: scope.to, accounts: scope.accounts, regions: scope.regions },
  );
  const reader = await connection.runAndReadAll(sql, values);
  return reader.getRowObjectsJS().map((row): LogCoverage => {
    const count = (name: string) => Number(row[name] ?? 0);
    return {
      log: row.log as LogCoverage['log'],
      objects: { done: count('done'), failed: count('failed'), unfinished: count('unfinished') },
      records: { read: count('read'), deadLettered: count('dead_lettered') },
      firstEvent: row.first_event as string | null,
      lastEvent: row.last_event as string | null,
      accounts: (row.accounts as string[] | null) ?? [],
      regions: (row.regions as string[] | null) ?? [],
      dataEvents: count('data_events'),
      skipData: count('skip_data'),
      ...(row.sieve ? { sieve: row.sieve as string[] } : {}),
    };
  });
}
