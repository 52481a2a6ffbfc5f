import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Before an AWS endpoint: passes everything on, but holds the answer to a GET of a key that `holds` names until it is
 * let go.
 */
export async function slowS3(endpoint: string, holds: (key: string) => boolean) {
  const { hostname, port } = new URL(endpoint);
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let tellHeld: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    tellHeld = resolve;
  });
  const gets: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const path = decodeURIComponent(incoming.url ?? '');
    const isObject = incoming.method === 'GET' && path.includes('AWSLogs');
    if (isObject) gets.push(path.split('?')[0]!);
    outgoing.on('error', () => undefined);
    const passed = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      async (answer) => {
        if (isObject && holds(path)) {
          tellHeld();
          await released;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Paths of the objects that were asked for. */
    gets,
    /** Resolves when the first answer is held. */
    held,
    letGo,
    async close(): Promise<void> {
      letGo();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
