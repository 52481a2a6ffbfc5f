import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whether it is a bulk request, whatever of the answer it asks for. */
export const isBulk = ({ url = '' }: IncomingMessage): boolean => /^\/_bulk(\?|$)/.test(url);

/** Of single documents: the status that answers the one with this id, or 0 for what the node answers. */
export type ItemFault = (id: string) => number;

/**
 * What becomes of a request: passed on; answered with a status; passed on and its answer lost, cut in the middle by a
 * reset, or never finished; or passed on but for some of its documents.
 */
export type Fault = 'pass' | 'lose' | 'cut' | 'stall' | number | ItemFault;

const error = (status: number) => ({ type: 'test', reason: 'as the test wants it', status });

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Passes a request on, whatever its method: fetch takes no GET with a body. */
export async function passOn(
  node: string,
  request: IncomingMessage,
  body: string,
): Promise<{ status: number; text: string }> {
  const sent = send(`${node}${request.url}`, {
    method: request.method ?? 'GET',
    headers: {
      'content-type': request.headers['content-type'] ?? 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, text: await bodyOf(answer) };
}

/** Keeps some documents of a bulk request from the node and answers for them. */
async function partly(node: string, request: IncomingMessage, body: string, fault: ItemFault) {
  const lines = body.split('\n');
  const pairs = Array.from({ length: Math.floor(lines.length / 2) }, (_, place) => {
    const [action, document] = lines.slice(2 * place, 2 * place + 2) as [string, string];
    const [[name, { _id }]] = Object.entries(JSON.parse(action)) as [[string, { _id: string }]];
    return { text: `${action}\n${document}\n`, name, _id, status: fault(_id) };
  });
  const passed = pairs.filter(({ status }) => status === 0);
  const answer = await passOn(node, request, passed.map(({ text }) => text).join(''));
  const answers = passed.length === 0 ? [] : JSON.parse(answer.text).items;
  const items = pairs.map(({ status, name, _id }) =>
    status === 0 ? answers.shift() : { [name]: { _id, status, error: error(status) } },
  );
  return { status: 200, text: JSON.stringify({ took: 1, errors: true, items }) };
}

function reply(response: ServerResponse, { status, text }: { status: number; text: string }, fault: Fault): void {
  if (fault === 'lose') {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  if (fault !== 'cut' && fault !== 'stall') response.end(text);
  else
    response.write(text.slice(0, text.length / 2), () => {
      if (fault === 'cut') response.socket?.resetAndDestroy();
    });
}

/** Lets the node have half of a request, and resets both connections in the middle of it. */
function cutRequest(node: string, request: IncomingMessage): void {
  const half = Number(request.headers['content-length']) / 2;
  let passed = 0;
  const sent = send(`${node}${request.url}`, { method: request.method ?? 'GET', headers: request.headers });
  // The node may say that it misses the rest, or nothing.
  sent.on('error', () => undefined);
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    sent.write(chunk.subarray(0, Math.ceil(half - passed)));
    passed += chunk.length;
    if (passed < half) return;
    request.pause();
    sent.destroy();
    request.socket.resetAndDestroy();
  });
}

/**
 * A proxy that misbehaves before a node: `decide` sees each request's place among those to `_bulk`, and its body;
 * paths that match `forbidden` are answered 403; bulk requests that `cuts` names by their place break off in the middle.
 */
export async function faultyProxy(
  node: string,
  decide: (place: number, body: string) => Fault | Promise<Fault>,
  forbidden = /^$/,
  cuts: (place: number) => boolean = () => false,
) {
  let bulks = 0;
  const server = createServer(async (request, response) => {
    if (isBulk(request) && cuts(bulks)) {
      bulks++;
      cutRequest(node, request);
      return;
    }
    const body = await bodyOf(request);
    const forbids = forbidden.test(request.url ?? '') ? 403 : 'pass';
    const fault = isBulk(request) ? await decide(bulks++, body) : forbids;
    if (typeof fault === 'number')
      reply(response, { status: fault, text: JSON.stringify({ error: error(fault), status: fault }) }, fault);
    else if (typeof fault === 'function') reply(response, await partly(node, request, body, fault), fault);
    else reply(response, await passOn(node, request, body), fault);
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
