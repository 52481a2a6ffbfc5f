import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeytrailError } from '../../errors.js';
import { mostAnswerBytes, tooLarge } from '../answer-size.js';
import { errorNames, unreachable } from '../faults.js';
import { answerFailure, connectionFailure, type TrinoError } from './failures.js';
import type { Location } from './location.js';

export interface TrinoSettings {
  /** Beat those in the URL. Without a user: `keytrail`. */
  username?: string;
  password?: string;
  /** Certificates (PEM) to trust instead of Node's own. */
  ca?: string;
}

/** What Trino's own answers hold of interest here (Trino documentation: Client REST API). */
export interface Progress {
  id: string;
  /** Path of the next answer; absent at the end. */
  next: string | undefined;
  columns: { name: string }[] | undefined;
  data: unknown[][];
  error: TrinoError | undefined;
}

/** Idle time of a connection; Trino answers each request within seconds, also while a query runs. */
const idleMs = 60_000;
/** How long a query under way is asked for again while the coordinator can't be reached or is busy. */
const retryMs = 30_000;
const firstDelayMs = 100;
const lastDelayMs = 2000;

const busy: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Trino's HTTP API, spoken to one address alone, wherever an answer points. */
export class TrinoClient {
  readonly #headers: Record<string, string>;

  constructor(
    private readonly request: typeof import('node:http').request,
    private readonly location: Location,
    private readonly settings: TrinoSettings,
  ) {
    const username = settings.username ?? location.username ?? 'keytrail';
    const password = settings.password ?? location.password;
    this.#headers = {
      // Node writes a header as latin1; so the bytes are those of UTF-8.
      'X-Trino-User': Buffer.from(username).toString('latin1'),
      'X-Trino-Source': 'keytrail',
      'X-Trino-Catalog': location.catalog,
      'X-Trino-Schema': location.schema,
      'X-Trino-Time-Zone': 'UTC',
      ...(password === undefined
        ? {}
        : { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }),
    };
  }

  /** Hands a statement over. Sent again only where it was surely not taken. */
  start(sql: string, signal: AbortSignal): Promise<Progress> {
    return this.#progress('POST', '/v1/statement', sql, signal);
  }

  /** The next answer; one that was lost on its way is given again. */
  follow(next: string, signal: AbortSignal): Promise<Progress> {
    return this.#progress('GET', next, undefined, signal);
  }

  /** Ends a query. */
  async cancel(next: string): Promise<void> {
    const { status, text } = await this.#send('DELETE', next, undefined, undefined);
    if (status >= 300 && status !== 404) throw answerFailure(this.location, status, text);
  }

  async #progress(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<Progress> {
    const deadline = Date.now() + retryMs;
    for (let tries = 0; ; tries++) {
      const delay = Math.min(firstDelayMs * 2 ** tries, lastDelayMs);
      const isLast = Date.now() + delay > deadline;
      try {
        signal.throwIfAborted();
        // A statement is not broken off halfway: whether Trino had taken it would then not be known.
        const { status, text } = await this.#send(method, path, body, method === 'GET' ? signal : undefined);
        if (status === 200) return this.#parsed(text);
        if (!busy.has(status) || isLast) throw answerFailure(this.location, status, text);
      } catch (error) {
        if (signal.aborted || error instanceof KeytrailError) throw error;
        const passes = method === 'GET' && errorNames(error).some((name) => unreachable.has(name));
        if (!passes || isLast) throw connectionFailure(this.location, error);
      }
      await sleep(delay, undefined, { signal });
    }
  }

  #parsed(text: string): Progress {
    try {
      const { id, nextUri, columns, data, error } = JSON.parse(text);
      if (typeof id !== 'string') throw new Error('an answer without id');
      // Behind a proxy the host and scheme of the answer may not be those of the address that was given.
      const next = nextUri === undefined ? undefined : new URL(nextUri);
      return { id, next: next && `${next.pathname}${next.search}`, columns, data: data ?? [], error };
    } catch {
      throw answerFailure(this.location, 200, text);
    }
  }

  async #send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number; text: string }> {
    const request: ClientRequest = this.request(new URL(path, this.location.origin), {
      method,
      headers: this.#headers,
      timeout: idleMs,
      ...(signal === undefined ? {} : { signal }),
      ...(this.settings.ca === undefined ? {} : { ca: this.settings.ca }),
    });
    request.on('timeout', () => {
      request.destroy(Object.assign(new Error(`no answer within ${idleMs / 1000} s`), { code: 'ETIMEDOUT' }));
    });
    // One that comes after the head of the answer ends the answer, too, and is thrown from there.
    request.on('error', () => undefined);
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    let text = '';
    for await (const part of response) {
      text += part;
      if (text.length > mostAnswerBytes) throw tooLarge(this.location.uri);
    }
    return { status: response.statusCode ?? 0, text };
  }
}
