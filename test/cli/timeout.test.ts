import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './run-cli.js';

/** Takes what it is asked, as each engine does, and never comes to an answer. */
const silent = createServer(({ method, headers }, response) => {
  const action = String(headers['x-amz-target']).split('.')[1];
  const answers: Record<string, object> = {
    StartQueryExecution: { QueryExecutionId: 'q-1' },
    StopQueryExecution: {},
    ListTableMetadata: { TableMetadataList: [] },
  };
  if (action !== undefined && action in answers) response.end(JSON.stringify(answers[action]));
  else if (method === 'POST' && 'x-trino-user' in headers)
    response.end(JSON.stringify({ id: 'q-1', nextUri: 'http://127.0.0.1/v1/statement/q-1/1' }));
  else if (method === 'DELETE') response.writeHead(204).end();
});
let host: string;
let folder: string;
let busy: DuckDBInstance;
beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'keytrail-timeout-'));
  busy = await DuckDBInstance.create(join(folder, 'busy.duckdb'));
});
afterAll(async () => {
  silent.closeAllConnections();
  await once(silent.close(), 'close');
  busy.closeSync();
  await rm(folder, { recursive: true });
});

const key = 'AKIAIOSFODNN7EXAMPLE';
const stores = () => [
  `opensearch:http://${host}`,
  `trino:http://${host}/hive/logs`,
  'athena:keytrail/logs',
  `duckdb:${join(folder, 'busy.duckdb')}`,
];

test.each([
  ['query', 'run', 'key-owner'],
  ['investigate', key],
])(
  'no store is waited for longer than --timeout: %s',
  async (...command) => {
    const args = (store: string) => [...command, '--store', store, '--timeout', '1s', '--max-scan', 'none'];
    const env = { AWS_ENDPOINT_URL: `http://${host}`, AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };
    const results = await Promise.all(stores().map((store) => runCli([...args(store), '--quiet'], env)));
    for (const [at, { code, stdout, stderr }] of results.entries()) {
      expect({ code, stdout }, `${stores()[at]}: ${stderr}`).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^keytrail: .*(no answer within|not free within) --timeout.*Ask of less.*or give more time\.\n$/,
      );
    }
  },
  60_000,
);

test.for([
  ['soon', 'is no time'],
  ['25d', 'is too long. Give 24d at most'],
] as const)('a --timeout of %s is refused', async ([time, why]) => {
  const { code, stderr } = await runCli(['query', 'run', 'key-owner', '--timeout', time]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`--timeout "${time}" ${why}`)]);
});
