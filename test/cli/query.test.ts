import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCase, writeCase } from '../queries/cases.js';
import { runCli } from './run-cli.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
let folder: string;
let store: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-query-'));
  store = ['--store', `duckdb:${join(folder, 'x.duckdb')}`];
  await writeCase(join(folder, 'logs'), await readCase('key-clients'));
  expect((await runCli(['ingest', join(folder, 'logs'), ...store])).code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) => runCli(['query', 'run', ...args, ...store]);

test('one question in every format', async () => {
  const json = JSON.parse((await run('key-clients', '--key', key, '--format', 'json')).stdout);
  expect(Object.keys(json)).toEqual(['query', 'params', 'columns', 'rows', 'truncated', 'coverage']);
  expect(json.params).toMatchObject({ key: [key], limit: 1000 });
  expect(json.rows).toHaveLength(3);
  const ndjson = (await run('key-clients', '--key', key, '--format', 'ndjson')).stdout.trimEnd().split('\n');
  expect(ndjson.map((line) => JSON.parse(line))).toEqual(json.rows);
  const csv = (await run('key-clients', '--key', key, '--format', 'csv')).stdout.split('\r\n');
  expect(csv[0]).toBe(json.columns.map(({ name }: { name: string }) => name).join(','));
  expect(csv).toHaveLength(5);
  const table = (await run('key-clients', '--key', key)).stdout;
  expect(table).toContain('198.51.100.10');
  expect(table).toContain('note: No CloudTrail data event was ingested');
});

test('no rows are never bare: what to do, and what the evidence lacks', async () => {
  const { stdout } = await run('key-clients', '--key', 'AKIAZZZZZZZZZZZZZZZZ');
  expect(stdout).toContain('no rows');
  expect(stdout).toContain('note:');
  const flows = await run('internet-accepted', '--from', '2026-03-01', '--accounts', '111122223333');
  expect(flows.stdout).toMatch(/No VPC flow logs were ingested for account 111122223333/);
});

test('a limit that cuts says so', async () => {
  const { stdout } = await run('key-clients', '--key', key, '--limit', '1');
  expect(stdout).toMatch(/limit of 1 rows? was reached/);
});

test('list shows the pack, show its text for each engine', async () => {
  const { stdout } = await runCli(['query', 'list']);
  for (const id of [
    'key-owner',
    'key-timeline',
    'key-clients',
    'resources-touched',
    'sts-children',
    'denied-burst',
    'console-logins',
    'internet-accepted',
  ])
    expect(stdout).toContain(id);
  const sql = await runCli(['query', 'show', 'console-logins', '--param', "user=o'hara", '--engine', 'duckdb']);
  expect(sql.stdout).toContain("'o''hara'");
  expect(sql.stdout).not.toContain('stands in');
  const without = await runCli(['query', 'show', 'key-issuer']);
  expect(without.stdout).toContain('note: AKIAIOSFODNN7EXAMPLE stands in below for issued');
  const both = await runCli(['query', 'show', 'post-deactivation', '--engine', 'athena']);
  expect(both.stdout).toContain('7d stands in below for t0, AKIAIOSFODNN7EXAMPLE stands in below for key');
  const chain = await runCli(['query', 'show', 'new-ip', '--engine', 'opensearch']);
  expect(chain.stdout).toContain('7d stands in below for from');
  expect(chain.stdout.match(/GET keytrail-cloudtrail-\*\/_search/g)).toHaveLength(4);
  expect(chain.stdout).toContain('# then: anti join with known on identity = identity, source_ip = source_ip');
  const none = await runCli(['query', 'show', 'chain-closure', '--engine', 'opensearch']);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("can't be asked of opensearch") });
  const search = await runCli(['query', 'show', 'console-logins', '--param', 'user=eve', '--engine', 'opensearch']);
  expect(search.stdout).toContain('GET keytrail-cloudtrail-*/_search');
});
