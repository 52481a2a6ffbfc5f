import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { followQueue, type QueueOptions } from '../../src/pipeline/follow-queue.js';
import { openQueue } from '../../src/s3/queue.js';
import { openSource } from '../../src/s3/source.js';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { describeWith } from '../services/index.js';
import { duckDbCounts } from './duckdb-counts.js';
import { environment, s3Record, type TrailQueue, trailQueue } from './trail-queue.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-trouble-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const gone = () => new KeytrailError('store_unreachable', 'the store is away');

describeWith('aws', 'a store in trouble, and a queue', (endpoint) => {
  /** Drains the queue into a file; what opens the store may fail as the test wants it. */
  async function drain(
    world: TrailQueue,
    path: string,
    broken: (store: () => Promise<Store>) => Promise<Store>,
    more: Partial<QueueOptions> = {},
  ) {
    const aws = { endpointUrl: endpoint, region: 'us-east-1' };
    const source = await openSource(world.source, aws);
    const queue = await openQueue(world.queue.url, aws);
    const troubles: [string, number][] = [];
    const options: QueueOptions = {
      source,
      queue,
      drain: true,
      logs: ['cloudtrail'],
      now: () => new Date(),
      openStore: () => broken(() => openStore(`duckdb:${path}`, 'write')),
      stop: new AbortController().signal,
      onProgress: () => undefined,
      onAlive: () => undefined,
      onMessage: () => undefined,
      onTrouble: (error, pauseMs) => troubles.push([(error as KeytrailError).code, pauseMs]),
      ...more,
    };
    try {
      return { summary: await followQueue(options), troubles };
    } finally {
      queue.close();
      await source.close();
    }
  }

  test('that can’t be reached: the message is kept, and not received again, till it can', async () => {
    const world = await trailQueue(endpoint, { visibility: 2, maxReceives: 1 });
    const path = join(folder, 'away.duckdb');
    await world.send({ Records: [s3Record(world.bucket, await world.put('one'))] });
    let attempts = 0;
    const { summary, troubles } = await drain(world, path, (open) => {
      if (attempts++ < 2) throw gone();
      return open();
    });
    // Longer than the message would be hidden; delivered twice it would be with the dead.
    expect(troubles).toEqual([
      ['store_unreachable', 1000],
      ['store_unreachable', 2000],
    ]);
    expect(summary).toEqual({ received: 1, deleted: 1, left: 0, released: 0 });
    expect(await world.deadMessages()).toEqual({ visible: 0, hidden: 0 });
    expect(await duckDbCounts(path)).toMatchObject({ events: 3, distinct: 3 });
    world.end();
  }, 30_000);

  test('that goes away in the middle of a write: what was not durable is written again, once', async () => {
    const world = await trailQueue(endpoint);
    const path = join(folder, 'middle.duckdb');
    for (const name of ['one', 'two', 'three'])
      await world.send({ Records: [s3Record(world.bucket, await world.put(name))] });
    let failures = 0;
    const { summary, troubles } = await drain(world, path, async (open) => {
      const store = await open();
      const write = store.write.bind(store);
      const record = store.record.bind(store);
      store.write = async (log, events) => {
        const outcomes = await write(log, events);
        // Durable, and nobody hears of it.
        if (failures++ === 0) throw gone();
        return outcomes;
      };
      store.record = async (entries) => {
        if (failures++ === 2) throw gone();
        await record(entries);
      };
      return store;
    });
    expect(troubles.length).toBeGreaterThan(1);
    expect(summary.deleted).toBe(summary.received);
    expect(await world.messages()).toEqual({ visible: 0, hidden: 0 });
    expect(await duckDbCounts(path)).toMatchObject({ events: 9, distinct: 9 });
    world.end();
  }, 30_000);

  test('that waiting does not mend: it ends, and the message is anybody’s at once', async () => {
    const world = await trailQueue(endpoint, { visibility: 600 });
    await world.send({ Records: [s3Record(world.bucket, await world.put('one'))] });
    const denied = () => {
      throw new KeytrailError('store_denied', 'no');
    };
    await expect(drain(world, join(folder, 'denied.duckdb'), denied)).rejects.toMatchObject({ code: 'store_denied' });
    expect(await world.messages()).toEqual({ visible: 1, hidden: 0 });
    world.end();
  }, 30_000);

  test('that others want, too: it is given back between batches of work, and every event is there once', async () => {
    const world = await trailQueue(endpoint);
    const path = join(folder, 'turns.duckdb');
    for (let i = 0; i < 45; i++)
      await world.send({ Records: [s3Record(world.bucket, await world.put(`object-${i}`))] });
    let openings = 0;
    const seen: number[] = [];
    const { troubles } = await drain(
      world,
      path,
      async (open) => {
        // Nobody has it now: another process could ask.
        if (openings++ > 0) seen.push((await duckDbCounts(path)).events);
        return open();
      },
      { turns: { idleMs: 60_000, holdMs: 0, gapMs: 1 } },
    );
    expect(troubles).toEqual([]);
    expect(openings).toBeGreaterThan(2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBeGreaterThan(0);
    expect(await duckDbCounts(path)).toMatchObject({ events: 135, distinct: 135 });
    world.end();
  }, 30_000);
});
