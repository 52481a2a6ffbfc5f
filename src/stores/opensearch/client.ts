import type { IncomingMessage } from 'node:http';
import type { Client, Connection as ClientConnection, ClientOptions } from '@opensearch-project/opensearch';
import { KeytrailError, reasonOf } from '../../errors.js';
import { AnswerTooLarge, mostAnswerBytes, tooLarge } from '../answer-size.js';
import { interruptedAsking } from '../interrupted.js';
import { type AwsService, type SigningOptions, signingOf } from './aws.js';
import { answerFailure, isBusy } from './failures.js';
import type { Location } from './location.js';
import { pause } from './retry.js';

export interface OpenSearchOptions extends SigningOptions {
  /** Beat those in the URL. */
  username?: string;
  password?: string;
  /** Certificates (PEM) to trust instead of Node's own. */
  ca?: string;
  /** How long one request may take, to the end of its answer. Default: 120 s. */
  requestTimeoutMs?: number;
  /** How long a write goes on trying while the cluster is away or refuses for being busy. Default: 120 s. */
  retryMs?: number;
  /** Breaks off what is being asked. */
  signal?: AbortSignal;
  /** Replicas of new indices. Default: one where the cluster has a second node. */
  replicas?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is known where it was asked for
export type Json = any;

export interface Reply {
  status: number;
  body: Json;
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | number | boolean>;
  body?: Record<string, unknown>;
  /** Newline-delimited JSON, instead of a body. */
  lines?: string | Buffer;
  /** How long to go on trying while the cluster is away or busy. Default: a few seconds. */
  retryMs?: number;
}

/** A connection: the one place that talks to the cluster and knows the client's errors. */
export interface Connection {
  /** OpenSearch Serverless: without _refresh, _render, _scripts and ISM, and with settings of its own. */
  readonly serverless: boolean;
  /** Any HTTP answer to one try. Throws `store_unreachable` when there is none. */
  attempt(request: Request): Promise<Reply>;
  /** The same after another try or more; only for what may be sent twice. An address that never answered is not waited for. */
  send(request: Request): Promise<Reply>;
  /** The body of a good answer, or null for a 404. Throws a `store_…` error. */
  find(request: Request): Promise<Json | null>;
  /** The body of a good answer. Throws a `store_…` error. */
  request(request: Request): Promise<Json>;
  /** The error that a bad answer stands for. */
  failure(reply: Reply): KeytrailError;
  close(): Promise<void>;
}

const defaultTimeoutMs = 120_000;
const defaultRetryMs = 5000;

const unreachable: ReadonlySet<string> = new Set([
  'ConnectionError',
  'NoLivingConnectionsError',
  'RequestAbortedError',
  'TimeoutError',
]);

/** Connects lazily: nothing is sent before the first request. Throws `usage`. */
export async function connect(location: Location, options: OpenSearchOptions): Promise<Connection> {
  const library = await import('@opensearch-project/opensearch');
  const username = options.username ?? location.username;
  const signing = await signingOf(location.url, username, options);
  const signer = signing && (await import('@opensearch-project/opensearch/aws')).AwsSigv4Signer;
  const signed = signing && signer?.(signing as Parameters<typeof signer>[0]);
  const timeoutMs = options.requestTimeoutMs ?? defaultTimeoutMs;
  const settings: ClientOptions = {
    nodes: location.nodes,
    ...(signed ? { Transport: signed.Transport } : {}),
    Connection: guarded(signed?.Connection ?? library.Connection),
    ...(username === undefined ? {} : { auth: { username, password: options.password ?? location.password ?? '' } }),
    ...(options.ca === undefined ? {} : { ssl: { ca: options.ca } }),
    requestTimeout: timeoutMs,
    // Retried here and, item by item, in bulk.ts.
    maxRetries: 0,
    // Answers are only read, never merged into objects; a record with a `__proto__` must not fail them.
    disablePrototypePoisoningProtection: true,
  };
  const client = new library.Client(settings);
  return new Cluster(client, location.url, signing?.service ?? null, timeoutMs, options);
}

/**
 * The client prints an error that comes after the head of an answer, besides reporting it: a connection reset then
 * must not write between the lines of ours. It is the only listener that the client adds by this name. And it keeps
 * an answer however long it is: here it is ended past a size.
 */
function guarded(Base: typeof ClientConnection): typeof ClientConnection {
  return class extends Base {
    constructor(...options: ConstructorParameters<typeof ClientConnection>) {
      super(...options);
      const make = this.makeRequest;
      this.makeRequest = (params: unknown) => {
        const request = make(params);
        request.addListener = (event: string, listener: () => void) =>
          request.on(event, event === 'error' ? () => undefined : listener);
        request.on('response', (response: IncomingMessage) => {
          let size = 0;
          const measure = (chunk: Buffer | string): void => {
            size += chunk.length;
            if (size <= mostAnswerBytes) return;
            response.off('data', measure);
            // Destroyed at once, the client would only say that the answer was aborted.
            response.emit('error', new AnswerTooLarge());
            response.destroy();
          };
          response.on('data', measure);
        });
        return request;
      };
    }
  };
}

class Cluster implements Connection {
  private answered = false;

  constructor(
    private readonly client: Client,
    private readonly url: string,
    private readonly service: AwsService | null,
    private readonly timeoutMs: number,
    private readonly options: Pick<OpenSearchOptions, 'retryMs' | 'signal'>,
  ) {}

  get serverless(): boolean {
    return this.service === 'aoss';
  }

  async attempt({ method, path, query, body, lines }: Request): Promise<Reply> {
    const { signal } = this.options;
    if (signal?.aborted) throw interruptedAsking(`opensearch:${this.url}`, signal);
    const pending = this.client.transport.request({
      method,
      path,
      ...(query ? { querystring: query } : {}),
      ...(body ? { body } : {}),
      ...(lines === undefined ? {} : { bulkBody: lines as string }),
    });
    // The client's own limit ends with the head of the answer: a body that never comes would be waited for.
    // A promise that a listener gives back, and that fails, would end the process.
    const abort = (): void => {
      pending.abort();
    };
    const limit = setTimeout(abort, this.timeoutMs);
    signal?.addEventListener('abort', abort);
    try {
      const { statusCode, body: answer } = await pending;
      if (typeof answer !== 'object' || answer === null)
        throw new KeytrailError('store_failed', `${this.url} answers, but not as OpenSearch does`, {
          hint: 'Check the address: it is the one of the REST API, usually port 9200 or 443.',
        });
      this.answered = true;
      return { status: statusCode ?? 0, body: answer };
    } catch (error) {
      if (error instanceof KeytrailError) throw error;
      if (signal?.aborted) throw interruptedAsking(`opensearch:${this.url}`, signal, error);
      const { name, statusCode, body: answer } = error as { name?: string; statusCode?: number; body?: unknown };
      if (name === 'ResponseError' && statusCode !== undefined) {
        this.answered = true;
        return { status: statusCode, body: answer };
      }
      if (reasonOf(error) === new AnswerTooLarge().message) throw tooLarge(`OpenSearch at ${this.url}`);
      if (name !== undefined && unreachable.has(name))
        throw new KeytrailError('store_unreachable', `cannot reach OpenSearch at ${this.url}: ${reasonOf(error)}`, {
          hint: /certificate|self.signed|issuer/i.test(reasonOf(error))
            ? 'Give the certificate of its authority: --ca FILE.'
            : 'Check that it runs, its address, and http or https.',
          cause: error,
        });
      throw new KeytrailError('store_failed', `OpenSearch at ${this.url}: ${reasonOf(error)}`, { cause: error });
    } finally {
      clearTimeout(limit);
      signal?.removeEventListener('abort', abort);
    }
  }

  async send(request: Request): Promise<Reply> {
    const deadline = Date.now() + (request.retryMs ?? Math.min(this.options.retryMs ?? defaultRetryMs, defaultRetryMs));
    for (let tries = 0; ; tries += 1) {
      try {
        const reply = await this.attempt(request);
        if (!isBusy(reply.status) || !(await pause(tries, deadline))) return reply;
      } catch (error) {
        const away = error instanceof KeytrailError && error.code === 'store_unreachable' && this.answered;
        if (!away || !(await pause(tries, deadline))) throw error;
      }
    }
  }

  async find(request: Request): Promise<Json | null> {
    const reply = await this.send(request);
    if (reply.status === 404) return null;
    if (reply.status >= 400) throw this.failure(reply);
    return reply.body;
  }

  async request(request: Request): Promise<Json> {
    const reply = await this.send(request);
    if (reply.status >= 400) throw this.failure(reply);
    return reply.body;
  }

  failure({ status, body }: Reply): KeytrailError {
    return answerFailure(this.url, status, body, this.service);
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
