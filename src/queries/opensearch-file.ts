import type { Join, OpenSearchQuestion, OpenSearchSearch, Question } from '../model/question.js';

const stepName = /^[a-z][a-z0-9_]*$/;
const kinds: readonly Join['kind'][] = ['left', 'inner', 'right', 'anti'];
const views: readonly unknown[] = [undefined, 'scope', 'everyone', 'baseline'];

const columnsOf = ({ rows, unfold }: OpenSearchSearch): string[] => [
  ...Object.keys(rows?.columns ?? {}),
  ...(unfold ? [unfold.column] : []),
];

/** What is wrong with a question's opensearch.json, or null. */
export function faultOf(question: Question, { chain = [], join = [], ...last }: OpenSearchQuestion): string | null {
  const steps = new Map<string, string[]>();
  for (const { name, ...search } of chain) {
    if (!stepName.test(name) || steps.has(name)) return `chain has the name ${JSON.stringify(name)}, or has it twice`;
    const fault = faultOfSearch(question, search, steps);
    if (fault) return `${name}: ${fault}`;
    steps.set(name, columnsOf(search));
  }
  const fault = faultOfSearch(question, last, steps);
  if (fault) return fault;
  const own = columnsOf(last);
  const answered = [...own];
  for (const { step, on, kind } of join) {
    const columns = steps.get(step);
    if (!columns || !kinds.includes(kind))
      return `join names ${step}, ${kind}: no step of the chain, or no kind of join`;
    for (const [mine, theirs] of Object.entries(on))
      if (!answered.includes(mine) || !columns.includes(theirs)) return `join on ${mine} = ${theirs}: no such columns`;
    answered.push(...columns);
  }
  const columns = question.columns.map(({ name }) => name);
  const missing = columns.filter((name) => !answered.includes(name));
  if (missing.length > 0 || (chain.length === 0 && own.join() !== columns.join()))
    return `rows.columns are ${own.join(', ')}; query.yaml has ${columns.join(', ')}`;
  return null;
}

function faultOfSearch(
  question: Question,
  search: OpenSearchSearch,
  steps: ReadonlyMap<string, readonly string[]>,
): string | null {
  const { log, view, unfold } = search;
  if (!question.logs.includes(log)) return `log is ${log}, which query.yaml does not name`;
  if (!views.includes(view)) return `view is ${view}`;
  if (unfold && search.rows.from !== 'hits') return 'unfold needs hits';
  for (const [, step, column] of JSON.stringify(search.search).matchAll(/\{\{(\w+)\.(\w+)\}\}/g))
    if (!steps.get(step!)?.includes(column!)) return `{{${step}.${column}}} is no column of an earlier step`;
  return null;
}
