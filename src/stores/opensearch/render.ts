import { contractOf } from '../../model/contract.js';
import type { BoundQuestion } from '../../model/question.js';
import { indexPattern } from './names.js';
import { renderSearch } from './search-template.js';

/** `index.max_result_window`: a single search returns no more. */
const maxWindow = 10_000;

/** The text of a question for Dashboards' Dev Tools: of more rows or groups than one answer holds, the first. */
export function renderOpenSearch(bound: BoundQuestion, prefix = ''): string {
  const body = renderSearch(bound);
  if (typeof body.size === 'number') body.size = Math.min(body.size, maxWindow);
  const pattern = indexPattern(contractOf(bound.question.opensearch.log), prefix);
  return `GET ${pattern}/_search\n${JSON.stringify(body, null, 2)}\n`;
}
