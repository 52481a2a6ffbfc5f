import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/stores/open.js';
import { runCli } from './run-cli.js';

let folder: string;
let store: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-replay-'));
  store = ['--store', `duckdb:${join(folder, 'x.duckdb')}`];
  const day = join(folder, 's3/AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02');
  await mkdir(day, { recursive: true });
  const name = '111122223333_CloudTrail_us-east-1_20260302T0800Z_aaaaaaaaaaaaaaaa.json';
  await writeFile(join(day, name), '{"Records":[{"eventID":"a","eventTime":"noon \\u001b[31m"},{"eventID":"b"}]}');
});
afterAll(() => rm(folder, { recursive: true }));

test('dead letters are listed with where they come from and why, then brought back', async () => {
  const ingested = await runCli(['ingest', join(folder, 's3'), ...store]);
  expect(ingested.code).toBe(3);
  expect(ingested.stdout).toMatch(/keytrail replay/);

  const listed = await runCli(['replay', '--list', ...store]);
  expect(listed.code, listed.stderr).toBe(0);
  expect(listed.stdout.split('\n')).toEqual([
    expect.stringMatching(
      /^cloudtrail \/.*aaaaaaaaaaaaaaaa\.json record 0, 45 bytes, .*: eventTime is not an ISO 8601/,
    ),
    expect.stringMatching(/ record 1, 15 bytes, .*: eventTime is missing$/),
    '',
  ]);
  const rows = (await runCli(['replay', '--list', '--format', 'ndjson', ...store])).stdout.trim().split('\n');
  expect(rows.map((row) => Buffer.from(JSON.parse(row).raw, 'base64').toString())).toEqual([
    '{"eventID":"a","eventTime":"noon \\u001b[31m"}',
    '{"eventID":"b"}',
  ]);

  const unchanged = await runCli(['replay', ...store]);
  expect(unchanged.code).toBe(3);
  expect(unchanged.stdout).toMatch(/^letters {2}2 read: 0 stored, 0 duplicates, 2 left\n/);
  expect(unchanged.stdout).toMatch(/1 × eventTime is missing/);

  // As if this keytrail read what the one that ingested could not.
  const opened = await openStore(store[1]!, 'write');
  const [first] = await opened.deadLetters(null, null);
  await opened.writeDeadLetters([
    { ...first!, raw: Buffer.from('{"eventID":"a","eventTime":"2026-03-02T08:00:00Z"}') },
  ]);
  await opened.close();
  const replayed = await runCli(['replay', '--format', 'json', ...store]);
  expect(JSON.parse(replayed.stdout).letters).toEqual({ read: 2, stored: 1, duplicates: 0, left: 1 });
  const answer = await runCli(['query', 'run', 'key-owner', '--key', 'AKIAIOSFODNN7EXAMPLE', ...store]);
  expect(answer.stdout).toMatch(/1 CloudTrail record in the dead letters/);
});

test('what makes no sense is said', async () => {
  const { code, stderr } = await runCli(['replay', '--format', 'ndjson', ...store]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--list/);
  expect((await runCli(['replay', '--store', 'athena:x/y'])).stderr).toMatch(/keeps nothing/);
});
