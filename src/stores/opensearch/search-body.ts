import type { SearchQuestion } from './chain-parts.js';
import { sourcePaths } from './columns.js';
import { placeOf } from './places.js';

type Json = Record<string, unknown>;

/** A search body whose query is a list of filters. */
export interface ScopedSearch extends Json {
  query: { bool: { filter: unknown[] } };
}

/** Name of the aggregation that counts the values behind the sum `NAME`. */
export const valuesOf = (sum: string): string => `${sum}#values`;

/** The question's search, limited to the scope, in the templating of `opensearch.json`. */
export function scopedSearch(question: SearchQuestion): ScopedSearch {
  const { log, search, rows, view } = question.opensearch;
  const place = placeOf(log);
  const range = view === 'baseline' ? ['{{baseline_from}}', '{{from}}'] : ['{{from}}', '{{to}}'];
  const filter: unknown[] = [
    place.within(range[0], range[1]),
    { $if: 'accounts', terms: { [place.account]: '{{accounts}}' } },
    { $if: 'regions', terms: { [place.region]: '{{regions}}' } },
    ...(place.key === null || question.key === 'none' ? [] : [{ $if: 'keyIds', terms: { [place.key]: '{{keyIds}}' } }]),
    ...(search.query ? [search.query] : []),
  ];
  const body: ScopedSearch = { ...search, query: { bool: { filter } }, track_total_hits: false };
  if (rows.from === 'hits') return { ...body, _source: sourcePaths(question) };
  return search.aggs ? { ...body, aggs: countSums(search.aggs) } : body;
}

/** OpenSearch's sum of no value is 0, where SQL's is NULL: a count beside each sum tells them apart. */
function countSums(aggregations: unknown): unknown {
  const { rows, ...others } = aggregations as { rows?: { aggs?: Record<string, Json> } };
  if (!rows?.aggs) return aggregations;
  const counts = Object.entries(rows.aggs)
    .filter(([, aggregation]) => aggregation.sum)
    .map(([name, aggregation]) => [valuesOf(name), { value_count: aggregation.sum }]);
  return { ...others, rows: { ...rows, aggs: { ...rows.aggs, ...Object.fromEntries(counts) } } };
}
