import type { Question } from '../../model/question.js';
import { questionById } from '../../queries/load.js';
import { bindQuestion } from '../../queries/parameters.js';
import { hitSource } from '../../stores/opensearch/columns.js';
import { type OpenScopeSearch, openScopeSearch } from '../../stores/opensearch/context-search.js';
import { isBook } from '../../stores/opensearch/places.js';
import type { Dashboard, Panel } from '../types.js';
import { type Link, patternId } from './index-patterns.js';
import { savedSearch } from './saved-search.js';
import { type SavedObject, visualization } from './types.js';
import { vegaLite } from './vega.js';

export const objectId = (dashboard: string, part: string | null, prefix: string): string =>
  [...(prefix === '' ? [] : [prefix]), 'keytrail', dashboard, ...(part === null ? [] : [part])].join('-');

/** How a panel comes to be in Dashboards. */
export interface DrawnPanel {
  panel: Panel;
  object: SavedObject;
  /** Null: no single search answers the question, and the panel says so. */
  search: OpenScopeSearch | null;
}

function searchOf(question: Question, panel: Panel): OpenScopeSearch | null {
  const given: Record<string, string[]> = { from: ['2026-01-01'] };
  // What must be given comes from the filters of the dashboard; the search that is made has no scope.
  if (question.key === 'required') given.key = ['AKIAIOSFODNN7EXAMPLE'];
  for (const [name, text] of Object.entries(panel.parameters)) given[name] = [text];
  return openScopeSearch(bindQuestion(question, given, new Date(0)));
}

const elsewhere = (question: Question): string =>
  [
    question.question,
    '',
    'No single search of OpenSearch answers it. Ask on the command line:',
    '',
    `    keytrail query run ${question.id}${question.key === 'required' ? ' --key AKIA…' : ''}${question.views.includes('baseline') ? ' --from 7d' : ''}`,
  ].join('\n');

function drawn(dashboard: Dashboard, panel: Panel, prefix: string): DrawnPanel {
  const id = objectId(dashboard.id, panel.id, prefix);
  const question = questionById(panel.question);
  const search = searchOf(question, panel);
  if (search === null) {
    const params = { markdown: elsewhere(question), fontSize: 12, openLinksInNewTab: false };
    return { panel, search, object: visualization(id, panel.title, { type: 'markdown', params }) };
  }
  const { log, rows } = search.question.opensearch;
  // A saved search goes by a field of time, which the ledger has none of.
  const searched = panel.draw === 'table' && rows.from === 'hits' && !isBook(log);
  const spec = searched ? null : vegaLite(panel, search, prefix);
  const object =
    spec === null
      ? savedSearch(id, panel, search, patternId(log, prefix))
      : visualization(id, panel.title, { type: 'vega', params: { spec: JSON.stringify(spec, null, 2) } });
  return { panel, search, object };
}

/**
 * A dashboard's panels. A chart of what lies inside JSON text is shown as a table of the hits, once: no visualisation
 * reads such text.
 */
export function drawnPanels(dashboard: Dashboard, prefix = ''): DrawnPanel[] {
  const panels = dashboard.panels.map((panel) => drawn(dashboard, panel, prefix));
  const tables = new Set(dashboard.panels.filter(({ draw }) => draw === 'table').map(({ question }) => question));
  return panels.filter(
    ({ panel, object }) => object.type !== 'search' || panel.draw === 'table' || !tables.has(panel.question),
  );
}

/** Where values in the saved searches lead. */
export const linksOf = (panels: readonly DrawnPanel[], prefix: string): Link[] =>
  panels.flatMap(({ panel, object, search }) => {
    if (object.type !== 'search' || search === null) return [];
    return Object.entries(panel.drill).flatMap(([column, drill]): Link[] => {
      if (!('dashboard' in drill)) return [];
      const { path, pointers } = hitSource(search.question, column);
      if (pointers.length > 0) return [];
      const { log } = search.question.opensearch;
      return isBook(log)
        ? []
        : [{ log, field: path, dashboard: objectId(drill.dashboard, null, prefix), filter: drill.filter }];
    });
  });
