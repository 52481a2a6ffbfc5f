import { rowOrder } from '../model/cell.js';
import type { LogName } from '../model/event.js';
import type { BoundQuestion, ParameterValue, Question, Row, Scope } from '../model/question.js';
import { ask, isAnswerable } from '../queries/ask.js';
import { atOnce } from '../queries/at-once.js';
import { baselineGaps } from '../queries/baseline-gaps.js';
import { questionById } from '../queries/load.js';
import { isItsOwn } from '../queries/pack.js';
import { bindQuestion } from '../queries/parameters.js';
import { withUnseen } from '../queries/unseen.js';
import type { Engine } from '../stores/store.js';
import type { AnsweredQuestion, Unasked } from './investigation.js';
import { type Asking, type Fitting, fitting, type Known, type NotAsked } from './procedure.js';

/** What the store has to be asked about. */
export interface Read {
  /** Logs that were read; null: any may have been. */
  logs: ReadonlySet<LogName> | null;
  /** It holds only what names the keys that a sieve was asked for. */
  sieved: boolean;
}

interface AskerOptions {
  engine: Engine;
  /** The key and all that was issued from it. */
  keyIds: readonly string[];
  scope: Omit<Scope, 'keyIds'>;
  now: Date;
  read: Read;
  only?: { ids: ReadonlySet<string>; reason: string };
  onProgress: (question: string) => void;
}

/** Searches under way at once: few, for the store has others to serve. */
const concurrency = 4;

/** Asks the questions of an investigation, and keeps what came of each. */
export class Asker {
  readonly answers = new Map<string, AnsweredQuestion>();
  readonly #left = new Map<string, Unasked>();
  readonly #failures = new Map<string, Error>();

  constructor(private readonly options: AskerOptions) {}

  /** Throws what would fail every question, such as a store that is gone. */
  async ask(questions: readonly Fitting[], known: Known | null): Promise<void> {
    await atOnce(questions, concurrency, (one) => this.#one(one, known));
  }

  async #one({ id, limit, when }: Fitting, known: Known | null): Promise<void> {
    const question = questionById(id);
    const leave = (kind: Unasked['kind'], reason: string): void => {
      this.#left.set(question.id, { id: question.id, title: question.title, kind, reason });
    };
    const { engine, only, onProgress } = this.options;
    const [log] = question.logs;
    if (only?.ids.has(question.id) === false) return leave('cost', only.reason);
    const { logs, sieved } = this.options.read;
    if (logs?.has(log!) === false) return leave('no-log', `no ${log} log is on record as read`);
    if (sieved && question.key === 'none' && question.id !== 'key-lifecycle')
      return leave('sieve', 'the store holds only what names the key or one issued from it');
    if (!isAnswerable(engine, question)) return leave('engine', (question.without ?? '').replace(/\.$/, ''));
    const asking: Asking | NotAsked = known && when ? when.asking(known) : {};
    if ('fits' in asking) {
      if (asking.fits) leave('unknown', asking.reason);
      return;
    }
    onProgress(question.id);
    try {
      this.answers.set(question.id, await this.#answer(question, limit, asking));
    } catch (error) {
      if (!isItsOwn(error)) throw error;
      this.#failures.set(question.id, error);
      leave('failed', error.message);
    }
  }

  /** In the order of the procedure. */
  get unasked(): Unasked[] {
    return fitting.flatMap(({ id }) => this.#left.get(id) ?? []);
  }

  /** Throws what the first of them failed of. */
  throwIfAllFailed(ids: readonly string[]): void {
    if (ids.every((id) => this.#failures.has(id))) throw this.#failures.get(ids[0]!);
  }

  /** Asked once for each set of parameters; what more than one of them finds is one row. */
  async #answer(question: Question, limit: number, { given = [{}], from }: Asking): Promise<AnsweredQuestion> {
    const { engine, keyIds, now } = this.options;
    const scope = {
      ...this.options.scope,
      ...(from === undefined ? {} : { from: later(from, this.options.scope.from) }),
    };
    const keys = question.key === 'none' ? [] : [...keyIds];
    const bound: BoundQuestion[] = given.map((texts) => ({
      question,
      scope: { ...scope, keyIds: keys },
      values: valuesOf(question, { ...texts, limit: String(limit) }, now),
    }));
    let rows: Row[] = [];
    let truncated = false;
    const gaps: string[] = [];
    for (const one of bound) {
      const found = withUnseen(one, await ask(engine, one));
      truncated ||= found.length >= limit;
      gaps.push(...(await baselineGaps(engine, one, found)));
      rows = rows.concat(found);
    }
    const different = new Map(rows.map((row) => [JSON.stringify(row), row]));
    const { id, title, question: asked, step, severity, attack, falsePositives, next, columns, order } = question;
    return {
      question: { id, title, question: asked, step, severity, attack, falsePositives, next, columns },
      overClosure: question.key !== 'none',
      answer: {
        query: id,
        params: { ...(question.key === 'none' ? {} : { key: keys }), ...scope, ...together(bound) },
        columns: columns.map(({ name, type }) => ({ name, type })),
        rows: bound.length > 1 ? [...different.values()].sort(rowOrder(order)) : rows,
        truncated,
      },
      gaps,
    };
  }
}

const later = (a: string, b: string): string => (a > b ? a : b);

/** Ids that a log names are whatever its writer put there: they are bound as they are, not checked as a user's. */
const valuesOf = (
  question: Question,
  texts: Readonly<Record<string, string>>,
  now: Date,
): Record<string, ParameterValue> => {
  const given = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, [text]]));
  return bindQuestion({ ...question, key: 'none', views: [] }, given, now).values;
};

/** The values of all askings: one where they agree, else each of them. */
function together(bound: readonly BoundQuestion[]): Record<string, ParameterValue> {
  const names = new Set(bound.flatMap(({ values }) => Object.keys(values)));
  return Object.fromEntries(
    [...names].map((name): [string, ParameterValue] => {
      const values = bound.map((one) => one.values[name]!);
      const different = [...new Set(values.map(String))].filter((value) => value !== '');
      return [name, different.length > 1 ? different : (values.find((value) => String(value) !== '') ?? values[0]!)];
    }),
  );
}
