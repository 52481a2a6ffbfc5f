import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf, isBulk, passOn } from './proxy.js';
import { readSignature, type Signed } from './sigv4.js';

export const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

/** What OpenSearch Serverless has no answer for; it answers 404 with nothing in it. */
const absent = /^\/$|\/_refresh|^\/_render|^\/_scripts|^\/_plugins|^\/_cat\/(?!indices|aliases|templates)/;

/** Settings that a collection keeps to itself. */
const ownSettings = /"(number_of_shards|number_of_replicas|auto_expand_replicas|translog\.durability)"/;

interface Front {
  service: 'es' | 'aoss';
  /** Of a collection. */
  type?: 'SEARCH' | 'TIMESERIES';
}

/**
 * Stands before a real node as AWS does: it takes correctly signed requests only, and as a collection of OpenSearch
 * Serverless it refuses what those refuse, as the developer guide ("Supported operations and plugins in Amazon
 * OpenSearch Serverless", "Choosing a collection type") and reports of its users say. Signatures are recomputed from
 * what came over the wire, by other code than the client's. What only AWS can tell stays unproven: that it accepts
 * them, IAM and data access policies, how soon a collection shows what was written, and its limits.
 */
export async function awsFront(node: string, { service, type = 'SEARCH' }: Front) {
  const seen: { request: string; signed: Signed | null; token: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const signed = readSignature(request, body, secret);
    seen.push({ request: `${request.method} ${request.url}`, signed, token: request.headers['x-amz-security-token'] });
    const answer = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(text);
    };
    if (!signed?.valid || signed.service !== service) {
      answer(403, '{"message":"The request signature we calculated does not match the signature you provided."}');
      return;
    }
    if (service === 'aoss') {
      if (absent.test(request.url ?? '') || (/_mget/.test(request.url ?? '') && request.method !== 'GET')) {
        response.writeHead(404).end();
        return;
      }
      if (request.method === 'PUT' && ownSettings.test(body)) {
        answer(400, '{"error":{"type":"illegal_argument_exception","reason":"unknown setting"},"status":400}');
        return;
      }
      if (type === 'TIMESERIES' && isBulk(request)) {
        const reason = 'Document ID is not supported in create/index operation request';
        const item = { create: { status: 400, error: { type: 'illegal_argument_exception', reason } } };
        const items = Array.from({ length: Math.floor(body.split('\n').length / 2) }, () => item);
        answer(200, JSON.stringify({ took: 0, errors: true, items }));
        return;
      }
    }
    const { status, text } = await passOn(node, request, body);
    answer(status, text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
