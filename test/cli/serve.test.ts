import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDuckDb } from '../../src/stores/duckdb/index.js';
import { runCli, startCli } from './run-cli.js';

let folder: string;
let store: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-serve-'));
  const file = join(folder, 'x.duckdb');
  const filled = await openDuckDb(file, 'write');
  await filled.prepare();
  await filled.close();
  store = `duckdb:${file}`;
});
afterAll(() => rm(folder, { recursive: true }));

it('prints an address that works until it is told to stop', async () => {
  const { child, done } = startCli(['serve', '--store', store]);
  const [printed] = (await once(child.stdout!, 'data')) as [string];
  const entry = new URL(printed.trim());
  expect(entry.hostname).toBe('127.0.0.1');
  expect((await fetch(entry, { redirect: 'manual' })).status).toBe(303);
  const taken = await runCli(['serve', '--store', store, '--port', entry.port]);
  expect([taken.code, taken.stdout]).toEqual([2, '']);
  expect(taken.stderr).toContain(`can't listen on 127.0.0.1:${entry.port}`);
  child.kill('SIGTERM');
  expect((await done).code).toBe(0);
  await expect(fetch(entry)).rejects.toThrow();
});

it('promises nothing where there is no store', async () => {
  const { code, stdout, stderr } = await runCli(['serve', '--store', `duckdb:${join(folder, 'none.duckdb')}`]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('there is no store at');
  expect((await runCli(['serve', '--port', '70000'])).code).toBe(2);
});
