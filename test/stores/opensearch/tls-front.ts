import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../../services/certificate.js';
import { bodyOf, passOn } from './proxy.js';

/** Stands before a node as a cluster with TLS and one user does. */
export async function tlsFront(node: string, certificate: Certificate, user: string) {
  const wanted = `Basic ${Buffer.from(user).toString('base64')}`;
  const server = createServer(certificate, async (request, response) => {
    const body = await bodyOf(request);
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('Unauthorized');
      return;
    }
    const { status, text } = await passOn(node, request, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
