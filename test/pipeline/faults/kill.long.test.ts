import { watch } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateScenario } from '../../../src/scenario/index.js';
import { startCli } from '../../cli/run-cli.js';
import { duckDbCounts } from '../duckdb-counts.js';
import { balanced, chance, expectAllRead, ingestArgs } from './ingesting.js';

const events = 20_000;
const flows = 5000;
const kills = 30;
/** Writes that a whole run makes to each file, about; how often it writes to the first before it has anything to say. */
const writes = { 'x.duckdb': { from: 3, to: 20 }, 'x.duckdb.wal': { from: 1, to: 25 } };

let folder: string;
let logs: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-kill-'));
  logs = join(folder, 'logs');
  await generateScenario({ directory: logs, seed: 5, events, flows });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs an ingest and kills it at its so-and-so-manieth write to a file; its output, where it ended before that. */
async function runOrKill(store: string, file: string, nth: number): Promise<string | null> {
  const { child, done } = startCli(ingestArgs(logs, `duckdb:${join(store, 'x.duckdb')}`));
  let seen = 0;
  const watcher = watch(store, (_event, name) => {
    if (name === file && ++seen === nth) child.kill('SIGKILL');
  });
  const { code, stdout, stderr } = await done;
  watcher.close();
  if (code === null) return null;
  expect(code, stderr).toBe(0);
  return stdout;
}

test(`DuckDB: killed ${kills} times while it writes the log of a commit or a checkpoint, each event once`, async () => {
  const random = chance('kills of DuckDB');
  const killed = { 'x.duckdb': 0, 'x.duckdb.wal': 0 };
  const total = () => killed['x.duckdb'] + killed['x.duckdb.wal'];
  for (let round = 0; total() < kills; round++) {
    const store = join(folder, `round-${round}`);
    await mkdir(store);
    for (;;) {
      const file = random.pick(['x.duckdb', 'x.duckdb.wal'] as const);
      const nth = total() < kills ? random.between(writes[file].from, writes[file].to) : Number.POSITIVE_INFINITY;
      const output = await runOrKill(store, file, nth);
      if (output === null) {
        killed[file]++;
        continue;
      }
      balanced(output);
      break;
    }
    const path = join(store, 'x.duckdb');
    expect(await duckDbCounts(path)).toEqual({ events, distinct: events, flows, distinctFlows: flows });
    await expectAllRead(logs, `duckdb:${path}`, events);
    await rm(store, { recursive: true });
  }
  console.log(`killed ${killed['x.duckdb.wal']} times in a commit, ${killed['x.duckdb']} times in a checkpoint`);
  expect(Math.min(killed['x.duckdb'], killed['x.duckdb.wal'])).toBeGreaterThan(kills / 10);
});
