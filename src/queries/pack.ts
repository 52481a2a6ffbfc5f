import { KeytrailError } from '../errors.js';
import type { Answer, BoundQuestion, Question } from '../model/question.js';
import type { Engine } from '../stores/store.js';
import { atOnce } from './at-once.js';
import { withClosure } from './closure.js';
import { focused } from './focused.js';
import { allQuestions, questionById } from './load.js';
import { bindQuestion, isNeeded, parametersOf } from './parameters.js';
import { runQuestion } from './run.js';
import { tacticsOf } from './tactics.js';

export interface Selection {
  /** In the order in which they are to be asked; none means the whole pack. */
  ids: readonly string[];
  /** Only questions of one of these steps of the procedure; none means all. */
  steps: readonly string[];
  /** Only questions of one of these tactics of ATT&CK; none means all. */
  tactics: readonly string[];
}

/** Throws `unknown_question`, or `usage` where nothing is left. */
export function selectQuestions({ ids, steps, tactics }: Selection): Question[] {
  const chosen = ids.length === 0 ? allQuestions() : [...new Set(ids)].map(questionById);
  const left = chosen
    .filter(({ step }) => steps.length === 0 || steps.includes(step))
    .filter((question) => tactics.length === 0 || tacticsOf(question).some((tactic) => tactics.includes(tactic)));
  if (left.length > 0) return left;
  throw new KeytrailError('usage', `no question serves ${[...steps, ...tactics].join(' and ')}`, {
    hint: 'keytrail query list shows the step and the tactics of each.',
  });
}

/** Parameters by name, each with the texts that were given for it. */
export type Given = Readonly<Record<string, readonly string[]>>;

/** A question that can't be asked with what was given. */
export interface Unasked {
  question: Question;
  reason: string;
}

/**
 * Binds several questions to the same parameters: each takes those that it has, and one that lacks what it needs is not
 * asked. `own` are parameters for one question by its id; they beat the others. Throws `bad_parameter` for a value that
 * is wrong, and for a name that none of the questions knows.
 */
export function bindPack(
  questions: readonly Question[],
  given: Given,
  own: ReadonlyMap<string, Given>,
  now: Date,
): { bound: BoundQuestion[]; unasked: Unasked[] } {
  const known = new Set(questions.flatMap((question) => parametersOf(question).map(({ name }) => name)));
  // Each question takes it, where it takes any.
  known.add('key');
  const stranger = Object.keys(given).find((name) => !known.has(name));
  if (stranger !== undefined)
    throw new KeytrailError('bad_parameter', `no question asked here has a parameter ${JSON.stringify(stranger)}`, {
      hint: 'keytrail query show ID names the parameters of a question.',
    });
  const bound: BoundQuestion[] = [];
  const unasked: Unasked[] = [];
  for (const question of questions) {
    const parameters = parametersOf(question);
    const mine = new Set(parameters.map(({ name }) => name));
    const all: Record<string, readonly string[]> = {
      ...Object.fromEntries(Object.entries(given).filter(([name]) => mine.has(name))),
      ...own.get(question.id),
    };
    const lacking = parameters.filter(
      (parameter) => isNeeded(question, parameter) && all[parameter.name] === undefined,
    );
    if (lacking.length === 0) bound.push(bindQuestion(question, all, now));
    else unasked.push({ question, reason: `it needs ${lacking.map(({ name }) => name).join(' and ')}` });
  }
  return { bound, unasked };
}

/** The same questions, asked also of the credentials that were issued from their keys. */
export async function overClosure(engine: Engine, bound: readonly BoundQuestion[]): Promise<BoundQuestion[]> {
  const closures = new Map<string, string[]>();
  const wider: BoundQuestion[] = [];
  for (const one of bound) {
    const keys = one.scope.keyIds.join();
    // Where a question is about the closure anyway, it is found there.
    if (one.question.closure || keys === '') {
      wider.push(one);
      continue;
    }
    const keyIds = closures.get(keys) ?? (await withClosure(engine, one.scope)).keyIds;
    closures.set(keys, keyIds);
    wider.push({ ...one, scope: { ...one.scope, keyIds } });
  }
  return wider;
}

export interface Outcome {
  question: Question;
  /** Null where asking failed. */
  answer: Answer | null;
  error: KeytrailError | null;
}

export interface PackOptions {
  /** Questions under way at once. */
  concurrency: number;
  /** Called when a question has been answered, or failed. */
  onDone?: (outcome: Outcome) => void;
}

/** Whether one question can fail of it, and another not. */
export const isItsOwn = (error: unknown): error is KeytrailError =>
  error instanceof KeytrailError && (error.code === 'store_failed' || error.code === 'bad_parameter');

/**
 * Asks several questions; outcomes come in the order of the questions. A question that fails by itself is told of and
 * the others go on; what would fail them all (no store, no credentials, an interruption) is thrown.
 */
export async function runPack(
  engine: Engine,
  bound: readonly BoundQuestion[],
  { concurrency, onDone }: PackOptions,
): Promise<Outcome[]> {
  const askAll = (ready: Engine): Promise<Outcome[]> =>
    atOnce(bound, concurrency, async (one) => {
      const outcome = await ask(ready, one);
      onDone?.(outcome);
      return outcome;
    });
  const ofKeys = bound.filter(({ question, scope }) => question.key !== 'none' && scope.keyIds.length > 0);
  return ofKeys.length < manyOfKeys ? askAll(engine) : focused(engine, ofKeys[0]!.scope, askAll);
}

/** Questions of the same keys from which on it is worth to get ready for them. */
const manyOfKeys = 5;

async function ask(engine: Engine, bound: BoundQuestion): Promise<Outcome> {
  const { question } = bound;
  try {
    return { question, answer: await runQuestion(engine, bound), error: null };
  } catch (error) {
    if (!isItsOwn(error)) throw error;
    return { question, answer: null, error };
  }
}
