import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyOf, trailFile } from '../pipeline/trail-queue.js';
import { until } from './follow.js';
import { runCli, startCli } from './run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-job-'));
  const file = join(folder, 'copy', keyOf('one'));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, trailFile('one', 3));
  await mkdir(join(folder, 'ingest/jobs'), { recursive: true });
  await writeFile(
    join(folder, 'ingest/jobs/nightly.yaml'),
    'source: ./copy\nlog: cloudtrail\nstore: duckdb:nightly.duckdb\nschedule: "0 3 * * *"\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

const ingest = async (...args: string[]) => {
  const result = await runCli(['ingest', ...args, '--format', 'json'], {}, folder);
  expect(result.code, result.stderr).toBe(0);
  return JSON.parse(result.stdout);
};

test('a job of the folder, by name; flags win over it', async () => {
  expect((await ingest('--job', 'nightly')).records.stored).toBe(3);
  expect((await ingest('--job', 'nightly')).objects).toMatchObject({ seen: 1, skipped: 1 });
  expect((await ingest('--job', 'nightly', '--store', 'duckdb:other.duckdb')).records.stored).toBe(3);
  for (const flags of [
    ['--log', 'vpcflow', '--store', 'duckdb:flows.duckdb'],
    ['--to', '2026-01-01', '--store', 'duckdb:none.duckdb'],
  ])
    expect((await ingest('--job', 'nightly', ...flags)).records.read).toBe(0);
}, 30_000);

test('wrong use is told in one line', async () => {
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(['ingest', ...args], {}, folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr;
  };
  expect(await said()).toMatch(/source or a --job/);
  expect(await said('./copy', '--job', 'nightly')).toMatch(/names its own source/);
  expect(await said('--job', 'weekly')).toMatch(/no job "weekly".*There is example, nightly/);
  expect(await said('./copy', '--every', '5m')).toMatch(/--follow/);
  expect(await said('./copy', '--follow', '--every', 'soon')).toMatch(/"soon" is no time/);
  expect(await said('./copy', '--follow', '--every', '30d')).toMatch(/"30d" is too long/);
  expect(await said('./copy', '--metrics-port', '9')).toMatch(/--follow or --queue/);
}, 30_000);

test('who finds the file in use waits, says so, and goes on when it is free', async () => {
  const file = join(folder, 'busy.duckdb');
  const store = `duckdb:${file}`;
  await ingest('./copy', '--store', store);
  const instance = await DuckDBInstance.create(file);
  const question = ['query', 'run', 'key-timeline', '--key', 'AKIAIOSFODNN7EXAMPLE', '--store', store];
  const waiting = [
    ['ingest', './copy', '--store', store],
    ['ingest', '--job', 'nightly', '--store', store],
    question,
    ['investigate', 'AKIAIOSFODNN7EXAMPLE', '--store', store],
  ].map((args) => {
    const started = startCli(args, {}, folder);
    let said = '';
    started.child.stderr.on('data', (text) => {
      said += text;
    });
    return { ...started, said: () => said };
  });
  try {
    for (const { child, said } of waiting) {
      await until(said, (text) => text.includes('\n'));
      expect(said()).toMatch(/busy\.duckdb is in use by another process \(pid \d+\); waiting/);
      expect(child.exitCode).toBeNull();
    }
    for (const args of [question, ['ingest', './copy', '--store', store]]) {
      const { code, stderr } = await runCli([...args, '--wait', '0'], {}, folder);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^keytrail: .*busy\.duckdb is in use by another process/);
    }
  } finally {
    instance.closeSync();
  }
  for (const { done } of waiting) {
    const { code, stderr } = await done;
    expect(code, stderr).toBe(0);
  }
}, 60_000);

test('waiting ends with the signal', async () => {
  const file = join(folder, 'held.duckdb');
  const instance = await DuckDBInstance.create(file);
  try {
    const { child, done } = startCli(['ingest', '--job', 'nightly', '--store', `duckdb:${file}`], {}, folder);
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill('SIGTERM');
    const { code, stderr } = await done;
    expect(code).toBe(1);
    expect(stderr).toMatch(/keytrail: .*held\.duckdb.*stopped waiting/);
  } finally {
    instance.closeSync();
  }
}, 30_000);
