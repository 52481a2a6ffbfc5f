import { KeytrailError } from '../../errors.js';
import { allContracts } from '../../model/contract.js';
import type { LogName } from '../../model/event.js';
import type { Book } from '../../model/question.js';
import { isBook } from '../../stores/opensearch/places.js';
import type { Dashboard } from '../types.js';
import { filterField, filterTitles } from './fields.js';
import { bookPatterns, indexPatterns, type Link, patternId } from './index-patterns.js';
import { type Box, layout } from './layout.js';
import { type DrawnPanel, drawnPanels, linksOf, objectId } from './panels.js';
import { type Reference, type SavedObject, savedObject, visualization } from './types.js';

/** What a dashboard answers, and the others. */
function heading({ id, description }: Dashboard, all: readonly Dashboard[], prefix: string): SavedObject {
  const others = all
    .filter((other) => other.id !== id)
    .map((other) => `[${other.title}](#/view/${objectId(other.id, null, prefix)})`);
  const markdown = `${description}\n\n${others.join(' · ')}`;
  const params = { markdown, fontSize: 12, openLinksInNewTab: false };
  return visualization(objectId(id, 'heading', prefix), 'About', { type: 'markdown', params });
}

/** Lists to choose from; null where the time range is all that there is. */
function controls({ id, filters }: Dashboard, log: LogName | Book, prefix: string): SavedObject | null {
  const fields = filters.filter((filter) => filter !== 'time');
  if (fields.length === 0) return null;
  const reference = (position: number): string => `control_${position}_index_pattern`;
  const list = fields.map((filter, position) => ({
    id: filter,
    fieldName: filterField(filter, log),
    label: filterTitles[filter],
    parent: '',
    type: 'list',
    options: { type: 'terms', multiselect: true, dynamicOptions: true, size: 100, order: 'desc' },
    indexPatternRefName: reference(position),
  }));
  const params = { controls: list, updateFiltersOnChange: true, useTimeFilter: true, pinFilters: false };
  return visualization(
    objectId(id, 'filters', prefix),
    'Filters',
    { type: 'input_control_vis', params },
    fields.map((_, position) => ({ name: reference(position), type: 'index-pattern', id: patternId(log, prefix) })),
  );
}

const heights = { number: 7, table: 16, bar: 14, line: 14, donut: 14, map: 14 } as const;

const heightOf = ({ panel, object, search }: DrawnPanel): number => {
  if (search === null) return 6;
  return object.type === 'search' ? heights.table : heights[panel.draw];
};

function page(
  dashboard: Dashboard,
  tops: readonly SavedObject[],
  drawn: readonly DrawnPanel[],
  prefix: string,
): SavedObject {
  const boxes: Box[] = [
    ...tops.map((): Box => ({ width: tops.length === 1 ? 'full' : 'half', height: 7 })),
    ...drawn.map(
      (one): Box => ({ width: one.object.type === 'search' ? 'full' : one.panel.width, height: heightOf(one) }),
    ),
  ];
  const objects = [...tops, ...drawn.map(({ object }) => object)];
  const panels = layout(boxes).map((place, position) => ({
    // Panels of before 7.3 had another form.
    version: '7.9.3',
    gridData: { ...place, i: String(position) },
    panelIndex: String(position),
    embeddableConfig: {},
    panelRefName: `panel_${position}`,
  }));
  const references = objects.map(({ type, id }, position): Reference => ({ name: `panel_${position}`, type, id }));
  return savedObject(
    'dashboard',
    objectId(dashboard.id, null, prefix),
    {
      title: `keytrail: ${dashboard.title}`,
      hits: 0,
      description: dashboard.description,
      panelsJSON: JSON.stringify(panels),
      optionsJSON: JSON.stringify({ hidePanelTitles: false, useMargins: true }),
      version: 1,
      timeRestore: true,
      timeFrom: 'now-90d',
      timeTo: 'now',
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter: [] }),
      },
    },
    references,
  );
}

/** What a dashboard reads, whose fields its filters are for: logs, or what the store keeps of its own work. */
function readBy({ id }: Dashboard, drawn: readonly DrawnPanel[]): LogName | Book {
  const logs = drawn.flatMap(({ search }) => (search ? [search.question.opensearch.log] : []));
  if (new Set(logs.map(isBook)).size > 1)
    throw new KeytrailError('bad_contract', `dashboards/${id}.yaml reads logs and the ledger`, {
      hint: 'Accounts and Regions are other fields in each: a filter would empty the panels of one of them.',
    });
  return logs[0] ?? 'cloudtrail';
}

/** Each field once: a format belongs to a field, wherever it is shown. Throws `bad_contract`. */
function distinct(links: readonly Link[]): Link[] {
  const found = new Map<string, Link>();
  for (const link of links) {
    const name = `${link.log} ${link.field}`;
    const before = found.get(name) ?? link;
    if (before.dashboard !== link.dashboard || before.filter !== link.filter)
      throw new KeytrailError(
        'bad_contract',
        `dashboards: ${name} leads to ${before.dashboard} and to ${link.dashboard}`,
        {
          hint: 'In OpenSearch Dashboards, all values of a field lead to the same dashboard.',
        },
      );
    found.set(name, before);
  }
  return [...found.values()].sort((a, b) => (a.field < b.field ? -1 : 1));
}

/**
 * Everything that OpenSearch Dashboards needs: index patterns, and of each dashboard its panels before it.
 * `prefix`: the store's. Throws `bad_contract`.
 */
export function savedObjects(dashboards: readonly Dashboard[], prefix = ''): SavedObject[] {
  const links: Link[] = [];
  const objects = dashboards.flatMap((dashboard) => {
    const drawn = drawnPanels(dashboard, prefix);
    links.push(...linksOf(drawn, prefix));
    const control = controls(dashboard, readBy(dashboard, drawn), prefix);
    const tops = [heading(dashboard, dashboards, prefix), ...(control ? [control] : [])];
    return [...tops, ...drawn.map(({ object }) => object), page(dashboard, tops, drawn, prefix)];
  });
  return [...indexPatterns(allContracts(), distinct(links), prefix), ...bookPatterns(prefix), ...objects];
}

/** A line for each, as the import takes it. */
export const ndjson = (objects: readonly SavedObject[]): string =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join('');
