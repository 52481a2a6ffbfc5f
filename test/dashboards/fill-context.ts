import type { Json } from './vega.js';

/** What Dashboards has at hand: its time range, both ends inclusive, and its filters as query DSL. */
export interface Context {
  min: string;
  max: string;
  filters: Json[];
}

/** A filter of the Controls visualisation: one of the values chosen. */
export const chosen = (field: string, values: readonly string[]): Json => ({
  bool: { minimum_should_match: 1, should: values.map((value) => ({ match_phrase: { [field]: value } })) },
});

const clauses: Readonly<Record<string, (context: Context) => Json[]>> = {
  '%dashboard_context-must_clause%': () => [],
  '%dashboard_context-filter_clause%': ({ filters }) => [{ match_all: {} }, ...filters],
  '%dashboard_context-must_not_clause%': () => [],
};

/** Fills in the query of a request as the documentation of Vega in OpenSearch Dashboards says. */
export function fillContext(query: Json, context: Context): Json {
  if (Array.isArray(query))
    return query.flatMap((member) =>
      typeof member === 'string' && Object.hasOwn(clauses, member)
        ? clauses[member]!(context)
        : [fillContext(member, context)],
    );
  if (typeof query !== 'object' || query === null) return query;
  if (query['%timefilter%'] === true)
    return { gte: context.min, lte: context.max, format: 'strict_date_optional_time' };
  if (query['%timefilter%'] === 'min' || query['%timefilter%'] === 'max')
    return Date.parse(context[query['%timefilter%'] as 'min' | 'max']);
  return Object.fromEntries(Object.entries(query).map(([name, member]) => [name, fillContext(member, context)]));
}

/** The request that Discover makes of a saved search: its own filters beside those of the dashboard. */
export function discoverRequest(attributes: Json, context: Context): Json {
  const source = JSON.parse(attributes.kibanaSavedObjectMeta.searchSourceJSON);
  const own = source.filter.map(({ query }: Json) => query);
  const range = { gte: context.min, lte: context.max, format: 'strict_date_optional_time' };
  return {
    size: 10_000,
    query: {
      bool: {
        must: [],
        filter: [{ range: { '@timestamp': range } }, ...own, ...context.filters],
        should: [],
        must_not: [],
      },
    },
    sort: attributes.sort.map(([field, order]: [string, string]) => ({ [field]: { order } })),
  };
}
