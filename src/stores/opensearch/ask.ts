import { KeytrailError } from '../../errors.js';
import type { Row } from '../../model/question.js';
import { bucketReader, hitReader } from './cells.js';
import type { BoundSearch, SearchQuestion } from './chain-parts.js';
import type { Connection, Json } from './client.js';
import { hitSource } from './columns.js';
import { placeOf } from './places.js';
import { anyIndices, refresh } from './refresh.js';
import { renderSearch } from './search-template.js';

const pageSize = 5000;
/** Groups, and the rows of a step. */
const maxRows = 1_000_000;

const tooMany = (question: SearchQuestion, what: string): KeytrailError =>
  new KeytrailError('store_failed', `${question.id} has more than ${maxRows} ${what}`, {
    hint: 'Narrow the scope: a shorter time range, fewer accounts or Regions.',
  });

/**
 * Runs one search, in no certain order. Half an answer is an error: a shard that fails must not look like an absence of
 * evidence. `whole`: every hit is read, not only as many as the answer has at most.
 */
export async function askSearch(
  connection: Connection,
  bound: BoundSearch,
  prefix: string,
  whole: boolean,
): Promise<Row[]> {
  const { question, values } = bound;
  const place = placeOf(question.opensearch.log);
  const pattern = place.index(prefix);
  await refresh(connection, pattern);
  const body = renderSearch(bound);
  const search: Search = (body) =>
    connection.request({
      method: 'POST',
      path: `/${pattern}/_search`,
      query: { ...anyIndices, allow_partial_search_results: false },
      body,
    });
  if (question.opensearch.rows.from === 'buckets') return allBuckets(search, body, question);
  const rows = await allHits(search, body, question, place.epochs, whole ? maxRows + 1 : (values.limit as number));
  if (rows.length > maxRows && whole) throw tooMany(question, 'rows');
  return rows;
}

type Search = (body: Json) => Promise<Json>;

type SortClause = Record<string, 'asc' | 'desc'>;

/** The question's order as a sort, as far as its columns are fields. */
function sortOf(question: SearchQuestion): SortClause[] {
  const clauses = question.order.map((key): [string, SortClause[string], boolean] => {
    const { path, pointers } = hitSource(question, key.replace(/^-/, ''));
    return [path, key.startsWith('-') ? 'desc' : 'asc', pointers.length === 0];
  });
  return clauses.filter(([, , field]) => field).map(([path, direction]) => ({ [path]: direction }));
}

async function allHits(
  search: Search,
  body: Json,
  question: SearchQuestion,
  epochs: ReadonlySet<string>,
  limit: number,
): Promise<Row[]> {
  const order = sortOf(question);
  if (question.order.length > 0 && JSON.stringify(body.sort?.[0]) !== JSON.stringify(order[0]))
    throw new KeytrailError(
      'bad_contract',
      `queries/${question.id}/opensearch.json: sort does not start as order does`,
    );
  // Where a later key is no field, hits that tie on the first one can still change places: all of them are needed.
  const exact =
    order.length === question.order.length &&
    (order.length === 0 || JSON.stringify(body.sort) === JSON.stringify(order));
  const read = hitReader(question, epochs);
  // Events may lack an id; an index has one shard, where the sequence number tells them apart.
  const sort = [...(body.sort ?? []), { _seq_no: 'asc' }];
  const rows: Row[] = [];
  let last: Json;
  let tie: unknown;
  for (;;) {
    const size = Math.min(pageSize, Math.max(limit - rows.length, 0) + (exact ? 0 : 1));
    const { hits } = await search({ ...body, sort, size, ...(last ? { search_after: last.sort } : {}) });
    for (const hit of hits.hits) {
      if (rows.length >= limit && hit.sort[0] !== tie) return rows;
      rows.push(...read(hit._source));
      if (rows.length === limit) tie = hit.sort[0];
      last = hit;
    }
    if (hits.hits.length < size || (exact && rows.length >= limit)) return rows;
  }
}

async function allBuckets(search: Search, body: Json, question: SearchQuestion): Promise<Row[]> {
  const composite = body.aggs?.rows?.composite;
  if (!composite)
    throw new KeytrailError('bad_contract', `queries/${question.id}/opensearch.json: no composite named rows`);
  const read = bucketReader(question);
  const { filter } = body.query.bool;
  const rows: Row[] = [];
  // A page may be empty, all its buckets filtered out, and yet not be the last.
  for (let pages = 0; ; pages += 1) {
    if (pages * composite.size >= maxRows) throw tooMany(question, 'groups');
    const page = (await search(body)).aggregations?.rows;
    for (const bucket of page?.buckets ?? []) rows.push(read(bucket));
    if (!page?.after_key) return rows;
    composite.after = page.after_key;
    body.query.bool.filter = [...filter, ...reachedOf(composite)];
  }
}

/** A later page need not look at what lies before it: by time, where groups are ordered by it first. */
function reachedOf({ sources, after }: Json): Json[] {
  const [[name, source]] = Object.entries<Json>(sources[0]) as [[string, Json]];
  const field = source.date_histogram?.field;
  return field && after[name] !== null ? [{ range: { [field]: { gte: after[name], format: 'epoch_millis' } } }] : [];
}
