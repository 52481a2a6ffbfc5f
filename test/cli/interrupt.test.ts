import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { questionById } from '../../src/queries/load.js';
import { bindQuestion } from '../../src/queries/parameters.js';
import { runQuestion } from '../../src/queries/run.js';
import { openEngine } from '../../src/stores/open.js';
import { readCase, writeCase } from '../queries/cases.js';
import { until } from './follow.js';
import { runCli, startCli } from './run-cli.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
let folder: string;
let file: string;

/** A store whose every question takes for ever: its few events come again and again. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-interrupt-'));
  file = join(folder, 'x.duckdb');
  await writeCase(join(folder, 'logs'), await readCase('key-clients'));
  expect((await runCli(['ingest', join(folder, 'logs'), '--store', `duckdb:${file}`])).code).toBe(0);
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run('ALTER TABLE cloudtrail_logs RENAME TO a_few');
  await connection.run('CREATE VIEW cloudtrail_logs AS SELECT a_few.* FROM a_few, range(1000000000000)');
  connection.closeSync();
  instance.closeSync();
});
afterAll(() => rm(folder, { recursive: true }));

let child: ReturnType<typeof startCli>['child'] | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

/** Whether another process has the file: it is then out of this one's reach. */
async function isTaken(): Promise<boolean> {
  try {
    (await DuckDBInstance.create(file)).closeSync();
    return false;
  } catch (error) {
    expect(String(error)).toMatch(/lock|used by another process/i);
    return true;
  }
}

test.for([
  ['query', 'run', 'key-clients', '--key', key],
  ['query', 'run', 'key-clients', '--key', key, '--closure'],
  ['investigate', key],
])('Ctrl-C ends %s %s within a second, in one line', async (args) => {
  const run = startCli([...args, '--store', `duckdb:${file}`], {}, folder);
  child = run.child;
  await until(isTaken, (taken) => taken);
  const pressed = performance.now();
  child.kill('SIGINT');
  const { code, stdout, stderr } = await run.done;
  expect(performance.now() - pressed).toBeLessThan(1000);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.match(/^keytrail: .*$/gm)).toEqual([expect.stringMatching(/interrupted/)]);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
});

test('a question that has been at work for a while is broken off, and so is what comes after it', async () => {
  const stop = new AbortController();
  const engine = await openEngine(`duckdb:${file}`, { signal: stop.signal });
  const bound = bindQuestion(questionById('key-clients'), { key: [key] }, new Date());
  const answers = Promise.allSettled([runQuestion(engine, bound), runQuestion(engine, bound)]);
  const { user } = process.cpuUsage();
  await until(
    () => process.cpuUsage().user - user,
    (worked) => worked > 500_000,
  );
  const told = performance.now();
  stop.abort();
  expect(await answers).toMatchObject([{ reason: { code: 'interrupted' } }, { reason: { code: 'interrupted' } }]);
  await engine.close();
  expect(performance.now() - told).toBeLessThan(1000);
});
