import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.js';

/** Answers every request with JSON that has no end. */
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":"q","rows":["');
  const part = 'x'.repeat(1024 * 1024);
  const more = (): void => {
    while (!response.destroyed && response.write(part));
  };
  response.on('drain', more);
  more();
});
let host: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await once(server.close(), 'close');
});

test.each(['opensearch:http://HOST', 'trino:http://HOST/hive/logs'])(
  'an answer without end is broken off, not kept: %s',
  async (store) => {
    const { code, stdout, stderr } = await runCli(
      ['query', 'run', 'key-owner', '--store', store.replace('HOST', host)],
      {
        NODE_OPTIONS: '--max-old-space-size=700',
      },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^keytrail: .*answer is larger than 128 MB\. Ask of less: --limit, --from and --to\.\n$/);
  },
  60_000,
);
