import { expect, test } from 'vitest';
import type { DeadLetter, LedgerEntry } from '../../../src/model/object.js';
import type { Scope } from '../../../src/model/question.js';
import { opensearchOrSkip } from '../../services/index.js';
import { call, withStore } from './node.js';

const entry = (id: string, over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id,
  bucket: 'logs',
  key: `AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/${id}.json.gz`,
  version: 'v',
  size: 100,
  log: 'cloudtrail',
  account: '111122223333',
  region: 'us-east-1',
  day: '2026-03-02',
  flowLog: null,
  state: 'done',
  worker: null,
  leaseUntil: null,
  delivered: '2026-03-02T08:05:00.000Z',
  lag: 300,
  reason: null,
  sieve: null,
  lookedFor: null,
  read: 10,
  stored: 10,
  duplicates: 0,
  deadLettered: 0,
  dataEvents: 2,
  skipData: 0,
  firstEvent: '2026-03-02T08:00:00Z',
  lastEvent: '2026-03-02T09:00:00Z',
  hours: [
    { hour: '2026-03-02T08:00:00Z', records: 9 },
    { hour: '2026-03-02T09:00:00Z', records: 1 },
  ],
  updated: '2026-03-03T00:00:00.123Z',
  ...over,
});

const everything: Scope = {
  from: '0001-01-01T00:00:00Z',
  to: '9999-12-31T23:59:59Z',
  accounts: [],
  regions: [],
  keyIds: [],
};

const claimed = (id: string, worker: string, over: Partial<LedgerEntry> = {}): LedgerEntry =>
  entry(id, {
    state: 'claimed',
    worker,
    leaseUntil: '2026-03-03T00:01:00Z',
    firstEvent: null,
    lastEvent: null,
    ...over,
  });

test('a claim takes what is new, failed or free, and names what stands in the way', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const nobody = () => false;
    expect(await store.claim([claimed('a', 'one')], nobody)).toEqual(new Map());
    expect(await store.claim([claimed('a', 'two'), claimed('b', 'two')], nobody)).toEqual(
      new Map([['a', claimed('a', 'one')]]),
    );
    const failed = entry('b', {
      state: 'failed',
      reason: 'x'.repeat(100_000),
      key: 'k'.repeat(1024),
      day: '2026-99-99',
    });
    await store.record([entry('a'), failed]);
    expect(await store.claim([claimed('a', 'three'), claimed('b', 'three')], nobody)).toEqual(
      new Map([['a', entry('a')]]),
    );
    const free = ({ worker }: LedgerEntry) => worker === 'three';
    expect(await store.claim([claimed('b', 'four')], free)).toEqual(new Map());
    expect(await store.claim([claimed('b', 'five')], nobody)).toEqual(new Map([['b', claimed('b', 'four')]]));
    expect(await store.claim([], nobody)).toEqual(new Map());
  });
});

test('of many workers that claim the same objects at once, one gets each', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const ids = Array.from({ length: 300 }, (_, place) => `id-${place}`);
    const workers = ['one', 'two', 'three', 'four'];
    const inTheWay = await Promise.all(
      workers.map((worker) =>
        store.claim(
          ids.map((id) => claimed(id, worker)),
          () => false,
        ),
      ),
    );
    for (const id of ids) {
      const winners = workers.filter((_, place) => !inTheWay[place]!.has(id));
      expect(winners).toHaveLength(1);
      for (const others of inTheWay) expect(others.get(id)?.worker ?? winners[0]).toBe(winners[0]);
    }
  });
});

test('thousands of entries in one go', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const entries = Array.from({ length: 2500 }, (_, place) => entry(`id-${place}`));
    await store.record(entries);
    expect((await store.claim(entries, () => false)).size).toBe(2500);
  });
});

test('a dead letter keeps its bytes; a second attempt overwrites it', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    const raw = Buffer.alloc(1024 * 1024, Buffer.from([0, 0xff, 0xfe, 0x22]));
    const letter: DeadLetter = {
      id: 'l', eventId: null, bucket: 'b', key: 'k', version: 'v', log: 'vpcflow', account: null, region: null,
      position: 3, reason: 'odd', raw, whole: false, header: 'version srcaddr', time: '2026-03-02T08:00:00Z',
    }; // biome-ignore format: one letter
    await store.writeDeadLetters([letter]);
    await store.writeDeadLetters([{ ...letter, reason: 'still odd' }]);
    const { body } = await call(node, 'GET', `/${prefix}-keytrail-dead-letters/_doc/l`);
    expect(body._version).toBe(2);
    expect(body._source).toMatchObject({ reason: 'still odd', position: 3 });
    expect(Buffer.from(body._source.raw, 'base64').equals(raw)).toBe(true);
  });
});

test('coverage says what was read for a scope', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    expect(await store.coverage(everything)).toEqual([]);
    await store.record([
      entry('1'),
      entry('2', {
        account: '444455556666',
        region: 'eu-west-1',
        firstEvent: '2026-03-01T00:00:00Z',
        lastEvent: '2026-03-01T00:00:00Z',
      }),
      entry('3', {
        state: 'failed',
        read: 0,
        deadLettered: 0,
        dataEvents: 0,
        firstEvent: null,
        lastEvent: null,
        reason: 'cut',
      }),
      entry('4', {
        state: 'claimed',
        read: 0,
        deadLettered: 0,
        dataEvents: 0,
        firstEvent: null,
        lastEvent: null,
        account: null,
      }),
      entry('5', { log: 'vpcflow', skipData: 4, dataEvents: 0 }),
    ]);
    const cloudtrail = {
      log: 'cloudtrail',
      objects: { done: 2, failed: 1, unfinished: 1 },
      records: { read: 20, deadLettered: 0 },
      firstEvent: '2026-03-01T00:00:00Z',
      lastEvent: '2026-03-02T09:00:00Z',
      accounts: ['111122223333', '444455556666'],
      regions: ['eu-west-1', 'us-east-1'],
      dataEvents: 4,
      skipData: 0,
    };
    const vpcflow = {
      log: 'vpcflow',
      objects: { done: 1, failed: 0, unfinished: 0 },
      records: { read: 10, deadLettered: 0 },
      firstEvent: '2026-03-02T08:00:00Z',
      lastEvent: '2026-03-02T09:00:00Z',
      accounts: ['111122223333'],
      regions: ['us-east-1'],
      dataEvents: 0,
      skipData: 4,
    };
    expect(await store.coverage(everything)).toEqual([cloudtrail, vpcflow]);
    // An object without events may be what is missing.
    const [later] = await store.coverage({ ...everything, from: '2026-03-02T09:00:00Z' });
    expect(later).toMatchObject({ objects: { done: 1, failed: 1, unfinished: 1 }, accounts: ['111122223333'] });
    const [earlier] = await store.coverage({ ...everything, to: '2026-03-02T08:00:00Z' });
    expect(earlier).toMatchObject({
      objects: { done: 1, failed: 1, unfinished: 1 },
      lastEvent: '2026-03-01T00:00:00Z',
    });
    // A dead letter, too, may be of any time.
    await store.record([
      entry('6', { deadLettered: 1, firstEvent: '2020-01-01T00:00:00Z', lastEvent: '2020-01-01T00:00:00Z' }),
    ]);
    const [withLetters] = await store.coverage({ ...everything, from: '2026-03-02T09:00:00Z' });
    expect(withLetters).toMatchObject({ objects: { done: 2 }, records: { deadLettered: 1 } });
    const elsewhere = await store.coverage({ ...everything, accounts: ['444455556666'], regions: ['eu-west-1'] });
    expect(elsewhere).toMatchObject([{ log: 'cloudtrail', objects: { done: 1, failed: 0, unfinished: 0 } }]);
  });
});
