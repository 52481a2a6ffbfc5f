import type { Connection } from './client.js';

/** Indices that are not there yet have nothing to say; they are no error. */
export const anyIndices = { ignore_unavailable: true, allow_no_indices: true };

/**
 * Makes what was just written visible. Who may only read goes without, and sees it within the refresh interval; so does
 * everybody on OpenSearch Serverless, where there is no such request and writes show after about 10 seconds.
 */
export async function refresh(connection: Connection, indices: string): Promise<void> {
  if (connection.serverless) return;
  const reply = await connection.send({ method: 'POST', path: `/${indices}/_refresh`, query: anyIndices });
  if (reply.status >= 400 && reply.status !== 403) throw connection.failure(reply);
}
