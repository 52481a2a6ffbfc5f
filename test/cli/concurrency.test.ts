import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateScenario } from '../../src/scenario/index.js';
import { runCli } from './run-cli.js';

test.each(['0', '65', '1.5', 'all'])('--concurrency %s is refused in one line', async (number) => {
  const { code, stderr } = await runCli(['ingest', '.', '--concurrency', number]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^keytrail: .*--concurrency.* Give a number from 1 to 64\.\n$/);
});

test('one object at a time or many at once: the same records are read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-concurrency-'));
  try {
    const logs = join(folder, 'logs');
    const { events, flows } = await generateScenario({ directory: logs, seed: 5, events: 2000, flows: 500 });
    for (const number of ['1', '64']) {
      const store = `duckdb:${join(folder, `${number}.duckdb`)}`;
      const result = await runCli(['ingest', logs, '--store', store, '--concurrency', number, '--format', 'json']);
      expect(result.code, result.stderr).toBe(0);
      expect(JSON.parse(result.stdout).records).toMatchObject({ read: events + flows, stored: events + flows });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
