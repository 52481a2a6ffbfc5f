import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awsOrSkip } from '../services/index.js';
import { fakeAthena, resultSet } from '../stores/athena/fake-athena.js';
import { runCli, startCli } from './run-cli.js';

const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };
const key = 'AKIAIOSFODNN7EXAMPLE';
const store = 'athena:primary/logs';

test('query run and investigate take an Athena store, and say what is not known of it', async (context) => {
  const endpoint = awsOrSkip(context);
  const at = ['--store', store, '--endpoint-url', endpoint];
  const asked = await runCli(['query', 'run', 'console-logins', '--format', 'json', ...at], credentials);
  // moto has no list of tables.
  const cost = /^note: what Athena will read is not known .*\nAthena read \d+ MB, less than 0\.01 USD\n$/;
  expect(asked).toMatchObject({ code: 0, stderr: expect.stringMatching(cost) });
  const answer = JSON.parse(asked.stdout);
  expect(answer.rows).toEqual([]);
  expect(answer.coverage.missing).toEqual([expect.stringContaining('keeps no ledger')]);

  const report = await runCli(['investigate', key, '--format', 'json', ...at], credentials);
  expect(report).toMatchObject({ code: 0, stderr: expect.stringMatching(cost) });
  expect(JSON.parse(report.stdout).coverage.missing).toHaveLength(1);
});

test('the first SIGINT stops the query in Athena, not only the program', async () => {
  // moto's queries end at once: this one goes on until it is stopped.
  const server = await fakeAthena(({ action }) => {
    if (action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
    if (action === 'StopQueryExecution') return { body: {} };
    if (action === 'GetQueryExecution') {
      child.kill('SIGINT');
      return { body: { QueryExecution: { Status: { State: 'RUNNING' } } } };
    }
    return { body: { ResultSet: resultSet({}, []) } };
  });
  const { child, done } = startCli(
    ['query', 'run', 'console-logins', '--store', store, '--endpoint-url', server.url],
    credentials,
  );
  try {
    const { code, stdout, stderr } = await done;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('query q-1 was stopped');
    expect(server.calls('StopQueryExecution')).toHaveLength(1);
  } finally {
    await server.close();
  }
});

test('Athena keeps nothing: ingest and the setting KEYTRAIL_STORE say so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-athena-'));
  try {
    await writeFile(join(folder, 'empty.json.gz'), '');
    for (const [args, env] of [
      [['--store', store], {}],
      [[], { KEYTRAIL_STORE: store }],
    ] as const) {
      const { code, stderr } = await runCli(['ingest', folder, ...args], { ...credentials, ...env });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^keytrail: "athena:primary\/logs" can be asked, but keeps nothing\. Give duckdb:FILE/);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('query show prints the text for each engine, and names them when it is given another', async () => {
  const show = (...args: string[]) => runCli(['query', 'show', 'key-owner', '--key', key, ...args]);
  const athena = await show('--engine', 'athena', '--regions', "1'1");
  expect(athena.code).toBe(0);
  expect(athena.stdout).toContain(`useridentity.accesskeyid IN ('${key}')`);
  expect(athena.stdout).toContain("IN ('1''1')");
  expect(athena.stdout).toContain('array_distinct(');
  expect(athena.stdout).not.toContain('MACRO');
  expect((await show()).stdout).toContain('MACRO');
  expect((await show('--engine', 'opensearch')).stdout).toContain('_search');
  const wrong = await show('--engine', 'sql');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/duckdb, opensearch, athena/);
});
