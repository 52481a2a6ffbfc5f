import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environment, trailQueue } from '../pipeline/trail-queue.js';
import { awsOrSkip } from '../services/index.js';
import { runCli } from './run-cli.js';

let outside: string;
let inside: string;
beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'keytrail-keys-'));
  inside = join(outside, 'a', 'b', 'c');
  await mkdir(inside, { recursive: true });
});
afterAll(() => rm(outside, { recursive: true }));

const day = 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02';
const name = '111122223333_CloudTrail_us-east-1_20260302T0005Z_abc.json.gz';

test('keys that look like paths are names and nothing else: no file comes of them', async (context) => {
  const endpoint = awsOrSkip(context);
  const trail = await trailQueue(endpoint);
  const keys = [
    `${day}/../../../../../../../../${name}`,
    `../../${day}/${name}`,
    `/etc/${day}/${name}`,
    `..\\..\\${day}/${name}`,
  ];
  for (const [at, key] of keys.entries()) await trail.put(`event-${at}`, 1, key);
  const run = (...args: string[]) => runCli(args, { ...environment, AWS_ENDPOINT_URL: endpoint }, inside);
  const ingested = await run('ingest', trail.source, '--store', 'duckdb:x.duckdb', '--format', 'json');
  expect([0, 3], ingested.stderr).toContain(ingested.code);
  expect(JSON.parse(ingested.stdout).records.read).toBeGreaterThan(0);
  await run('coverage', trail.source, '--no-digests', '--store', 'duckdb:x.duckdb');
  await run(
    'query',
    'run',
    'key-owner',
    'key-clients',
    '--format',
    'json',
    '--out',
    'answers',
    '--store',
    'duckdb:x.duckdb',
  );

  const made = await readdir(outside, { recursive: true });
  const elsewhere = made.filter((path) => !path.startsWith('a/b/c/') && !['a', 'a/b', 'a/b/c'].includes(path));
  expect(elsewhere).toEqual([]);
  const here = await readdir(inside);
  expect(here.sort()).toEqual(['answers', 'x.duckdb']);
  for (const file of await readdir(join(inside, 'answers'))) expect(file).toMatch(/^[a-z0-9-]+\.json$/);
}, 90_000);
