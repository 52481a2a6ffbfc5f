import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logNames } from '../../src/model/event.js';
import type { LedgerEntry } from '../../src/model/object.js';
import { allTime } from '../../src/model/question.js';
import type { StreamScope } from '../../src/model/stream.js';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { opensearchOrSkip, uniquePrefix } from '../services/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-streams-'));
});
afterAll(() => rm(folder, { recursive: true }));

const hour = (number: number) => new Date(Date.parse('2026-03-02T00:00:00Z') + number * 3_600_000).toISOString();
const time = (number: number) => hour(number).replace('.000', '');

/** An object whose records lie in some hours, two in each. */
function entry(id: string, hours: number[], over: Partial<LedgerEntry> = {}): LedgerEntry {
  const read = hours.length * 2;
  return {
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
    delivered: hours.length > 0 ? hour(hours.at(-1)! + 1) : null,
    lag: hours.length > 0 ? (hours.at(-1)! + 1 - hours[0]!) * 3600 : null,
    reason: null,
    sieve: null,
    lookedFor: null,
    read,
    stored: read,
    duplicates: 0,
    deadLettered: 0,
    dataEvents: 1,
    skipData: 0,
    firstEvent: hours.length > 0 ? time(hours[0]!) : null,
    lastEvent: hours.length > 0 ? time(hours.at(-1)! + 0.5) : null,
    hours: hours.map((number) => ({ hour: time(number), records: 2 })),
    updated: hour(100),
    ...over,
  };
}

const flow = (flowLog: string) =>
  ({ log: 'vpcflow', flowLog, dataEvents: 0, skipData: 1, delivered: null, lag: null }) as const;
const entries = [
  entry('a', [0, 1]),
  entry('b', [1, 2, 5], { deadLettered: 3, read: 9 }),
  entry('c', [], { state: 'failed', reason: 'cut off' }),
  entry('d', [3], { state: 'claimed', worker: 'w', leaseUntil: hour(200) }),
  entry('e', [4], { region: 'eu-west-1', duplicates: 2, stored: 0 }),
  entry('f', [4], { account: null, region: null }),
  entry('g', [0, 1], flow('fl-b')),
  entry('h', [0], flow('fl-a')),
  entry('i', [1], flow('fl-a')),
  entry('j', [20_000], { log: 'config' }),
];

const everything: StreamScope = { ...allTime, accounts: [], regions: [], logs: logNames, lateAfter: 7200 };
const scopes: [string, Partial<StreamScope>][] = [
  ['everything', {}],
  ['a time', { from: time(1.5), to: time(5) }],
  ['an account and a Region', { accounts: ['111122223333'], regions: ['us-east-1'] }],
  ['one log', { logs: ['vpcflow'] }],
  ['nothing', { accounts: ['999999999999'] }],
];

test('both stores say the same of their streams', async (context) => {
  const stores: Store[] = [
    await openStore(`duckdb:${join(folder, 'x.duckdb')}`, 'write'),
    await openStore(`opensearch:${opensearchOrSkip(context)}?prefix=${uniquePrefix()}`, 'write'),
  ];
  try {
    for (const store of stores) {
      await store.prepare();
      expect(await store.streams(everything)).toEqual([]);
      await store.record(entries);
    }
    for (const [name, scope] of scopes) {
      const [one, other] = await Promise.all(stores.map((store) => store.streams({ ...everything, ...scope })));
      expect(one, name).toEqual(other);
    }
    const streams = await stores[0]!.streams(everything);
    expect(streams.map(({ log, account, region, flowLog }) => [log, account, region, flowLog])).toEqual([
      ['cloudtrail', null, null, null],
      ['cloudtrail', '111122223333', 'eu-west-1', null],
      ['cloudtrail', '111122223333', 'us-east-1', null],
      ['config', '111122223333', 'us-east-1', null],
      ['vpcflow', '111122223333', 'us-east-1', 'fl-a'],
      ['vpcflow', '111122223333', 'us-east-1', 'fl-b'],
    ]);
    expect(streams[2]).toMatchObject({
      objects: { done: 2, failed: 1, unfinished: 1 },
      records: { read: 15, stored: 12, duplicates: 0, deadLettered: 3 },
      firstEvent: time(0),
      lastEvent: time(5.5),
      lastDelivered: hour(6),
      lag: { mean: 9600, max: 18_000 },
      late: 1,
      hours: [
        { hour: time(0), objects: 1, records: 2 },
        { hour: time(1), objects: 2, records: 4 },
        { hour: time(2), objects: 1, records: 2 },
        { hour: time(3), objects: 1, records: 2 },
        { hour: time(5), objects: 1, records: 2 },
      ],
    });
    const [scoped] = await stores[0]!.streams({ ...everything, ...scopes[1]![1], regions: ['us-east-1'] });
    expect(scoped!.hours.map(({ hour: start }) => start)).toEqual([time(1), time(2), time(3)]);
    for (const store of stores) expect(await store.failures(5)).toEqual([entries[2]]);
  } finally {
    for (const store of stores) await store.close();
  }
});

test('more streams and hours than OpenSearch answers with at once', async (context) => {
  const store = await openStore(`opensearch:${opensearchOrSkip(context)}?prefix=${uniquePrefix()}`, 'write');
  try {
    await store.prepare();
    // Five years of hours, so that a page holds one stream.
    const long = Array.from({ length: 240 }, (_, i) => i * 200);
    await store.record(['a', 'b', 'c'].map((id) => entry(id, long, { region: `us-east-${id}` })));
    const streams = await store.streams(everything);
    expect(streams.map(({ region, hours }) => [region, hours.length])).toEqual([
      ['us-east-a', 240],
      ['us-east-b', 240],
      ['us-east-c', 240],
    ]);
  } finally {
    await store.close();
  }
});
