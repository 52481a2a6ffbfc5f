import type { Client } from '@opensearch-project/opensearch';
import { KeytrailError, reasonOf } from '../../errors.js';
import type { Location } from './location.js';

export interface OpenSearchOptions {
  /** Beat those in the URL. */
  username?: string;
  password?: string;
  /** Certificates (PEM) to trust instead of Node's own. */
  ca?: string;
  /** How long one request may take. Default: 120 s. */
  requestTimeoutMs?: number;
  /** How long a write goes on trying while the cluster is away or refuses for being busy. Default: 120 s. */
  retryMs?: number;
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
  query?: Record<string, string | boolean>;
  body?: Record<string, unknown>;
  /** Newline-delimited JSON, instead of a body. */
  lines?: string;
}

/** A connection: the one place that talks to the cluster and knows the client's errors. */
export interface Connection {
  /** Any HTTP answer. Throws `store_unreachable` when there is none. */
  send(request: Request): Promise<Reply>;
  /** The body of a good answer, or null for a 404. Throws a `store_…` error. */
  find(request: Request): Promise<Json | null>;
  /** The body of a good answer. Throws a `store_…` error. */
  request(request: Request): Promise<Json>;
  /** The error that a bad answer stands for. */
  failure(reply: Reply): KeytrailError;
  close(): Promise<void>;
}

/** One line of at most 500 characters: such a reason may repeat text from a log. */
export function reasonIn(error: Json): string {
  const text = [error?.type, error?.reason, error?.caused_by?.reason]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(': ');
  const line = (text || (typeof error === 'string' ? error : 'no reason given')).replace(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

const unreachable: ReadonlySet<string> = new Set(['ConnectionError', 'TimeoutError', 'NoLivingConnectionsError']);

/** Connects lazily: nothing is sent before the first request. */
export async function connect(location: Location, options: OpenSearchOptions): Promise<Connection> {
  const { Client } = await import('@opensearch-project/opensearch');
  const username = options.username ?? location.username;
  const client: Client = new Client({
    node: location.url,
    ...(username === undefined ? {} : { auth: { username, password: options.password ?? location.password ?? '' } }),
    ...(options.ca === undefined ? {} : { ssl: { ca: options.ca } }),
    requestTimeout: options.requestTimeoutMs ?? 120_000,
    // Writes are retried item by item, in bulk.ts.
    maxRetries: 0,
    // Answers are only read, never merged into objects; a record with a `__proto__` must not fail them.
    disablePrototypePoisoningProtection: true,
  });
  return new ClientConnection(client, location.url);
}

class ClientConnection implements Connection {
  constructor(
    private readonly client: Client,
    private readonly url: string,
  ) {}

  async send({ method, path, query, body, lines }: Request): Promise<Reply> {
    try {
      const { statusCode, body: answer } = await this.client.transport.request({
        method,
        path,
        ...(query ? { querystring: query } : {}),
        ...(body ? { body } : {}),
        ...(lines === undefined ? {} : { bulkBody: lines }),
      });
      if (typeof answer !== 'object' || answer === null)
        throw new KeytrailError('store_failed', `${this.url} answers, but not as OpenSearch does`, {
          hint: 'Check the address: it is the one of the REST API, usually port 9200 or 443.',
        });
      return { status: statusCode ?? 0, body: answer };
    } catch (error) {
      if (error instanceof KeytrailError) throw error;
      const { name, statusCode, body: answer } = error as { name?: string; statusCode?: number; body?: unknown };
      if (name === 'ResponseError' && statusCode !== undefined) return { status: statusCode, body: answer };
      if (name !== undefined && unreachable.has(name))
        throw new KeytrailError('store_unreachable', `cannot reach OpenSearch at ${this.url}: ${reasonOf(error)}`, {
          hint: 'Check that it runs, its address, and http or https; NODE_EXTRA_CA_CERTS names certificates to trust.',
          cause: error,
        });
      throw new KeytrailError('store_failed', `OpenSearch at ${this.url}: ${reasonOf(error)}`, { cause: error });
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
    const what = `OpenSearch at ${this.url}`;
    if (status === 401)
      return new KeytrailError('store_denied', `${what} does not know the user, or the password is wrong`, {
        hint: 'Set KEYTRAIL_OPENSEARCH_USERNAME and KEYTRAIL_OPENSEARCH_PASSWORD.',
      });
    const reason = reasonIn(body?.error?.root_cause?.[0] ?? body?.error ?? body);
    if (status === 403)
      return new KeytrailError('store_denied', `${what} refuses: ${reason}`, {
        hint: 'Give the user a role that may do this on the keytrail-* indices and index templates.',
      });
    if ([429, 502, 503, 504].includes(status))
      return new KeytrailError('store_busy', `${what} is overloaded or starting: ${reason}`, {
        hint: 'Try again later; see _cluster/health.',
      });
    return new KeytrailError('store_failed', `${what} answered ${status}: ${reason}`);
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
