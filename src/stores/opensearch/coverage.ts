import { cell } from '../../model/cell.js';
import { logNames } from '../../model/event.js';
import type { LogCoverage, Scope } from '../../model/question.js';
import type { Connection, Json } from './client.js';
import { ledgerIndex } from './names.js';
import { anyIndices, refresh } from './refresh.js';

const maxNames = 1000;

interface Bounds {
  from: string;
  to: string;
  accounts: readonly string[];
  regions: readonly string[];
}

/** Objects that may hold events of a time. What could not be read may have lain anywhere, so it counts. */
export function overlaps(from: unknown, to: unknown, format?: string): Json {
  const as = format === undefined ? {} : { format };
  const unlessAbsent = (field: string, range: Json): Json => ({
    bool: { should: [{ range: { [field]: range } }, { bool: { must_not: [{ exists: { field } }] } }] },
  });
  const within = [unlessAbsent('firstEvent', { lt: to, ...as }), unlessAbsent('lastEvent', { gte: from, ...as })];
  const unread = [{ bool: { must_not: [{ term: { state: 'done' } }] } }, { range: { deadLettered: { gt: 0 } } }];
  return { bool: { should: [{ bool: { filter: within } }, ...unread] } };
}

/** Objects that may hold events of the scope. */
export function inScope({ from, to, accounts, regions }: Bounds): Json {
  const filter: Json[] = [overlaps(from, to)];
  if (accounts.length > 0) filter.push({ terms: { account: accounts } });
  if (regions.length > 0) filter.push({ terms: { region: regions } });
  return { bool: { filter } };
}

const names = (field: string): Json => ({ terms: { field, size: maxNames, order: { _key: 'asc' } } });
const sum = (field: string): Json => ({ sum: { field } });

const perLog = {
  states: { terms: { field: 'state', size: 10 } },
  read: sum('read'),
  deadLettered: sum('deadLettered'),
  dataEvents: sum('dataEvents'),
  skipData: sum('skipData'),
  firstEvent: { min: { field: 'firstEvent' } },
  lastEvent: { max: { field: 'lastEvent' } },
  accounts: names('account'),
  regions: names('region'),
  sieves: names('sieve'),
};

/** What the ledger says was read for a scope, a row per log that has any object, in the order of `logNames`. */
export async function readCoverage(connection: Connection, scope: Scope, prefix: string): Promise<LogCoverage[]> {
  const index = ledgerIndex(prefix);
  await refresh(connection, index);
  const { aggregations } = await connection.request({
    method: 'POST',
    path: `/${index}/_search`,
    query: { ...anyIndices, allow_partial_search_results: false },
    body: {
      size: 0,
      track_total_hits: false,
      query: inScope(scope),
      aggs: { logs: { terms: { field: 'log', size: 100 }, aggs: perLog } },
    },
  });
  const buckets: Json[] = aggregations?.logs.buckets ?? [];
  return logNames.flatMap((log) => {
    const bucket = buckets.find(({ key }) => key === log);
    if (!bucket) return [];
    const count = (state: string): number =>
      bucket.states.buckets.find(({ key }: Json) => key === state)?.doc_count ?? 0;
    const keys = (name: string): string[] => bucket[name].buckets.map(({ key }: Json) => key);
    const sieve = [...new Set(keys('sieves').flatMap((text) => text.split(' ')))].sort();
    return {
      log,
      objects: { done: count('done'), failed: count('failed'), unfinished: count('claimed') },
      records: { read: bucket.read.value, deadLettered: bucket.deadLettered.value },
      firstEvent: cell(bucket.firstEvent.value, 'timestamp') as string | null,
      lastEvent: cell(bucket.lastEvent.value, 'timestamp') as string | null,
      accounts: keys('accounts'),
      regions: keys('regions'),
      dataEvents: bucket.dataEvents.value,
      skipData: bucket.skipData.value,
      ...(sieve.length > 0 ? { sieve } : {}),
    };
  });
}
