import { hitSource } from '../../stores/opensearch/columns.js';
import type { OpenScopeSearch } from '../../stores/opensearch/context-search.js';
import type { Panel } from '../types.js';
import { type SavedObject, savedObject } from './types.js';

const timeField = '@timestamp';

/**
 * A table of hits as a saved search: what the question looks for stands in it as a filter, and values can be clicked.
 * A column that lies inside JSON text is shown as that text. Source: "OpenSearch Dashboards: Discover, filters by DSL".
 */
export function savedSearch(id: string, panel: Panel, search: OpenScopeSearch, pattern: string): SavedObject {
  const { question, clauses, body } = search;
  const paths = panel.columns.map((column) => hitSource(question, column).path);
  const query = { bool: { filter: clauses } };
  const index = 'kibanaSavedObjectMeta.searchSourceJSON.index';
  const filterIndex = 'kibanaSavedObjectMeta.searchSourceJSON.filter[0].meta.index';
  const filter = {
    $state: { store: 'appState' },
    meta: {
      alias: question.title,
      negate: false,
      disabled: false,
      type: 'custom',
      key: 'query',
      value: JSON.stringify(query),
      indexRefName: filterIndex,
    },
    query,
  };
  const sort = (body.sort as Record<string, string>[]).map((clause) => Object.entries(clause)[0]);
  return savedObject(
    'search',
    id,
    {
      title: panel.title,
      description: question.question,
      hits: 0,
      columns: [...new Set(paths)].filter((path) => path !== timeField),
      sort,
      version: 1,
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({
          query: { query: '', language: 'kuery' },
          filter: clauses.length > 0 ? [filter] : [],
          indexRefName: index,
        }),
      },
    },
    [
      { name: index, type: 'index-pattern', id: pattern },
      ...(clauses.length > 0 ? [{ name: filterIndex, type: 'index-pattern', id: pattern } as const] : []),
    ],
  );
}
