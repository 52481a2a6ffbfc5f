import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateScenario } from '../../src/scenario/index.js';
import { runCli, startCli } from '../cli/run-cli.js';
import { awsOrSkip, opensearchOrSkip, uniquePrefix } from '../services/index.js';
import { sharedDataOrSkip } from '../services/shared-data.js';
import { duckDbCounts } from './duckdb-counts.js';

const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-ingest-'));
});
afterAll(() => rm(folder, { recursive: true }));

const ingestJson = async (source: string, store: string, ...more: string[]) => {
  const result = await runCli(['ingest', source, '--store', store, '--format', 'json', ...more], credentials);
  expect(result.code, result.stderr).toBe(0);
  return JSON.parse(result.stdout);
};

async function nodeJson(url: string, method = 'GET'): Promise<Record<string, number> & { _all?: never }> {
  return (await (await fetch(url, { method, signal: AbortSignal.timeout(30_000) })).json()) as never;
}

async function openSearchCount(url: string, prefix: string, log: string): Promise<number> {
  await nodeJson(`${url}/${prefix}-keytrail-${log}-*/_refresh`, 'POST');
  return (await nodeJson(`${url}/${prefix}-keytrail-${log}-*/_count`)).count!;
}

test('logs that others wrote, from S3: the same numbers in both stores, nothing twice', async (context) => {
  const sharedData = sharedDataOrSkip(context);
  const endpoint = awsOrSkip(context);
  const opensearch = `opensearch:${opensearchOrSkip(context)}?prefix=${uniquePrefix()}`;
  const bucket = uniquePrefix('trail');
  const s3 = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const file of readdirSync(sharedData, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.gz'))
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: `trails/${file}`, Body: readFileSync(join(sharedData, file)) }),
      );
  s3.destroy();
  for (const store of [`duckdb:${join(folder, 's3.duckdb')}`, opensearch]) {
    const from = [`s3://${bucket}/trails`, store, '--endpoint-url', endpoint] as const;
    const first = await ingestJson(...from);
    expect(first.objects).toEqual({ seen: 65, done: 65, skipped: 0, failed: 0 });
    expect(first.records).toEqual({ read: 1427, stored: 1427, duplicates: 0, deadLettered: 0 });
    const second = await ingestJson(...from);
    expect(second.objects).toEqual({ seen: 65, done: 0, skipped: 65, failed: 0 });
    expect(second.records).toEqual({ read: 0, stored: 0, duplicates: 0, deadLettered: 0 });
    // The same files from a directory are other objects with the same events.
    const copy = await ingestJson(sharedData, store);
    expect(copy.records).toEqual({ read: 1427, stored: 0, duplicates: 1427, deadLettered: 0 });
  }
}, 120_000);

describe('kill -9 in the middle, run again: each event once', () => {
  const events = 40_000;
  const flows = 10_000;
  let logs: string;
  beforeAll(async () => {
    logs = join(folder, 'scenario');
    await generateScenario({ directory: logs, seed: 3, events, flows });
  });

  /** Kills the ingest as soon as something of it is durable; returns what the second run says. */
  async function killAndGoOn(store: string, begun: () => Promise<boolean>) {
    const { child, done } = startCli(['ingest', logs, '--store', store]);
    while (child.exitCode === null && !(await begun())) await delay(2);
    child.kill('SIGKILL');
    const killed = await done;
    expect(killed.code, `it ended before it could be killed: ${killed.stderr}`).toBeNull();
    const second = await ingestJson(logs, store);
    const { read, stored, duplicates, deadLettered } = second.records;
    expect(read).toBe(stored + duplicates + deadLettered);
    expect(deadLettered).toBe(0);
    expect(stored, 'nothing was left to do').toBeGreaterThan(0);
    expect(stored, 'nothing had been done').toBeLessThan(events + flows);
    const third = await ingestJson(logs, store);
    expect(third.records.read).toBe(0);
  }

  // A batch is 2 MB of records at the most: when the files have grown past that, one is committed.
  test('DuckDB', async () => {
    const path = join(folder, 'killed.duckdb');
    const size = (file: string) =>
      stat(file).then(
        (found) => found.size,
        () => 0,
      );
    await killAndGoOn(`duckdb:${path}`, async () => (await size(path)) + (await size(`${path}.wal`)) > 12_000_000);
    expect(await duckDbCounts(path)).toEqual({ events, distinct: events, flows, distinctFlows: flows });
  }, 120_000);

  test('OpenSearch', async (context) => {
    const url = opensearchOrSkip(context);
    const prefix = uniquePrefix();
    const indexed = async () => {
      const reply = await fetch(`${url}/${prefix}-keytrail-cloudtrail-*/_stats/indexing`);
      const { _all } = (await reply.json()) as { _all?: { total?: { indexing?: { index_total: number } } } };
      return (_all?.total?.indexing?.index_total ?? 0) > 2000;
    };
    await killAndGoOn(`opensearch:${url}?prefix=${prefix}`, indexed);
    expect(await openSearchCount(url, prefix, 'cloudtrail')).toBe(events);
    expect(await openSearchCount(url, prefix, 'vpcflow')).toBe(flows);
  }, 120_000);
});
