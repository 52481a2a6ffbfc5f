import { allTime, type BoundQuestion } from '../../model/question.js';
import { partsOf, type SearchQuestion } from './chain-parts.js';
import { renderSearch } from './search-template.js';

/** `index.max_result_window`; groups are as many at once. */
const maxRows = 10_000;

/** A question's search without a scope of its own: what asks it says when, of which accounts, Regions and keys. */
export interface OpenScopeSearch {
  question: SearchQuestion;
  /** What the question itself looks for, as filters. */
  clauses: unknown[];
  /** The body, but for its query. */
  body: Record<string, unknown>;
}

interface Body extends Record<string, unknown> {
  query: { bool: { filter: unknown[] } };
  aggs?: { rows?: { composite?: { size: number } } };
}

/**
 * The search behind a question, of at most 10,000 hits or groups: one answer's worth. Null where no single search
 * answers it.
 */
export function openScopeSearch({ question, values }: BoundQuestion): OpenScopeSearch | null {
  if (question.opensearch === null) return null;
  const [part, ...more] = partsOf(question);
  if (part === undefined || more.length > 0 || part.question.opensearch.unfold) return null;
  const scope = { ...allTime, accounts: [], regions: [], keyIds: [] };
  const rendered = renderSearch({ question: part.question, scope, values: { ...values, limit: maxRows } }) as Body;
  const { query, ...body } = structuredClone(rendered);
  if (body.aggs?.rows?.composite) body.aggs.rows.composite.size = maxRows;
  // The first filter is the time range of the scope.
  const clauses = query.bool.filter.slice(1);
  return {
    question: part.question,
    clauses,
    body,
  };
}
