import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { openOpenSearch } from '../../../src/stores/opensearch/index.js';

async function preparing(listener: RequestListener | null): Promise<unknown> {
  const server = createServer(listener ?? (() => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  if (!listener) await close();
  const store = await openOpenSearch(`opensearch:http://ana:s3cret@127.0.0.1:${port}`, { requestTimeoutMs: 300 });
  try {
    return await store.prepare().catch((error: unknown) => error);
  } finally {
    await store.close();
    if (listener) await close();
  }
}

const answering =
  (status: number, type: string, body: string): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  };

test.each<[string, RequestListener | null, string, RegExp]>([
  ['nothing listens', null, 'store_unreachable', /^cannot reach OpenSearch at http:\/\/127\.0\.0\.1:\d+: /],
  ['nothing answers', () => undefined, 'store_unreachable', /^cannot reach OpenSearch at /],
  ['the password is wrong', answering(401, 'text/plain', 'Unauthorized'), 'store_denied', /password is wrong/],
  [
    'the user may not',
    answering(
      403,
      'application/json',
      '{"error":{"type":"security_exception","reason":"no permissions"},"status":403}',
    ),
    'store_denied',
    /refuses: security_exception: no permissions/,
  ],
  ['it is overloaded', answering(429, 'application/json', '{"error":"busy"}'), 'store_busy', /busy/],
  ['it is something else', answering(200, 'text/html', '<html>'), 'store_failed', /not as OpenSearch does/],
  ['it answers no JSON', answering(200, 'application/json', '<html>'), 'store_failed', /^OpenSearch at /],
])('when %s', async (_case, listener, code, message) => {
  const error = await preparing(listener);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(inspect(error, { depth: 10 })).not.toContain('s3cret');
});
