import type { SearchQuestion } from '../../stores/opensearch/chain-parts.js';
import type { OpenScopeSearch } from '../../stores/opensearch/context-search.js';
import { isBook, placeOf } from '../../stores/opensearch/places.js';

function timeFilter(log: SearchQuestion['opensearch']['log']): unknown {
  if (!isBook(log)) return { range: { '@timestamp': { '%timefilter%': true } } };
  return placeOf(log).within({ '%timefilter%': 'min' }, { '%timefilter%': 'max' }, 'epoch_millis');
}

/**
 * The query of a Vega visualisation that Dashboards fills in: its time filter, its filters and its query bar, beside
 * what the question looks for. Source: "OpenSearch Dashboards: Vega", whose `%context%` can't stand beside a query.
 */
export const inContext = ({ question, clauses }: OpenScopeSearch): Record<string, unknown> => ({
  bool: {
    filter: [
      timeFilter(question.opensearch.log),
      '%dashboard_context-must_clause%',
      '%dashboard_context-filter_clause%',
      ...clauses,
    ],
    must_not: ['%dashboard_context-must_not_clause%'],
  },
});
