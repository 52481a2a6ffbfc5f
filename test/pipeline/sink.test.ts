import { expect, test } from 'vitest';
import type { LogEvent } from '../../src/model/event.js';
import { ObjectRun } from '../../src/pipeline/object-run.js';
import { Sink } from '../../src/pipeline/sink.js';
import { Worker } from '../../src/pipeline/worker.js';
import type { Store } from '../../src/stores/store.js';
import { originOf } from '../logs/collect.js';

const megabyte = 1024 * 1024;
const writesAtOnce = 2;

/** A store whose writes end when they are told to. */
function heldStore() {
  const writes: { events: readonly LogEvent[]; finish: () => void }[] = [];
  const store = {
    batches: { events: 4000, bytes: 2 * megabyte, inFlight: writesAtOnce },
    write: (_log: string, events: readonly LogEvent[]) =>
      new Promise((resolve) => {
        writes.push({ events, finish: () => resolve(events.map(() => 'stored')) });
      }),
    record: async () => undefined,
  } as unknown as Store;
  return { store, writes };
}

const event = (number: number, bytes: number): LogEvent => ({
  id: `id-${number}`,
  time: '2026-03-02T12:00:00Z',
  record: {},
  bytes,
  position: number,
});

const runOf = (key: string) =>
  new ObjectRun(
    { bucket: 'b', key, version: '1', size: 1, lastModified: '2026-03-02T12:00:00Z' },
    originOf('cloudtrail'),
    new Worker(),
  );

/** Every promise that can go on has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test.each([
  ['large records', 512 * 1024, 4],
  ['small ones', 100, 4000],
])('a batch of %s is cut by what it holds', async (_what, bytes, expected) => {
  const { store, writes } = heldStore();
  const sink = new Sink(
    store,
    () => new Date(),
    () => undefined,
  );
  const run = runOf('a');
  for (let number = 0; writes.length === 0; number++) await sink.event(run, event(number, bytes));
  expect(writes[0]!.events).toHaveLength(expected);
  writes[0]!.finish();
});

test('a store that does not answer holds every reader back, however many there are', async () => {
  const { store, writes } = heldStore();
  const sink = new Sink(
    store,
    () => new Date(),
    () => undefined,
  );
  const total = 200;
  let taken = 0;
  const readers = Array.from({ length: 16 }, async (_, reader) => {
    const run = runOf(`object-${reader}`);
    for (let number = 0; number < total; number++) {
      await sink.event(run, event(reader * total + number, megabyte / 4));
      taken++;
    }
    await sink.end(run, null);
  });
  await settled();
  // Two batches of 2 MB are being written, a third is full: nobody begins a fourth.
  expect(writes).toHaveLength(writesAtOnce);
  const held = taken;
  expect(held).toBeLessThanOrEqual(3 * 8);
  await settled();
  expect(taken).toBe(held);

  const all = Promise.all(readers).then(() => sink.flush());
  let ended = false;
  void all.then(() => {
    ended = true;
  });
  let finished = 0;
  while (!ended) {
    for (; finished < writes.length; finished++) writes[finished]!.finish();
    await settled();
  }
  expect(taken).toBe(16 * total);
  const ids = writes.flatMap(({ events }) => events.map(({ id }) => id));
  expect(new Set(ids).size).toBe(16 * total);
});
