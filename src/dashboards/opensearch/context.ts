/**
 * The query of a Vega visualisation that Dashboards fills in: its time filter, its filters and its query bar, beside
 * the clauses given. Source: "OpenSearch Dashboards: Vega", whose `%context%` can't stand beside a query.
 */
export const inContext = (clauses: readonly unknown[]): Record<string, unknown> => ({
  bool: {
    filter: [
      { range: { '@timestamp': { '%timefilter%': true } } },
      '%dashboard_context-must_clause%',
      '%dashboard_context-filter_clause%',
      ...clauses,
    ],
    must_not: ['%dashboard_context-must_not_clause%'],
  },
});
