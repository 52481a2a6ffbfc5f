import { contractOf } from '../../model/contract.js';
import type { SearchQuestion } from '../../stores/opensearch/chain-parts.js';
import { bucketSource, hitSource } from '../../stores/opensearch/columns.js';
import { isBook } from '../../stores/opensearch/places.js';
import type { Panel } from '../types.js';
import { typeOf } from './columns.js';
import { dashboardsIndex } from './index-patterns.js';

type Json = Record<string, unknown>;

/** What a chart calls a group without a name. */
export const nameless = '(none)';

interface Composite {
  aggs?: { rows?: { composite?: { sources: Record<string, { terms?: { field?: string } }>[] } } };
}

/** The field of the index that has a column's values as they are, to be searched for; null: none has. */
function fieldOf(question: SearchQuestion, column: string): string | null {
  if (typeOf(question, column) === 'timestamp') return null;
  const { log, rows, search } = question.opensearch;
  if (rows.from === 'hits') {
    const { path, pointers } = hitSource(question, column);
    const kept = !isBook(log) && contractOf(log).fields.some(({ ecs }) => ecs.some(isRaw(path)));
    return pointers.length > 0 || kept ? null : path;
  }
  const source = bucketSource(question, column);
  if (source.from !== 'key') return null;
  const sources = (search as Composite).aggs?.rows?.composite?.sources ?? [];
  return sources.find((one) => source.name in one)?.[source.name]?.terms?.field ?? null;
}

/** Text that is kept and can't be searched. */
const isRaw =
  (path: string) =>
  ({ field, type }: { field: string; type: string }): boolean =>
    field === path && type === 'raw';

/** The columns of a panel whose values a click narrows the dashboard to, and the fields of these. */
export function clickable({ draw, columns, x }: Panel, question: SearchQuestion): Map<string, string> {
  const shown = draw === 'table' ? columns : draw === 'bar' || draw === 'donut' ? [x!] : [];
  return new Map(
    shown.flatMap((column) => {
      const field = fieldOf(question, column);
      return field === null ? [] : [[column, field] as const];
    }),
  );
}

/** Longer text has no term in an index (`ignore_above`), and the filter would stand in the address. */
const longestValue = 8191;
const longestLabel = 100;

const text = (value: string): string => JSON.stringify(value);

const clicked = (field: string): string => `clicked[${text(field)}][0]`;

/** A call of Dashboards' own function, in Vega's language: text of an attacker is a value there, and never a name. */
function addFilter(column: string, field: string, value: string, index: string, withNone: boolean): string {
  const term = `{'term': {${text(field)}: ${value}}}`;
  const absent = `{'bool': {'must_not': [{'exists': {'field': ${text(field)}}}]}}`;
  const query = withNone
    ? `${value} === ${text(nameless)} ? {'bool': {'should': [${absent}, ${term}]}} : ${term}`
    : term;
  return `opensearchDashboardsAddFilter(${query}, ${text(index)}, ${text(`${column.replaceAll('_', ' ')}: `)} + truncate(${value}, ${longestLabel}))`;
}

/**
 * What makes a click on a bar, a slice or a cell a filter of the dashboard. A link is no way: Dashboards opens none
 * from Vega unless its administrator allows external addresses. Source: "OpenSearch Dashboards: Vega, expression
 * functions", "Vega-Lite: Selection parameters".
 */
export function narrowing(panel: Panel, question: SearchQuestion, prefix: string): Json {
  const fields = [...clickable(panel, question)];
  if (fields.length === 0) return {};
  const index = dashboardsIndex(question.opensearch.log, prefix);
  const cells = panel.draw === 'table';
  const expr = cells
    ? fields.reduceRight(
        (otherwise, [column, field]) =>
          `${clicked('column')} === ${text(column)} ? ${addFilter(column, field, clicked('cell'), index, false)} : ${otherwise}`,
        'null',
      )
    : addFilter(fields[0]![0], fields[0]![1], clicked(fields[0]![0]), index, true);
  // Before the first click there is nothing in it.
  const [given, value] = cells
    ? [`clicked['cell'] && ${clicked('cell')} !== ''`, clicked('cell')]
    : [`clicked[${text(panel.x!)}]`, clicked(panel.x!)];
  return {
    params: [
      {
        name: 'clicked',
        select: { type: 'point', on: 'click', fields: cells ? ['column', 'cell'] : [panel.x] },
      },
      { name: 'narrowed', expr: `clicked && ${given} && length(${value}) <= ${longestValue} ? (${expr}) : null` },
    ],
  };
}
