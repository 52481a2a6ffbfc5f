import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomOf } from '../../../src/scenario/random.js';
import { describeWith } from '../../services/index.js';
import { duckDbCounts } from '../duckdb-counts.js';
import { environment, keyOf, type TrailQueue, trailQueue } from '../trail-queue.js';
import { faultyS3, type S3Fault } from './faulty-s3.js';
import { chance, failingIngest, ingest, ingestArgs } from './ingesting.js';

const objects = 12;
const perObject = 100;
const events = objects * perObject;

/** Big enough to come in several pieces. */
function bodyOf(name: string): Buffer {
  const random = randomOf(1, name);
  const Records = Array.from({ length: perObject }, (_, i) => ({
    eventID: `${name}-${i}`,
    eventTime: '2026-03-02T08:00:00Z',
    eventName: 'ListBuckets',
    recipientAccountId: '111122223333',
    userAgent: random.hex(4000),
  }));
  return gzipSync(JSON.stringify({ Records }));
}

describeWith('aws', 'S3 in trouble', (endpoint) => {
  let folder: string;
  let world: TrailQueue;
  const put = (name: string, Body: Buffer) =>
    world.s3.send(new PutObjectCommand({ Bucket: world.bucket, Key: keyOf(name), Body }));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-faults-s3-'));
    world = await trailQueue(endpoint);
    for (let i = 0; i < objects; i++) await put(`object-${i}`, bodyOf(`object-${i}`));
  });
  afterAll(async () => {
    world.end();
    await rm(folder, { recursive: true });
  });

  /** Runs `work` against the bucket behind a proxy that misbehaves. */
  async function behind(
    name: string,
    decide: (path: string, before: number) => S3Fault,
    work: (args: string[], path: string, gets: Map<string, number>) => Promise<void>,
  ): Promise<void> {
    const proxy = await faultyS3(endpoint, decide);
    try {
      const path = join(folder, `${name}.duckdb`);
      await work(ingestArgs(world.source, `duckdb:${path}`, '--endpoint-url', proxy.url), path, proxy.gets);
      expect(await duckDbCounts(path)).toMatchObject({ events, distinct: events });
    } finally {
      await proxy.close();
    }
  }

  const isObject = (path: string): boolean => path.includes('/AWSLogs/');
  const asked = (gets: Map<string, number>): number =>
    [...gets].reduce((sum, [path, times]) => sum + (isObject(path) ? times : 0), 0);

  test.for(['slow', 'reset', 'short', 503, 500] as const)(
    'each object %s at first: all is read, once',
    async (fault) => {
      await behind(
        `${fault}`,
        (path, before) => (before === 0 && (isObject(path) || typeof fault === 'number') ? fault : 'pass'),
        async (args, _path, gets) => {
          const { objects: counted, records } = await ingest(args, environment);
          expect(counted).toEqual({ seen: objects, done: objects, skipped: 0, failed: 0 });
          expect(records.stored).toBe(events);
          expect(asked(gets)).toBe(fault === 'slow' ? objects : 2 * objects);
        },
      );
    },
  );

  test('faults of all kinds, at random', async () => {
    const random = chance('faults of S3');
    const faults: S3Fault[] = ['slow', 'reset', 'short', 'empty', 503, 500];
    let met = 0;
    await behind(
      'random',
      (path, before) => {
        if (before > 5 || (!isObject(path) && before > 1) || !random.chance(0.5)) return 'pass';
        met++;
        return isObject(path) ? random.pick(faults) : 503;
      },
      async (args) => {
        expect((await ingest(args, environment)).records.stored).toBe(events);
        expect(met).toBeGreaterThan(objects / 3);
      },
    );
  });

  test('S3 goes away for good in the middle: one line; when it is back the same command goes on', async () => {
    let gone = false;
    await behind(
      'gone',
      (path) => {
        gone ||= path.includes('object-7.');
        return gone ? 503 : 'pass';
      },
      async (args, path) => {
        const line = await failingIngest(args, { ...environment, AWS_MAX_ATTEMPTS: '1' });
        expect(line).toMatch(/can't reach object .*run it again/);
        const before = await duckDbCounts(path);
        expect(before.distinct).toBe(before.events);
        await ingestAgain(path);
      },
    );
    async function ingestAgain(path: string): Promise<void> {
      const summary = await ingest(ingestArgs(world.source, `duckdb:${path}`, '--endpoint-url', endpoint), environment);
      expect(summary.objects).toMatchObject({ seen: objects, failed: 0 });
    }
  });

  test('an object that S3 never gives whole fails by itself, and what came of it is kept', async () => {
    let cursed = true;
    await behind(
      'cursed',
      (path, before) => {
        if (!cursed || !path.includes('object-3.')) return 'pass';
        return before === 0 ? 'short' : 'empty';
      },
      async (args) => {
        const first = await ingest(args, environment, 1);
        expect(first.objects).toEqual({ seen: objects, done: objects - 1, skipped: 0, failed: 1 });
        expect(first.failures[0]!.reason).toMatch(/object-3.* ends after \d+ of \d+ bytes/);
        cursed = false;
        const second = await ingest(args, environment);
        expect(first.records.stored + second.records.stored).toBe(events);
      },
    );
  });

  test('an object that was cut short before it was stored fails by itself; once it is repaired all is there', async () => {
    const whole = bodyOf('object-5');
    await put('object-5', whole.subarray(0, whole.length / 2));
    await behind(
      'cut',
      () => 'pass',
      async (args, path) => {
        // The record in which it breaks off is a dead letter.
        const first = await ingest(args, environment, 1);
        expect(first.objects).toEqual({ seen: objects, done: objects - 1, skipped: 0, failed: 1 });
        expect(first.failures).toEqual([
          { key: keyOf('object-5'), reason: expect.stringMatching(/cut short|ends|truncated/) },
        ]);
        expect((await duckDbCounts(path)).events).toBe(first.records.stored);
        await put('object-5', whole);
        const second = await ingest(args, environment);
        expect(second.objects).toEqual({ seen: objects, done: 1, skipped: objects - 1, failed: 0 });
        expect(second.records.read).toBe(perObject);
        expect(first.records.stored + second.records.stored).toBe(events);
      },
    );
  });
});
