import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import type { LogEvent, RawRecord } from '../../src/model/event.js';
import { openStore } from '../../src/stores/open.js';
import type { Outcome, Store } from '../../src/stores/store.js';
import { rowsOf } from '../queries/cases.js';
import { opensearchOrSkip, uniquePrefix } from '../services/index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-same-id-'));
});
afterEach(() => rm(folder, { recursive: true }));

const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';
const event = (record: RawRecord, time = '2026-03-02T08:00:00Z'): LogEvent => ({
  id: 'same.111122223333',
  time,
  record: { eventID: 'same', eventTime: time, userIdentity: { accessKeyId }, ...record },
  bytes: 100,
  position: 0,
});

const plain = {
  eventName: 'GetObject',
  sourceIPAddress: '198.51.100.7',
  resources: [{ ARN: 'arn:aws:s3:::one', type: 'AWS::S3::Bucket' }, { type: 'x' }],
  requestParameters: { bucketName: 'one', n: 1.5, list: [{ a: null }] },
  additionalEventData: { odd: true },
  somethingNew: { kept: [1, '2'] },
  managementEvent: false,
};
const others: [string, RawRecord][] = [
  ['a name', { eventName: 'PutObject' }],
  ['a parameter', { requestParameters: { bucketName: 'two', n: 1.5, list: [{ a: null }] } }],
  ['a member more', { errorCode: 'AccessDenied' }],
  ['what no contract knows', { somethingNew: { kept: [1, '3'] } }],
  ['one of its resources', { resources: [{ ARN: 'arn:aws:s3:::one', type: 'AWS::S3::Object' }, { type: 'x' }] }],
];
const refused: Outcome = { refused: expect.stringMatching(/^another record with its eventID/) as never };

for (const kind of ['duckdb', 'opensearch'] as const)
  describe(kind, () => {
    async function withStore(context: Pick<TestContext, 'skip'>, body: (store: Store) => Promise<void>) {
      const location =
        kind === 'duckdb'
          ? `duckdb:${join(folder, 'x.duckdb')}`
          : `opensearch:${opensearchOrSkip(context)}?prefix=${uniquePrefix()}`;
      const store = await openStore(location, 'write');
      try {
        await store.prepare();
        await body(store);
      } finally {
        await store.close();
      }
    }
    const write = (store: Store, ...events: LogEvent[]) => store.write('cloudtrail', events);
    const stored = async (store: Store) => (await rowsOf(store, 'key-owner', { key: accessKeyId }))[0]?.events ?? 0;

    test('the same record under one eventID is one event, whatever was added to it since', async (context) => {
      await withStore(context, async (store) => {
        const enriched = { ...event(plain), enrichment: { 'source.geo.country_iso_code': 'NL' } };
        expect(await write(store, event(plain), event(plain))).toEqual(['stored', 'duplicate']);
        expect(await write(store, enriched, event(plain))).toEqual(['duplicate', 'duplicate']);
        expect(await stored(store)).toBe(1);
      });
    });

    test('a record that says something else under a taken eventID is refused, so that it is kept', async (context) => {
      await withStore(context, async (store) => {
        const records = others.map(([, other]) => event({ ...plain, ...other }));
        expect(await write(store, event(plain), ...records)).toEqual(['stored', ...others.map(() => refused)]);
        for (const [what, other] of others)
          expect(await write(store, event({ ...plain, ...other }), event(plain)), what).toEqual([refused, 'duplicate']);
        expect(await stored(store)).toBe(1);
      });
    });

    test('in another month it is another event', async (context) => {
      await withStore(context, async (store) => {
        const later = event(plain, '2026-04-02T08:00:00Z');
        expect(await write(store, event(plain), later)).toEqual(['stored', 'stored']);
        expect(await write(store, later, event(plain))).toEqual(['duplicate', 'duplicate']);
        const other = event({ ...plain, eventName: 'PutObject' }, '2026-05-02T08:00:00Z');
        expect(await write(store, other)).toEqual(['stored']);
        expect(await stored(store)).toBe(3);
      });
    });
  });
