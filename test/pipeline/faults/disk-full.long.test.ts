import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateScenario } from '../../../src/scenario/index.js';
import { duckDbCounts } from '../duckdb-counts.js';
import { balanced, chance, expectAllRead, ingestArgs, oneLine } from './ingesting.js';
import { onSmallDisk } from './small-disk.js';

const events = 20_000;
const flows = 5000;
/** With these it can't end: the store takes 10 MB at last. */
const tooSmall = 5;

let base: string;
let logs: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'keytrail-disk-'));
  logs = join(base, 'logs');
  await generateScenario({ directory: logs, seed: 7, events, flows });
});
afterAll(() => rm(base, { recursive: true }));

test('DuckDB: a disk that is full again and again ends the run with one line; with space it goes on', async (context) => {
  const random = chance('full disks');
  const folder = join(base, 'disk');
  const results = join(base, 'results');
  await mkdir(folder);
  await mkdir(results);
  const sizes = Array.from({ length: tooSmall }, () => random.between(1, 9)).sort((a, b) => a - b);
  const args = ingestArgs(logs, `duckdb:${join(folder, 'x.duckdb')}`);
  await onSmallDisk(context, { folder, results, megabytes: [...sizes, 100], args });
  const ended = await Promise.all(
    [...sizes, 100].map(async (_size, place) => {
      const read = (kind: string) => readFile(join(results, `${place + 1}.${kind}`), 'utf8');
      return { code: Number(await read('code')), stdout: await read('out'), stderr: await read('err') };
    }),
  );
  const last = ended.pop()!;
  for (const { code, stdout, stderr } of ended) {
    expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
    expect(oneLine(stderr)).toMatch(/No space left on device.* Free disk space and run the same command again/);
  }
  expect(last.code, last.stderr).toBe(0);
  const { records } = balanced(last.stdout);
  expect(records.stored).toBeGreaterThan(0);
  const path = join(results, 'x.duckdb');
  expect(await duckDbCounts(path)).toEqual({ events, distinct: events, flows, distinctFlows: flows });
  await expectAllRead(logs, `duckdb:${path}`, events);
});
