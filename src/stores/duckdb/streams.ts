import type { DuckDBConnection } from '@duckdb/node-api';
import type { LedgerEntry } from '../../model/object.js';
import { inStreamOrder, type Stream, type StreamHour, type StreamScope } from '../../model/stream.js';
import { objectsOf } from '../sql/books.js';
import { bindDuckDb } from './bind.js';
import { toEntry } from './ledger.js';

const stream = 'log, account, region, flow_log';

/** See `Store.streams`. */
export async function ledgerStreams(connection: DuckDBConnection, scope: StreamScope): Promise<Stream[]> {
  const { from, to, lateAfter } = scope;
  const lists = { logs: [...scope.logs], accounts: [...scope.accounts], regions: [...scope.regions] };
  const where = `WHERE log IN (:logs) AND ${objectsOf(lists)}`;
  const rows = async (text: string): Promise<Record<string, unknown>[]> => {
    const hour = `${from.slice(0, 13)}:00:00Z`;
    const { sql, values } = bindDuckDb(text, { from, to, hour, late: lateAfter, ...lists });
    return (await connection.runAndReadAll(sql, values)).getRowObjectsJS();
  };
  const sums = await rows(
    `SELECT ${stream},
      COUNT(*) FILTER (state = 'done') AS done, COUNT(*) FILTER (state = 'failed') AS failed,
      COUNT(*) FILTER (state = 'claimed') AS unfinished,
      SUM(read) AS read, SUM(stored) AS stored, SUM(duplicates) AS duplicates, SUM(dead_lettered) AS dead_lettered,
      MIN(first_event) AS first_event, MAX(last_event) AS last_event, MAX(delivered) AS last_delivered,
      AVG(lag) AS lag_mean, MAX(lag) AS lag_max, COUNT(*) FILTER (lag > :late) AS late,
      SUM(data_events) AS data_events, SUM(skip_data) AS skip_data
    FROM keytrail_ledger ${where} GROUP BY ALL`,
  );
  const byHour = await rows(
    `SELECT ${stream}, hour, COUNT(*) AS objects, SUM(records) AS records
    FROM (SELECT ${stream}, unnest(hours) AS hour, unnest(hour_records) AS records FROM keytrail_ledger ${where})
    WHERE hour >= :hour AND hour < :to GROUP BY ALL ORDER BY hour`,
  );
  const hours = new Map<string, StreamHour[]>();
  for (const row of byHour) {
    const { hour, objects, records } = row as { hour: string; objects: bigint; records: bigint };
    const found = { hour, objects: Number(objects), records: Number(records) };
    const same = hours.get(nameOf(row));
    if (same) same.push(found);
    else hours.set(nameOf(row), [found]);
  }
  return inStreamOrder(sums.map((row) => toStream(row, hours.get(nameOf(row)) ?? [])));
}

const nameOf = ({ log, account, region, flow_log }: Record<string, unknown>): string =>
  JSON.stringify([log, account, region, flow_log]);

function toStream(row: Record<string, unknown>, hours: StreamHour[]): Stream {
  const count = (name: string) => Number(row[name] ?? 0);
  const text = (name: string) => row[name] as string | null;
  const seconds = (name: string) => (row[name] === null ? null : Math.round(Number(row[name])));
  return {
    log: row.log as Stream['log'],
    account: text('account'),
    region: text('region'),
    flowLog: text('flow_log'),
    objects: { done: count('done'), failed: count('failed'), unfinished: count('unfinished') },
    records: {
      read: count('read'),
      stored: count('stored'),
      duplicates: count('duplicates'),
      deadLettered: count('dead_lettered'),
    },
    firstEvent: text('first_event'),
    lastEvent: text('last_event'),
    lastDelivered: text('last_delivered'),
    lag: { mean: seconds('lag_mean'), max: seconds('lag_max') },
    late: count('late'),
    dataEvents: count('data_events'),
    skipData: count('skip_data'),
    hours,
  };
}

/** See `Store.failures`. */
export async function ledgerFailures(connection: DuckDBConnection, limit: number): Promise<LedgerEntry[]> {
  const { sql, values } = bindDuckDb(
    "SELECT * FROM keytrail_ledger WHERE state = 'failed' ORDER BY bucket, key LIMIT :limit",
    { limit },
  );
  return (await connection.runAndReadAll(sql, values)).getRowObjectsJS().map(toEntry);
}
