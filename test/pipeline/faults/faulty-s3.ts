import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What becomes of a GET: passed on; answered bit by bit; cut by a reset in the middle; ended in the middle or before the
 * first byte, though its length says more; or refused with a status.
 */
export type S3Fault = 'pass' | 'slow' | 'reset' | 'empty' | 'short' | number;

const slowPieces = 50;
const slowMs = 5;

async function reply(answer: IncomingMessage, outgoing: ServerResponse, fault: S3Fault): Promise<void> {
  const body: Buffer = Buffer.concat(await answer.toArray());
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  if (fault === 'pass') {
    outgoing.end(body);
  } else if (fault === 'slow') {
    const size = Math.ceil(body.length / slowPieces);
    for (let start = 0; start < body.length; start += size) {
      outgoing.write(body.subarray(start, start + size));
      await delay(slowMs);
    }
    outgoing.end();
  } else if (fault === 'empty') {
    outgoing.flushHeaders();
    outgoing.socket?.end();
  } else {
    outgoing.write(body.subarray(0, body.length / 2), () => {
      if (fault === 'short') outgoing.socket?.end();
      else outgoing.socket?.resetAndDestroy();
    });
  }
}

/** Before an AWS endpoint: `decide` sees the path of each GET and how many came before for the same. */
export async function faultyS3(endpoint: string, decide: (path: string, before: number) => S3Fault) {
  const { hostname, port } = new URL(endpoint);
  const gets = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    const path = decodeURIComponent(incoming.url ?? '').replace(/[?&]x-id=\w+/, '');
    const before = gets.get(path) ?? 0;
    gets.set(path, before + 1);
    const fault = incoming.method === 'GET' ? decide(path, before) : 'pass';
    if (typeof fault === 'number') {
      outgoing.writeHead(fault, { 'content-type': 'application/xml' });
      outgoing.end(`<Error><Code>${fault === 503 ? 'SlowDown' : 'InternalError'}</Code><Message>no</Message></Error>`);
      return;
    }
    const options = { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers };
    incoming.pipe(
      request(options, (answer) => void reply(answer, outgoing, fault)).on('error', () => outgoing.destroy()),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** How often each path was asked for. */
    gets,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
