import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openWebhook } from '../../src/watch/webhook.js';
import { runCli } from './run-cli.js';

/** What keytrail must never come to: in the place of a metadata service, or of an admin's page inside the network. */
const taken: string[] = [];
const inner = createServer((request, response) => {
  taken.push(`${request.method} ${request.url}`);
  response.end('{}');
});
let code = 302;
const outer = createServer((request, response) => {
  request.resume();
  response.writeHead(code, { location: `${at(inner)}/latest/meta-data/`, 'x-amz-bucket-region': 'eu-west-1' }).end();
});
const at = (server: typeof inner) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let folder: string;
beforeAll(async () => {
  for (const server of [inner, outer]) await once(server.listen(0, '127.0.0.1'), 'listening');
  folder = await mkdtemp(join(tmpdir(), 'keytrail-led-'));
});
beforeEach(() => taken.splice(0));
afterAll(async () => {
  for (const server of [inner, outer]) {
    server.closeAllConnections();
    await once(server.close(), 'close');
  }
  await rm(folder, { recursive: true });
});

const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing', AWS_MAX_ATTEMPTS: '1' };
const commands: [what: string, args: (url: string) => string[]][] = [
  ['OpenSearch', (url) => ['query', 'run', 'key-owner', '--store', `opensearch:${url}`]],
  ['Trino', (url) => ['query', 'run', 'key-owner', '--store', `trino:${url}/hive/logs`]],
  [
    'S3',
    (url) => ['ingest', 's3://my-trail-bucket', '--endpoint-url', url, '--store', `duckdb:${join(folder, 'x.duckdb')}`],
  ],
  ['Athena', (url) => ['query', 'run', 'key-owner', '--store', 'athena:keytrail/logs', '--endpoint-url', url]],
  ['IAM', (url) => ['contain', 'plan', 'AKIAIOSFODNN7EXAMPLE', '--endpoint-url', url]],
  [
    'OpenSearch Dashboards',
    (url) => [
      'setup',
      'opensearch',
      '--store',
      'opensearch:http://127.0.0.1:9',
      '--dashboards-only',
      '--dashboards-url',
      url,
    ],
  ],
];

// 301 is what S3 answers for a bucket of another Region; the others have a method and body sent again.
test.each([301, 307])(
  'an answer %i leads nowhere',
  async (status) => {
    code = status;
    const results = await Promise.all(commands.map(([, args]) => runCli(args(at(outer)), credentials, folder)));
    for (const [n, { code: ended, stderr }] of results.entries()) {
      expect(ended, `${commands[n]![0]}: ${stderr}`).toBe(1);
      expect(stderr).toMatch(/^keytrail: /m);
    }
    expect(taken).toEqual([]);
  },
  60_000,
);

test('a webhook’s redirect is no delivery, and leads nowhere', async () => {
  code = 307;
  const webhook = openWebhook(`${at(outer)}/hook`);
  await expect(webhook.send({ text: 'new rows' } as never)).rejects.toThrow('it answered 307');
  expect(taken).toEqual([]);
});
