import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AthenaClient, GetQueryResultsCommandOutput } from '@aws-sdk/client-athena';
import { KeytrailError, reasonOf } from '../../errors.js';
import type { LogName } from '../../model/event.js';
import type { BoundQuestion, Question, Row } from '../../model/question.js';
import { interruptedAsking } from '../interrupted.js';
import type { Engine, LogPlace, Scan } from '../store.js';
import { Catalog } from './catalog.js';
import type { Sdk } from './client.js';
import { queryFailure, requestFailure } from './failures.js';
import type { Location } from './location.js';
import { rowsOf } from './rows.js';
import { statementOf } from './statement.js';

const firstPollMs = 250;
const lastPollMs = 5000;

/** How long to wait after a poll that found the query still running: 250 ms, doubled each time, 5 s at the most. */
export const pollDelay = (poll: number): number => Math.min(firstPollMs * 2 ** poll, lastPollMs);

export interface AskOptions {
  /** Stops the queries under way: `ask` then throws `interrupted`. */
  signal?: AbortSignal;
  /** Takes the result of an equal query of so many minutes at most, instead of asking again. */
  reuseMinutes?: number;
  /** Told of each answer. */
  onScan?: (scan: Scan) => void;
}

/** Asks Athena, which reads the logs where they lie in S3. It keeps nothing, so it has no ledger either. */
export class AthenaEngine implements Engine {
  readonly uri: string;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  readonly #catalog: Catalog;
  readonly #underWay = new Set<Promise<Row[]>>();

  constructor(
    private readonly sdk: Sdk,
    private readonly client: AthenaClient,
    private readonly location: Location,
    private readonly options: AskOptions,
  ) {
    this.uri = location.uri;
    const { signal } = options;
    this.#signal = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    this.#catalog = new Catalog(sdk, client, location, this.#signal);
  }

  async places(log: LogName): Promise<LogPlace[]> {
    try {
      return await this.#catalog.places(log);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  ask(bound: BoundQuestion): Promise<Row[]> {
    const answer = this.#answer(bound);
    this.#underWay.add(answer);
    return answer.finally(() => this.#underWay.delete(answer));
  }

  async coverage(): Promise<null> {
    return null;
  }

  /** Stops what is still being asked: a query that nobody waits for would go on scanning, and costing. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
    this.client.destroy();
  }

  async #answer(bound: BoundQuestion): Promise<Row[]> {
    const queryId = await this.#start(bound);
    try {
      await this.#finish(queryId, bound.question);
    } catch (error) {
      // Only a query that has ended by itself makes such an error.
      if (error instanceof KeytrailError) throw error;
      throw await this.#givenUp(queryId, error);
    }
    try {
      return await this.#rows(queryId, bound.question);
    } catch (error) {
      if (error instanceof KeytrailError) throw error;
      throw this.#failure(error);
    }
  }

  /** Not aborted halfway: whether Athena had taken the query would then not be known. */
  async #start(bound: BoundQuestion): Promise<string> {
    const { logs } = bound.question;
    const columns = await Promise.all(logs.map((log) => this.#catalog.partitions(log)));
    const { sql, parameters } = statementOf(bound, new Map(logs.map((log, place) => [log, columns[place]!])));
    const { reuseMinutes } = this.options;
    const command = new this.sdk.StartQueryExecutionCommand({
      QueryString: sql,
      // Athena refuses an empty list.
      ...(parameters.length === 0 ? {} : { ExecutionParameters: parameters }),
      // With it, a start that the SDK sends again starts nothing twice.
      ClientRequestToken: randomUUID(),
      QueryExecutionContext: { Database: this.location.database },
      WorkGroup: this.location.workGroup,
      ...(reuseMinutes === undefined
        ? {}
        : {
            ResultReuseConfiguration: {
              ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: reuseMinutes },
            },
          }),
    });
    try {
      this.#signal.throwIfAborted();
      const { QueryExecutionId } = await this.client.send(command);
      return QueryExecutionId!;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #finish(queryId: string, question: Question): Promise<void> {
    for (let poll = 0; ; poll++) {
      const { QueryExecution } = await this.client.send(
        new this.sdk.GetQueryExecutionCommand({ QueryExecutionId: queryId }),
        { abortSignal: this.#signal },
      );
      const { State: state, StateChangeReason: reason } = QueryExecution?.Status ?? {};
      if (state === 'SUCCEEDED') {
        const { DataScannedInBytes: bytes = 0, ResultReuseInformation: reuse } = QueryExecution?.Statistics ?? {};
        const reused = reuse?.ReusedPreviousResult ?? false;
        this.options.onScan?.({ question: question.id, bytes, reused });
        return;
      }
      if (state === 'FAILED' || state === 'CANCELLED')
        throw queryFailure(state, reason, question.id, queryId, this.location);
      await setTimeout(pollDelay(poll), undefined, { signal: this.#signal });
    }
  }

  async #rows(queryId: string, question: Question): Promise<Row[]> {
    const rows: Row[] = [];
    let token: string | undefined;
    do {
      const page: GetQueryResultsCommandOutput = await this.client.send(
        new this.sdk.GetQueryResultsCommand({ QueryExecutionId: queryId, NextToken: token }),
        { abortSignal: this.#signal },
      );
      for (const row of rowsOf(page.ResultSet, token === undefined, question)) rows.push(row);
      token = page.NextToken;
    } while (token !== undefined);
    return rows;
  }

  /** Ends a query that nobody will wait for any more, and says why nobody does. */
  async #givenUp(queryId: string, error: unknown): Promise<KeytrailError> {
    const { code, message, hint, cause } = this.#failure(error);
    const stopped = await this.client
      .send(new this.sdk.StopQueryExecutionCommand({ QueryExecutionId: queryId }))
      .then(() => 'was stopped')
      .catch((fault: unknown) => `may still run (${reasonOf(fault)})`);
    return new KeytrailError(code, `${message}; query ${queryId} ${stopped}`, {
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }

  #failure(error: unknown): KeytrailError {
    if (!this.#signal.aborted) return requestFailure(error, this.location);
    return interruptedAsking(this.uri, this.#signal, error);
  }
}
