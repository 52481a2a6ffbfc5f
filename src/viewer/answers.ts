import { rowOrder } from '../model/cell.js';
import type { Answer, BoundQuestion, Row } from '../model/question.js';
import { overClosure } from '../queries/pack.js';
import { runQuestion } from '../queries/run.js';
import { Gate, GivenUp } from './gate.js';
import type { Lender } from './lender.js';

/** An answer as it was given, and when. */
export interface Given {
  answer: Answer;
  at: Date;
}

/** Characters of all answers that are kept, roughly; a page of an answer that is larger is asked anew. */
const mostKept = 64_000_000;
const keptMs = 5 * 60_000;
/** Questions under way at once, however many panels and windows wait. */
const mostAtOnce = 4;

function sizeOf(rows: readonly Row[]): number {
  let size = 0;
  for (const row of rows)
    for (const value of Object.values(row)) size += typeof value === 'string' ? value.length + 8 : 8;
  return size;
}

interface Kept {
  given: Promise<Given>;
  size: number;
  until: number;
}

/**
 * Asks questions, and keeps the last answers for a few minutes: the pages, the order and the chart of one answer are of
 * the same rows, and an engine that is paid for is paid once.
 */
export class Answers {
  readonly #kept = new Map<string, Kept>();
  readonly #gate = new Gate(mostAtOnce);

  constructor(
    private readonly lender: Lender,
    private readonly now: () => Date,
  ) {}

  /** Throws GivenUp where the signal comes before the question's turn. */
  async of(bound: BoundQuestion, closure: boolean, signal: AbortSignal, fresh = false): Promise<Given> {
    try {
      return await this.#keptOrAsked(bound, closure, signal, fresh);
    } catch (error) {
      // Who asked it first has gone; others still wait.
      if (error instanceof GivenUp && !signal.aborted) return this.of(bound, closure, signal);
      throw error;
    }
  }

  #keptOrAsked(bound: BoundQuestion, closure: boolean, signal: AbortSignal, fresh: boolean): Promise<Given> {
    const { question, scope, values } = bound;
    const name = JSON.stringify([question.id, scope, values, closure]);
    const kept = this.#kept.get(name);
    if (kept && !fresh && this.now().getTime() < kept.until) return kept.given;
    const given = this.#gate.run(signal, () => this.#ask(bound, closure));
    const entry: Kept = { given, size: 0, until: Number.POSITIVE_INFINITY };
    this.#kept.delete(name);
    this.#kept.set(name, entry);
    given.then(
      ({ answer }) => {
        entry.size = sizeOf(answer.rows);
        entry.until = this.now().getTime() + keptMs;
        this.#bound();
      },
      () => {
        if (this.#kept.get(name) === entry) this.#kept.delete(name);
      },
    );
    return given;
  }

  #ask(bound: BoundQuestion, closure: boolean): Promise<Given> {
    return this.lender.lend(async ({ engine, check }) => {
      await check([bound], closure);
      const [asked] = closure ? await overClosure(engine, [bound]) : [bound];
      return { answer: await runQuestion(engine, asked!), at: this.now() };
    });
  }

  /** The oldest answers go first. */
  #bound(): void {
    let total = [...this.#kept.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [name, { size, until }] of this.#kept) {
      if (total <= mostKept && until > this.now().getTime()) continue;
      if (size === 0 && until === Number.POSITIVE_INFINITY) continue;
      this.#kept.delete(name);
      total -= size;
    }
  }
}

/** A page of rows by one column (`-name` descending; null: the answer's own order), nulls last. */
export function pageOf(rows: readonly Row[], sort: string | null, offset: number, count: number): Row[] {
  // Sorting keeps the answer's own order where the column says nothing.
  const ordered = sort === null ? rows : [...rows].sort(rowOrder([sort]));
  return ordered.slice(offset, offset + count);
}
