import type { BulkItem } from './bulk.js';
import type { Connection, Json } from './client.js';
import { pause } from './retry.js';

/** What an answer says of an index that is not there: nobody has written anything to it yet. */
const absent = 'index_not_found_exception';
/** What it says of one that these credentials may not read. */
const denied = 'security_exception';

/**
 * The answers by place, once each is one: a node that is just back knows an index before it has opened it. Answers of
 * what is not there, or may not be read, are neither `found` nor failures where `unreadable` says so.
 */
export async function readDocs(
  connection: Connection,
  places: readonly Pick<BulkItem, 'index' | 'id'>[],
  retryMs: number,
  unreadable: 'fails' | 'passes' = 'fails',
): Promise<Json[]> {
  if (places.length === 0) return [];
  const passes = new Set(unreadable === 'passes' ? [absent, denied] : [absent]);
  const deadline = Date.now() + retryMs;
  for (let tries = 0; ; tries += 1) {
    const reply = await connection.send({
      // The method that OpenSearch Serverless knows, too.
      method: 'GET',
      path: '/_mget',
      body: { docs: places.map(({ index, id }) => ({ _index: index, _id: id })) },
      retryMs,
    });
    if (reply.status === 403 && unreadable === 'passes') return places.map(() => ({ found: false }));
    if (reply.status >= 400) throw connection.failure(reply);
    const { docs } = reply.body;
    const error = docs.find((doc: Json) => doc.error && !passes.has(doc.error.type))?.error;
    if (!error) return docs;
    const status = error.type === denied ? 403 : 503;
    if (status === 403 || !(await pause(tries, deadline))) throw connection.failure({ status, body: { error } });
  }
}
