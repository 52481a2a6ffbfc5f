import { KeytrailError } from '../errors.js';
import type { BoundQuestion, Question } from '../model/question.js';
import { bindQuestion, isNeeded, parametersOf } from '../queries/parameters.js';
import { caseOf } from './address.js';

/** An answer is held whole in memory: a larger one is for the command line. */
export const mostRows = 100_000;

/** Parameters of the page, not of the question. */
export const pageNames: ReadonlySet<string> = new Set(['ask', 'sort', 'page', 'fresh', 'closure', 'search']);

/** Ages such as `24h` count from it: what is asked within a minute, such as the panels of a dashboard, is the same. */
const wholeMinute = (now: Date): Date => new Date(Math.floor(now.getTime() / 60_000) * 60_000);

/** What an address gives a question; what belongs to the page or to other questions of the case is left out. */
export function bindAddress(question: Question, query: URLSearchParams, now: Date): BoundQuestion {
  const mine = new Set(parametersOf(question).map(({ name }) => name));
  const others = new Set([...Object.keys(caseOf(query)), ...pageNames].filter((name) => !mine.has(name)));
  const given: Record<string, string[]> = Object.create(null);
  for (const name of new Set(query.keys())) {
    const texts = query.getAll(name).filter((text) => text.trim() !== '');
    if (texts.length > 0 && !others.has(name)) given[name] = texts;
  }
  const bound = bindQuestion(question, given, wholeMinute(now));
  if (Number(bound.values.limit) > mostRows)
    throw new KeytrailError(
      'bad_parameter',
      `limit is ${bound.values.limit}, a page's answer has ${mostRows} rows at most`,
      {
        hint: 'Take keytrail query run with --out for more.',
      },
    );
  return bound;
}

/** Whether a question is asked of all that was issued from its keys, too. */
export const isWide = (question: Question, query: URLSearchParams): boolean =>
  question.key !== 'none' && query.has('closure');

/** What a question can't be asked without, and was not given. */
export const lackingOf = (question: Question, query: URLSearchParams): string[] =>
  parametersOf(question)
    .filter((parameter) => isNeeded(question, parameter) && (query.get(parameter.name) ?? '') === '')
    .map(({ name }) => name);
