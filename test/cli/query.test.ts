import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
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

test('the text of a question alone, to be piped into what asks it', async () => {
  const raw = (...args: string[]) => runCli(['query', 'show', ...args, '--raw']);
  const search = await raw('console-logins', '--engine', 'opensearch');
  const [request, ...body] = search.stdout.split('\n');
  expect(request).toBe('GET keytrail-cloudtrail-*/_search');
  expect(JSON.parse(body.join('\n'))).toHaveProperty('query');
  const sql = await raw('key-issuer', '--engine', 'athena');
  expect(sql.stdout).toMatch(/^(?:--|WITH|SELECT)/);
  expect(sql.stdout).not.toContain('stands in');
  expect(sql.stderr).toBe('note: AKIAIOSFODNN7EXAMPLE stands in below for issued, which was not given\n');
  expect(await raw('console-logins', '--engine', 'duckdb', '--quiet')).toMatchObject({ code: 0, stderr: '' });
});

test('the whole pack at once: rows first, then what has none, could not be asked, or is missing', async () => {
  const { code, stdout, stderr } = await run('--all', '--key', key);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^key-clients: .* \(3 rows\)$/m);
  expect(stdout).toMatch(/^console-pivot: no rows\. \S/m);
  expect(stdout.indexOf('key-clients: ')).toBeLessThan(stdout.indexOf(': no rows'));
  expect(stdout).toMatch(/^ip-pivot was not asked: it needs ip$/m);
  expect(stdout.match(/No VPC flow logs were ingested/g)).toHaveLength(1);
  expect(stderr).toMatch(/^1\/\d+ \S+: \d+ rows$/m);
});

test('several as JSON are one object, as NDJSON rows that name their question', async () => {
  const chosen = ['key-timeline', 'key-clients', '--key', key];
  const whole = JSON.parse((await run(...chosen, '--format', 'json')).stdout);
  expect(whole).toMatchObject({ failed: [], unasked: [] });
  expect(whole.answers.map(({ query }: { query: string }) => query)).toEqual(['key-timeline', 'key-clients']);
  const lines = (await run(...chosen, '--format', 'ndjson')).stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    whole.answers.flatMap(({ query, rows }: { query: string; rows: object[] }) =>
      rows.map((row) => ({ query, ...row })),
    ),
  );
});

test('a group by step or tactic', async () => {
  const asked = async (...flags: string[]) => {
    const { answers, unasked } = JSON.parse((await run(...flags, '--format', 'json')).stdout);
    return [...answers, ...unasked].map(({ query }: { query: string }) => query);
  };
  const owner = await asked('--procedure-step', 'identify-owner', '--key', key);
  expect(owner).toContain('key-owner');
  expect(owner).not.toContain('key-clients');
  const tactic = await asked('--tactic', 'impact');
  expect(tactic).toContain('destroy');
  expect(tactic).not.toContain('key-owner');
  const [bad, both, none] = await Promise.all([
    run('--tactic', 'mischief'),
    run('--all', 'key-owner'),
    run('destroy', '--procedure-step', 'identify-owner'),
  ]);
  for (const { code } of [bad, both, none]) expect(code).toBe(2);
  expect(bad.stderr).toContain('persistence');
});

test('answers as files: one, and a folder of them', async () => {
  const out = join(folder, "the owner's answers");
  const several = await run('key-clients', 'key-owner', '--key', key, '--format', 'parquet', '--out', out);
  expect(several).toMatchObject({ code: 0, stdout: '' });
  expect((await readdir(out)).sort()).toEqual(['key-clients.parquet', 'key-owner.parquet']);
  expect((await stat(join(out, 'key-owner.parquet'))).mode & 0o777).toBe(0o600);
  const expected = JSON.parse((await run('key-clients', '--key', key, '--format', 'json')).stdout);
  const rows = await parquetReadObjects({
    file: await asyncBufferFromFile(join(out, 'key-clients.parquet')),
  });
  const plain = (value: unknown) =>
    value instanceof Date
      ? value.toISOString().replace('.000Z', 'Z')
      : typeof value === 'bigint'
        ? Number(value)
        : value;
  expect(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))),
  ).toEqual(expected.rows.map((row: object) => row));
  const file = join(folder, 'clients.csv');
  await run('key-clients', '--key', key, '--format', 'csv', '--out', file);
  expect(await readFile(file, 'utf8')).toBe((await run('key-clients', '--key', key, '--format', 'csv')).stdout);
  expect(several.stderr).toContain('note: No CloudTrail data event was ingested');
  const named = join(folder, 'named.json');
  expect((await run('key-clients', '--key', key, '--out', named)).stderr).toContain(`wrote 3 rows to ${named}`);
  expect(JSON.parse(await readFile(named, 'utf8'))).toMatchObject({ query: 'key-clients' });
  for (const flags of [
    ['key-clients', '--key', key, '--out', join(file, 'x', 'y.csv')],
    ['key-clients', 'key-owner', '--key', key, '--format', 'csv', '--out', join(file, 'x')],
    ['key-clients', 'key-owner', '--key', key, '--format', 'csv', '--out', '/proc/nope/d'],
    ['key-clients', '--key', key, '--format', 'parquet'],
    ['key-clients', 'key-owner', '--key', key, '--format', 'csv'],
    ['key-clients', '--key', key, '--out', join(folder, 'no', 'folder', 'x')],
  ])
    expect(await run(...flags)).toMatchObject({ code: 2, stderr: expect.stringContaining('--out') });
});

test('saved parameters, which flags beat, for all questions and for one', async () => {
  const file = join(folder, 'case.yaml');
  await writeFile(
    file,
    `key: ${key}\naccounts: ['111122223333', 012345678901]\nlimit: 7\nquestions:\n  key-clients: { limit: 2 }\n`,
  );
  const whole = JSON.parse(
    (await run('key-clients', 'key-owner', '--params', file, '--from', '2020-01-01', '--format', 'json')).stdout,
  );
  const shared = { key: [key], accounts: ['111122223333', '012345678901'], from: '2020-01-01T00:00:00Z' };
  expect(whole.answers.map(({ params }: { params: object }) => params)).toMatchObject([
    { ...shared, limit: 2 },
    { ...shared, limit: 7 },
  ]);
  const flagged = await run('key-owner', '--params', file, '--from', '2020-01-01', '--limit', '3', '--format', 'json');
  expect(JSON.parse(flagged.stdout).params).toMatchObject({ ...shared, limit: 3 });
  for (const text of [
    '- a',
    'key: { a: 1 }',
    'key: [',
    'questions: [a]',
    'questions: { no-question: {} }',
    'colour: red',
  ]) {
    await writeFile(file, text);
    const { code, stderr } = await run('key-owner', 'key-clients', '--params', file);
    expect({ code, stderr }, text).toMatchObject({ code: 2, stderr: expect.stringMatching(/^keytrail: [^\n]+\n$/) });
  }
});
