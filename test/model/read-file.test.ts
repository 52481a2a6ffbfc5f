import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mostFileBytes, readText } from '../../src/model/read-file.js';
import { runCli } from '../cli/run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-read-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a file is read to its last byte, and not beyond the limit', async () => {
  const file = join(folder, 'text');
  await writeFile(file, `${'é'.repeat(100_000)}.`);
  expect(readText(file)).toBe(`${'é'.repeat(100_000)}.`);
  await truncate(file, mostFileBytes + 1);
  expect(() => readText(file)).toThrow('it is larger than 32 MB');
});

const bounded = { NODE_OPTIONS: '--max-old-space-size=200' };

test.each([
  ['a plan', ['contain', 'verify', '--plan']],
  ['parameters', ['query', 'run', 'key-owner', '--params']],
  ['a job', ['ingest', '--job']],
  ['certificates', ['query', 'run', 'key-owner', '--store', 'opensearch:https://127.0.0.1:9', '--ca']],
  ['public keys', ['validate', '.', '--public-keys']],
])('a file without end is no %s: it is refused, and the memory kept', async (_what, args) => {
  const { code, stdout, stderr } = await runCli([...args, '/dev/zero'], bounded);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/\/dev\/zero.*larger than 32 MB/);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test.each([
  ['KEYTRAIL_OPENSEARCH_PASSWORD_FILE', ['query', 'run', 'key-owner', '--store', 'opensearch:https://127.0.0.1:9']],
  ['KEYTRAIL_WEBHOOK_URL_FILE', ['watch', 'new-ip', '--from', '1d', '--once', '--notify', 'webhook']],
])('a file without end is no secret of %s: it is refused, and the memory kept', async (variable, args) => {
  const { code, stdout, stderr } = await runCli(args, { ...bounded, [variable]: '/dev/zero' });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(new RegExp(`${variable} names /dev/zero.*larger than 32 MB`));
});
