import { KeytrailError } from '../../errors.js';
import { baselineFrom } from '../../model/baseline.js';
import {
  allTime,
  type BoundQuestion,
  type Column,
  type OpenSearchSearch,
  type Parameter,
  type ParameterValue,
  type Question,
  type Row,
} from '../../model/question.js';

/** A question of one search. */
export interface SearchQuestion extends Omit<Question, 'opensearch'> {
  opensearch: OpenSearchSearch;
}

export interface BoundSearch extends Omit<BoundQuestion, 'question'> {
  question: SearchQuestion;
}

/** One search of a question, as a question by itself. */
export interface Part {
  /** Of a step of the chain; null: the last search, which gives the answer. */
  name: string | null;
  question: SearchQuestion;
}

/** `index.max_terms_count`: more values than this no search takes. */
export const maxTerms = 65_536;

/** What a search takes besides the question's own parameters: earlier steps' columns, and the start of the baseline. */
function feedsOf(search: OpenSearchSearch): Parameter[] {
  const text = JSON.stringify(search.search);
  const names = new Set([...text.matchAll(/\{\{(\w+\.\w+)\}\}/g)].map(([, name]) => name!));
  return [
    ...[...names].map((name): Parameter => ({ name, type: 'string[]', default: [], description: '' })),
    ...(search.view === 'baseline'
      ? [{ name: 'baseline_from', type: 'timestamp', default: allTime.from, description: '' } as const]
      : []),
  ];
}

/** The columns of a search before it is joined: typed as the question's of that name, else text. */
function columnsOf(question: Question, { rows, unfold }: OpenSearchSearch): Column[] {
  const names = [...Object.keys(rows.columns), ...(unfold ? [unfold.column] : [])];
  return names.map(
    (name) => question.columns.find((column) => column.name === name) ?? { name, type: 'string', description: '' },
  );
}

/** Every search of a question in the order in which they are asked, the one that gives the answer last. Throws `bad_contract`. */
export function partsOf(question: Question): Part[] {
  if (question.opensearch === null)
    throw new KeytrailError('bad_contract', `${question.id} has no text for OpenSearch: ${question.without}`);
  const { chain = [], ...last } = question.opensearch;
  const part = (name: string | null, search: OpenSearchSearch, order: string[]): Part => ({
    name,
    question: {
      ...question,
      parameters: [...question.parameters, ...feedsOf(search)],
      columns: columnsOf(question, search),
      order,
      key: search.view === undefined || search.view === 'scope' ? question.key : 'none',
      opensearch: search,
    },
  });
  return [
    ...chain.map(({ name, ...search }) => part(name, search, [])),
    // What is joined or unfolded is ordered when it is whole.
    part(null, last, last.join || last.unfold ? [] : question.order),
  ];
}

/** A part with the values that it takes from the steps before it. Throws `bad_parameter` where they are too many. */
export function boundPart(
  bound: BoundQuestion,
  { question }: Part,
  steps: ReadonlyMap<string, readonly Row[]>,
): BoundSearch {
  const values: Record<string, ParameterValue> = { ...bound.values };
  for (const { name } of question.parameters.slice(bound.question.parameters.length)) {
    if (name === 'baseline_from') values[name] = baselineFrom(bound);
    else values[name] = distinct(bound.question, name, steps);
  }
  return { ...bound, question, values };
}

function distinct(question: Question, feed: string, steps: ReadonlyMap<string, readonly Row[]>): string[] {
  const [step = '', column = ''] = feed.split('.');
  const found = new Set<string>();
  for (const row of steps.get(step) ?? []) {
    const value = row[column];
    if (typeof value === 'string') found.add(value);
  }
  if (found.size > maxTerms)
    throw new KeytrailError(
      'bad_parameter',
      `${question.id} finds ${found.size} different values of ${column} in its step ${step}, a search takes ${maxTerms}`,
      { hint: 'Narrow the scope: a key, a shorter time range, fewer accounts or Regions.' },
    );
  return [...found];
}
