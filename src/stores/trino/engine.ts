import { setTimeout as sleep } from 'node:timers/promises';
import { KeytrailError, reasonOf } from '../../errors.js';
import type { BoundQuestion, Question, Row } from '../../model/question.js';
import { interruptedAsking } from '../interrupted.js';
import { typedRows } from '../sql/rows.js';
import type { Engine } from '../store.js';
import type { Progress, TrinoClient } from './client.js';
import { queryFailure } from './failures.js';
import type { Location } from './location.js';
import { statementOf } from './statement.js';

/** Answers without rows that are normal while a query is planned. */
const planning = 4;
const firstPollMs = 25;
const lastPollMs = 1000;

/** Asks Trino, which reads the logs where its catalog says. It keeps nothing, so it has no ledger either. */
export class TrinoEngine implements Engine {
  readonly uri: string;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  readonly #underWay = new Set<Promise<Row[]>>();

  constructor(
    private readonly client: TrinoClient,
    private readonly location: Location,
    signal: AbortSignal | undefined,
  ) {
    this.uri = location.uri;
    this.#signal = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
  }

  ask(bound: BoundQuestion): Promise<Row[]> {
    const answer = this.#answer(bound);
    this.#underWay.add(answer);
    return answer.finally(() => this.#underWay.delete(answer));
  }

  async coverage(): Promise<null> {
    return null;
  }

  /** Ends what is still being asked: a query that nobody waits for would go on working. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
  }

  async #answer(bound: BoundQuestion): Promise<Row[]> {
    const statement = statementOf(bound);
    let progress: Progress | undefined;
    try {
      progress = await this.client.start(statement, this.#signal);
      const rows = rowsFrom(progress, bound.question);
      for (let idle = 0; progress.next !== undefined; ) {
        progress = await this.client.follow(progress.next, this.#signal);
        for (const row of rowsFrom(progress, bound.question)) rows.push(row);
        idle = progress.data.length > 0 ? 0 : idle + 1;
        // Trino holds an answer back for a second while there is no news; this is for a server that doesn't.
        if (progress.next !== undefined && idle > planning)
          await sleep(Math.min(firstPollMs * 2 ** (idle - planning), lastPollMs), undefined, { signal: this.#signal });
      }
      if (progress.error) throw queryFailure(progress.error, bound.question.id, progress.id, this.location);
      return rows;
    } catch (error) {
      throw await this.#givenUp(progress, this.#failure(error));
    }
  }

  /** Ends a query that nobody will wait for any more, and says so. */
  async #givenUp(progress: Progress | undefined, failure: KeytrailError): Promise<KeytrailError> {
    if (progress?.next === undefined) return failure;
    const { code, message, hint, cause } = failure;
    const stopped = await this.client
      .cancel(progress.next)
      .then(() => 'was stopped')
      .catch((fault: unknown) => `may still run (${reasonOf(fault)})`);
    return new KeytrailError(code, `${message}; query ${progress.id} ${stopped}`, {
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }

  #failure(error: unknown): KeytrailError {
    if (error instanceof KeytrailError) return error;
    if (!this.#signal.aborted)
      return new KeytrailError('store_failed', `${this.uri}: ${reasonOf(error)}`, { cause: error });
    return interruptedAsking(this.uri, this.#signal, error);
  }
}

const rowsFrom = ({ columns, data }: Progress, question: Question): Row[] =>
  typedRows(
    (columns ?? []).map(({ name }) => name),
    data,
    question,
  );
