import type { BoundQuestion, Row } from '../../model/question.js';
import { boundPart, partsOf } from './chain-parts.js';
import { placeOf } from './places.js';
import { renderSearch } from './search-template.js';

/** `index.max_result_window`: a single search returns no more. */
const maxWindow = 10_000;

/** A row that stands for a step's rows: each column says what belongs there. */
const stepRow = (name: string, columns: readonly { name: string }[]): Row =>
  Object.fromEntries(columns.map((column) => [column.name, `… every ${column.name} that ${name} found`]));

/**
 * The text of a question for Dashboards' Dev Tools: of more rows or groups than one answer holds, the first. Of a chain,
 * every search, with a placeholder for what the searches before it find.
 */
export function renderOpenSearch(bound: BoundQuestion, prefix = ''): string {
  const steps = new Map<string, Row[]>();
  const texts = partsOf(bound.question).map((part) => {
    const body = renderSearch(boundPart(bound, part, steps));
    const { name, question } = part;
    if (name !== null) steps.set(name, [stepRow(name, question.columns)]);
    if (typeof body.size === 'number') body.size = Math.min(body.size, maxWindow);
    const pattern = placeOf(question.opensearch.log).index(prefix);
    const joins = (question.opensearch.join ?? []).map(({ step, on, kind }) => {
      const columns = Object.entries(on).map((pair) => pair.join(' = '));
      return `# then: ${kind} join with ${step} on ${columns.join(', ')}\n`;
    });
    const title = name === null ? '' : `# ${name}\n`;
    return `${title}GET ${pattern}/_search\n${JSON.stringify(body, null, 2)}\n${joins.join('')}`;
  });
  return texts.join('\n');
}
