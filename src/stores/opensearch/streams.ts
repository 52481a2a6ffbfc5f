import { isoTime } from '../../model/cell.js';
import type { LedgerEntry } from '../../model/object.js';
import { inStreamOrder, type Stream, type StreamScope } from '../../model/stream.js';
import type { Connection, Json } from './client.js';
import { inScope } from './coverage.js';
import { ledgerIndex } from './names.js';
import { anyIndices, refresh } from './refresh.js';

/** OpenSearch answers with at most 65,535 buckets (`search.max_buckets`). */
const maxBuckets = 50_000;
const maxStreams = 100;
const hourMs = 3_600_000;

const sources = (['log', 'account', 'region', 'flowLog'] as const).map((field) => ({
  [field]: { terms: { field, missing_bucket: field !== 'log' } },
}));
const sum = (field: string): Json => ({ sum: { field } });

/** See `Store.streams`. */
export async function readStreams(connection: Connection, scope: StreamScope, prefix: string): Promise<Stream[]> {
  const index = ledgerIndex(prefix);
  await refresh(connection, index);
  const search = async (aggs: Json): Promise<Json> => {
    const { aggregations } = await connection.request({
      method: 'POST',
      path: `/${index}/_search`,
      query: { ...anyIndices, allow_partial_search_results: false },
      body: {
        size: 0,
        track_total_hits: false,
        query: {
          bool: { filter: [inScope(scope), { terms: { log: scope.logs } }] },
        },
        aggs,
      },
    });
    return aggregations ?? {};
  };
  const ends = await search({ first: { min: { field: 'firstEvent' } }, last: { max: { field: 'lastEvent' } } });
  const from = Math.max(Date.parse(scope.from), ends.first?.value ?? 0);
  const to = Math.min(Date.parse(scope.to), ends.last?.value ?? 0);
  const hours = Math.max(0, (to - from) / hourMs) + 2;
  const size = Math.max(1, Math.min(maxStreams, Math.floor(maxBuckets / hours)));
  const streams: Stream[] = [];
  let after: Json;
  do {
    const composite = { size, sources, ...(after ? { after } : {}) };
    const { streams: found } = await search({ streams: { composite, aggs: perStream(scope) } });
    streams.push(...(found?.buckets ?? []).map(toStream));
    after = found?.after_key;
  } while (after);
  return inStreamOrder(streams);
}

function perStream({ from, to, lateAfter }: StreamScope): Json {
  const start = `${from.slice(0, 13)}:00:00Z`;
  return {
    states: { terms: { field: 'state', size: 10 } },
    read: sum('read'),
    stored: sum('stored'),
    duplicates: sum('duplicates'),
    deadLettered: sum('deadLettered'),
    dataEvents: sum('dataEvents'),
    skipData: sum('skipData'),
    firstEvent: { min: { field: 'firstEvent' } },
    lastEvent: { max: { field: 'lastEvent' } },
    lastDelivered: { max: { field: 'delivered' } },
    lagMean: { avg: { field: 'lag' } },
    lagMax: { max: { field: 'lag' } },
    late: { filter: { range: { lag: { gt: lateAfter } } } },
    nested: {
      nested: { path: 'hours' },
      aggs: {
        scoped: {
          filter: { range: { 'hours.hour': { gte: start, lt: to } } },
          aggs: {
            hours: {
              date_histogram: { field: 'hours.hour', fixed_interval: '1h', min_doc_count: 1 },
              aggs: { records: sum('hours.records') },
            },
          },
        },
      },
    },
  };
}

function toStream(bucket: Json): Stream {
  const count = (state: string): number => bucket.states.buckets.find(({ key }: Json) => key === state)?.doc_count ?? 0;
  const time = (name: string): string | null => (bucket[name].value === null ? null : isoTime(bucket[name].value));
  const seconds = (name: string): number | null =>
    bucket[name].value === null ? null : Math.round(bucket[name].value);
  const { log, account, region, flowLog } = bucket.key;
  return {
    log,
    account,
    region,
    flowLog,
    objects: { done: count('done'), failed: count('failed'), unfinished: count('claimed') },
    records: {
      read: bucket.read.value,
      stored: bucket.stored.value,
      duplicates: bucket.duplicates.value,
      deadLettered: bucket.deadLettered.value,
    },
    firstEvent: time('firstEvent'),
    lastEvent: time('lastEvent'),
    lastDelivered: bucket.lastDelivered.value === null ? null : new Date(bucket.lastDelivered.value).toISOString(),
    lag: { mean: seconds('lagMean'), max: seconds('lagMax') },
    late: bucket.late.doc_count,
    dataEvents: bucket.dataEvents.value,
    skipData: bucket.skipData.value,
    hours: bucket.nested.scoped.hours.buckets.map(({ key, doc_count, records }: Json) => ({
      hour: isoTime(key),
      objects: doc_count,
      records: records.value,
    })),
  };
}

/** See `Store.failures`. */
export async function readFailures(connection: Connection, limit: number, prefix: string): Promise<LedgerEntry[]> {
  const index = ledgerIndex(prefix);
  await refresh(connection, index);
  const { hits } = await connection.request({
    method: 'POST',
    path: `/${index}/_search`,
    query: { ...anyIndices, allow_partial_search_results: false },
    body: {
      size: limit,
      track_total_hits: false,
      query: { term: { state: 'failed' } },
      sort: [{ bucket: 'asc' }, { key: 'asc' }],
    },
  });
  return hits.hits.map(({ _source }: Json) => _source);
}
