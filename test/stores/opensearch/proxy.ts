import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: passed on, answered with a status, or passed on and its answer lost. */
export type Fault = 'pass' | 'lose' | number;

/**
 * A proxy that misbehaves before a node: `decide` sees each request's place among those to `_bulk`, and its body;
 * paths that match `forbidden` are answered 403.
 */
export async function faultyProxy(node: string, decide: (place: number, body: string) => Fault, forbidden = /^$/) {
  let bulks = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const forbids = forbidden.test(request.url ?? '') ? 403 : 'pass';
    const fault = request.url === '/_bulk' ? decide(bulks++, body) : forbids;
    if (typeof fault === 'number') {
      response.writeHead(fault, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { type: 'test', reason: 'as the test wants it' }, status: fault }));
      return;
    }
    const answer = await fetch(`${node}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(body ? { body } : {}),
    });
    const text = await answer.text();
    if (fault === 'lose') {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bulks: () => bulks,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
