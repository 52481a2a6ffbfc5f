import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { questionById } from '../../../src/queries/load.js';
import { bindQuestion } from '../../../src/queries/parameters.js';
import { openTrino } from '../../../src/stores/trino/index.js';
import { parseLocation } from '../../../src/stores/trino/location.js';

// What a real Trino doesn't do when it is told to: refuse users, be away for a moment, stand behind a proxy.
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const owner = bindQuestion(questionById('key-owner'), { key: ['AKIAIOSFODNN7EXAMPLE'] }, new Date(0));

interface Call {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
}

async function serve(answer: (call: Call, calls: readonly Call[], response: ServerResponse) => unknown) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    const call = { method, path, headers };
    calls.push(call);
    request.resume().on('end', () => {
      const body = answer(call, calls, response);
      if (!response.destroyed) response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({
    close: () => {
      server.closeAllConnections();
      return once(server.close(), 'close');
    },
  });
  const { port } = server.address() as AddressInfo;
  return { calls, address: `http://127.0.0.1:${port}/hive/logs` };
}

async function open(address: string, options = {}) {
  const engine = await openTrino(address, options);
  opened.push(engine);
  return engine;
}

const done = { id: 'q1', columns: [], data: [] };
const more = { id: 'q1', nextUri: 'https://proxy.invalid:1/v1/statement/executing/q1/x/1?slug=a' };

test('the answers are asked for at the address given, wherever they point', async () => {
  const { calls, address } = await serve(({ method }) => (method === 'POST' ? more : done));
  expect(await (await open(address.replace('//', '//ana%20l@'))).ask(owner)).toEqual([]);
  expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/statement',
    'GET /v1/statement/executing/q1/x/1?slug=a',
  ]);
  for (const { headers } of calls)
    expect(headers).toMatchObject({
      'x-trino-user': 'ana l',
      'x-trino-source': 'keytrail',
      'x-trino-catalog': 'hive',
      'x-trino-schema': 'logs',
      'x-trino-time-zone': 'UTC',
    });
});

test('a coordinator that is busy or away for a moment is asked again', async () => {
  const { calls, address } = await serve(({ method }, { length }, response) => {
    if (length === 1 || length === 3) response.statusCode = 503;
    // An answer that is cut off.
    if (length === 4) response.socket?.destroy();
    return method === 'POST' ? more : done;
  });
  expect(await (await open(address)).ask(owner)).toEqual([]);
  expect(calls.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET', 'GET', 'GET']);
});

describe('a statement is refused', () => {
  test.for([
    [401, 'Unauthorized', 'store_denied', /password is wrong: Unauthorized$/],
    [403, 'Access Denied', 'store_denied', /refuses: Access Denied$/],
    [404, '<html>hello</html>', 'store_unreachable', /not as Trino does \(404\)$/],
    [200, '{"version":"3"}', 'store_unreachable', /not as Trino does \(200\)$/],
    [500, 'bad \u001b[2J', 'store_busy', /\(500\): bad \\u001b\[2J$/],
  ] as const)('%i %s', async ([status, text, code, message]) => {
    const { calls, address } = await serve((_call, _calls, response) => {
      response.statusCode = status;
      return text;
    });
    await expect((await open(address)).ask(owner)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\w/),
    });
    expect(calls).toHaveLength(1);
  });

  test('by nobody', async () => {
    const { address } = await serve(() => done);
    await opened.pop()?.close();
    await expect((await open(address)).ask(owner)).rejects.toMatchObject({ code: 'store_unreachable' });
  });

  test.for([
    ['QUERY_QUEUE_FULL', 'Too many queued queries', 'store_busy'],
    ['PERMISSION_DENIED', 'Access Denied: Cannot select from table', 'store_denied'],
    ['QUERY_TEXT_TOO_LARGE', 'Query text length exceeds', 'bad_parameter'],
    ['EXCEEDED_TIME_LIMIT', 'Query exceeded maximum time', 'store_failed'],
    ['ANYTHING', '', 'store_failed'],
  ] as const)('%s', async ([errorName, message, code]) => {
    const { address } = await serve(() => ({ id: 'q1', error: { errorName, message } }));
    await expect((await open(address)).ask(owner)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message || errorName),
      hint: expect.stringMatching(/\w/),
    });
  });
});

test('closing stops a query; where that fails, the asker is told', async () => {
  let polled = (): void => undefined;
  const polls = new Promise<void>((resolve) => {
    polled = resolve;
  });
  const { address } = await serve(({ method }, _calls, response) => {
    if (method === 'DELETE') {
      response.statusCode = 403;
      return 'no stopping';
    }
    if (method === 'GET') polled();
    return more;
  });
  const engine = await openTrino(address);
  const asked = engine.ask(owner).catch((error: unknown) => error);
  await polls;
  await engine.close();
  expect(await asked).toMatchObject({
    code: 'interrupted',
    message: expect.stringMatching(/query q1 may still run \(.*no stopping\)$/),
  });
});

test('no password goes over http', async () => {
  const { calls, address } = await serve(() => done);
  for (const [to, options] of [
    [address, { username: 'ana', password: 'secret' }],
    [address.replace('//', '//ana:secret@'), {}],
  ] as const)
    await expect(openTrino(to, options)).rejects.toMatchObject({
      code: 'usage',
      message: expect.not.stringContaining('secret'),
      hint: expect.stringContaining('https'),
    });
  expect(calls).toEqual([]);
});

describe('a location', () => {
  test('is an address, a catalog and a schema', () => {
    expect(parseLocation('https://ana:s%40c@trino.example:8443/hive/security_logs/')).toEqual({
      origin: 'https://trino.example:8443',
      catalog: 'hive',
      schema: 'security_logs',
      username: 'ana',
      password: 's@c',
      uri: 'trino:https://trino.example:8443/hive/security_logs',
    });
  });

  test.for([
    'host:8080/hive/logs',
    'ftp://host/hive/logs',
    'http://host:8080',
    'http://host:8080/hive',
    'http://host:8080/hive/logs/more',
    'http://host:8080/hive/lo gs',
    'http://host:8080/hive/logs?x=secret',
    'https://a:secret%@host/hive/logs',
  ])('is not %s', (rest) => {
    expect(() => parseLocation(rest)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.not.stringContaining('secret'),
        hint: expect.stringContaining('trino:http://host:8080/CATALOG/SCHEMA'),
      }),
    );
  });
});
