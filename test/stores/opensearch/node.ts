import type { LogEvent, LogName } from '../../../src/model/event.js';
import { type OpenSearchOptions, openOpenSearch } from '../../../src/stores/opensearch/index.js';
import type { Store } from '../../../src/stores/store.js';
import { uniquePrefix } from '../../services/index.js';

export type Body = Record<string, unknown>;

/** One request to a node, past the store. */
export async function call(node: string, method: string, path: string, body?: Body) {
  const response = await fetch(`${node}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(30_000),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  return { status: response.status, body: (await response.json()) as any };
}

/** Deletes every index and template of a prefix. */
async function drop(node: string, prefix: string): Promise<void> {
  const { body } = await call(node, 'GET', `/_cat/indices/${prefix}-*?format=json&h=index`);
  for (const { index } of body as { index: string }[]) await call(node, 'DELETE', `/${index}`);
  await call(node, 'DELETE', `/_index_template/${prefix}-*`);
}

interface Own {
  store: Store;
  prefix: string;
  /** The `_source` of every document of a log, by id. */
  documents(log: LogName): Promise<Map<string, Body>>;
}

/** A prepared store under a prefix of its own, which is gone afterwards; `behind` is the node behind a proxy. */
export async function withStore(
  node: string,
  body: (own: Own) => Promise<void>,
  options: OpenSearchOptions = {},
  behind = node,
): Promise<void> {
  const prefix = uniquePrefix();
  const store = await openOpenSearch(`opensearch:${node}?prefix=${prefix}`, { replicas: 0, retryMs: 5000, ...options });
  const documents: Own['documents'] = async (log) => {
    await call(behind, 'POST', `/${prefix}-keytrail-${log}-*/_refresh`);
    const { body } = await call(behind, 'GET', `/${prefix}-keytrail-${log}-*/_search?size=10000`);
    return new Map(body.hits.hits.map(({ _id, _source }: { _id: string; _source: Body }) => [_id, _source]));
  };
  try {
    await store.prepare();
    await body({ store, prefix, documents });
  } finally {
    await store.close();
    await drop(behind, prefix);
  }
}

/** An event as a parser would yield it. */
export function eventOf(id: string, record: Record<string, unknown> = {}, time = '2026-03-02T08:00:00Z'): LogEvent {
  return { id, time, record: { eventTime: time, eventID: id, ...record }, bytes: 0, position: 0 };
}
