import type { Join, OpenSearchQuestion, OpenSearchSearch, Question } from '../model/question.js';

const stepName = /^[a-z][a-z0-9_]*$/;
const kinds: readonly Join['kind'][] = ['left', 'inner', 'right', 'anti', 'union'];
const views: readonly unknown[] = [undefined, 'scope', 'everyone', 'baseline'];

/** The columns of each step so far. */
type Steps = ReadonlyMap<string, readonly string[]>;

const ownColumns = ({ rows, unfold }: OpenSearchSearch): string[] => [
  ...Object.keys(rows?.columns ?? {}),
  ...(unfold ? [unfold.column] : []),
];

/** The columns of a search once it is joined. */
const columnsOf = (search: OpenSearchSearch, steps: Steps): string[] => [
  ...ownColumns(search),
  ...(search.join ?? []).flatMap(({ step, kind }) => (kind === 'anti' ? [] : (steps.get(step) ?? []))),
];

/** What is wrong with a question's opensearch.json, or null. */
export function faultOf(question: Question, { chain = [], ...last }: OpenSearchQuestion): string | null {
  const steps = new Map<string, string[]>();
  for (const { name, ...search } of chain) {
    if (!stepName.test(name) || steps.has(name)) return `chain has the name ${JSON.stringify(name)}, or has it twice`;
    const fault = faultOfSearch(question, search, steps);
    if (fault) return `${name}: ${fault}`;
    steps.set(name, columnsOf(search, steps));
  }
  const fault = faultOfSearch(question, last, steps);
  if (fault) return fault;
  const columns = question.columns.map(({ name }) => name);
  const answered = columnsOf(last, steps);
  const whole = last.join ? columns.every((name) => answered.includes(name)) : answered.join() === columns.join();
  return whole ? null : `rows.columns are ${answered.join(', ')}; query.yaml has ${columns.join(', ')}`;
}

function faultOfSearch(question: Question, search: OpenSearchSearch, steps: Steps): string | null {
  const { log, view, unfold, join = [] } = search;
  const read: readonly (typeof log | Question['views'][number])[] = [...question.logs, ...question.views];
  if (!read.includes(log)) return `log is ${log}, which query.yaml does not name`;
  if (!views.includes(view)) return `view is ${view}`;
  if (unfold && search.rows.from !== 'hits') return 'unfold needs hits';
  for (const [, step, column] of JSON.stringify(search.search).matchAll(/\{\{(\w+)\.(\w+)\}\}/g))
    if (!steps.get(step!)?.includes(column!)) return `{{${step}.${column}}} is no column of an earlier step`;
  const own = columnsOf(search, steps);
  for (const { step, on, kind } of join) {
    const columns = steps.get(step);
    if (!columns || !kinds.includes(kind)) return `join names ${step}, ${kind}: no earlier step, or no kind of join`;
    for (const [mine, theirs] of Object.entries(on))
      if (!own.includes(mine) || !columns.includes(theirs)) return `join on ${mine} = ${theirs}: no such columns`;
  }
  return null;
}
