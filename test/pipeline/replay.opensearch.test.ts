import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { type DeadLetter, type LedgerEntry, objectId } from '../../src/model/object.js';
import { allTime } from '../../src/model/question.js';
import { replay } from '../../src/pipeline/replay.js';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { ingestAll, rowsOf, writeCase } from '../queries/cases.js';
import { opensearchOrSkip, uniquePrefix } from '../services/index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-replay-'));
});
afterEach(() => rm(folder, { recursive: true }));

const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';
const call = (more: Record<string, unknown>) => ({ userIdentity: { accessKeyId }, ...more });

const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const row = (start: number | string) =>
  `2 111122223333 eni-1 198.51.100.7 10.0.0.5 50000 22 6 1 40 ${start} 1772440060 ACCEPT OK`;
/** The same row, the other way round. */
const odd = (names: string) => names.split(' ').reverse().join(' ');

/** Seven records of which four can't be read. */
const logs = {
  cloudtrail: [call({}), call({ eventTime: 'noon' }), call({ eventTime: 'one' }), call({ eventTime: '' })],
  vpcflow: [odd(header), odd(row('soon')), odd(row(1772440000)), header, row(1772440001), ''].join('\n'),
  asks: [],
};

async function lettersOf(store: Store): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  let page = await store.deadLetters(null, null);
  while (page.length > 0) {
    letters.push(...page);
    page = await store.deadLetters(null, page.at(-1)!);
  }
  return letters;
}

/** Puts into the letters what a keytrail that reads more would find readable. */
async function mend(store: Store, pattern: RegExp, by: string): Promise<number> {
  const mended = (await lettersOf(store)).flatMap((letter) => {
    const text = letter.raw.toString();
    return pattern.test(text) ? [{ ...letter, raw: Buffer.from(text.replace(pattern, by)) }] : [];
  });
  await store.writeDeadLetters(mended);
  return mended.length;
}

const lines = async (store: Store): Promise<LedgerEntry[]> => {
  const letters = await lettersOf(store);
  return [...(await store.entries(letters.map(objectId))).values()].sort((a, b) => (a.log < b.log ? -1 : 1));
};

const coverage = (store: Store) => store.coverage({ ...allTime, accounts: [], regions: [], keyIds: [] });
const now = () => new Date('2026-03-05T00:00:00Z');
const again = (store: Store) => replay({ store, log: null, now });

for (const kind of ['duckdb', 'opensearch'] as const)
  describe(kind, () => {
    async function withStore(context: Pick<TestContext, 'skip'>, body: (store: Store) => Promise<void>) {
      const location =
        kind === 'duckdb'
          ? `duckdb:${join(folder, 'x.duckdb')}`
          : `opensearch:${opensearchOrSkip(context)}?prefix=${uniquePrefix()}`;
      const store = await openStore(location, 'write');
      try {
        await writeCase(join(folder, 's3'), logs);
        expect((await ingestAll(join(folder, 's3'), store)).records).toMatchObject({ read: 7, deadLettered: 4 });
        await body(store);
      } finally {
        await store.close();
      }
    }

    test('what still can’t be read stays as it is, and says why', async (context) => {
      await withStore(context, async (store) => {
        const before = await lettersOf(store);
        expect(before.map(({ log, position }) => `${log} ${position}`)).toEqual([
          'cloudtrail 1',
          'cloudtrail 2',
          'cloudtrail 3',
          'vpcflow 0',
        ]);
        const summary = await again(store);
        expect(summary.letters).toEqual({ read: 4, stored: 0, duplicates: 0, left: 4 });
        expect(summary.reasons).toEqual({
          'eventTime is not an ISO 8601 time with its offset from UTC': 3,
          'start is not a whole number': 1,
        });
        expect(await lettersOf(store)).toEqual(before);
      });
    });

    test('what can be read by now is stored, leaves the letters, and is in answers and counts', async (context) => {
      await withStore(context, async (store) => {
        expect(await mend(store, /noon|one/, '2026-03-02T11:00:00Z')).toBe(2);
        expect(await mend(store, /soon/, '1772446000')).toBe(1);
        const entries = await lines(store);
        const summary = await again(store);
        expect(summary.letters).toEqual({ read: 4, stored: 3, duplicates: 0, left: 1 });
        expect(await rowsOf(store, 'key-owner', { key: accessKeyId })).toMatchObject([{ events: 3 }]);
        expect(await rowsOf(store, 'internet-accepted', {})).not.toEqual([]);
        const after = await store.entries(entries.map(({ id }) => id));
        expect(after.get(entries[0]!.id)).toMatchObject({
          read: 4,
          stored: 3,
          duplicates: 0,
          deadLettered: 1,
          lastEvent: '2026-03-02T11:00:00Z',
          hours: [
            { hour: '2026-03-02T08:00:00Z', records: 1 },
            { hour: '2026-03-02T11:00:00Z', records: 2 },
          ],
        });
        expect(after.get(entries[1]!.id)).toMatchObject({ read: 3, stored: 3, deadLettered: 0 });
        expect((await lettersOf(store)).map(({ position }) => position)).toEqual([3]);
        expect((await again(store)).letters).toEqual({ read: 1, stored: 0, duplicates: 0, left: 1 });
      });
    });

    test('a replay that died in between is made good by the next one', async (context) => {
      await withStore(context, async (store) => {
        await mend(store, /noon|one/, '2026-03-02T11:00:00Z');
        const letters = await lettersOf(store);
        const entries = await lines(store);
        await again(store);
        // It died before the letters were taken away …
        await store.writeDeadLetters(letters);
        expect((await again(store)).letters).toEqual({ read: 4, stored: 0, duplicates: 2, left: 2 });
        const [id] = entries.map((entry) => entry.id);
        const whole = { read: 4, stored: 3, duplicates: 0, deadLettered: 1 };
        expect((await store.entries([id!])).get(id!)).toMatchObject(whole);
        // … or before the ledger was written.
        await store.writeDeadLetters(letters);
        await store.record(entries);
        await again(store);
        expect((await store.entries([id!])).get(id!)).toMatchObject({ ...whole, stored: 1, duplicates: 2 });
        expect(await rowsOf(store, 'key-owner', { key: accessKeyId })).toMatchObject([{ events: 3 }]);
        expect((await coverage(store)).map(({ records }) => records)).toEqual([
          { read: 4, deadLettered: 1 },
          { read: 3, deadLettered: 1 },
        ]);
      });
    });

    test('of an object’s beginning nothing is made', async (context) => {
      await withStore(context, async (store) => {
        await mend(store, /noon/, '2026-03-02T11:00:00Z');
        const [letter] = await lettersOf(store);
        await store.writeDeadLetters([{ ...letter!, whole: false }]);
        const { letters, reasons } = await again(store);
        expect(letters).toMatchObject({ stored: 0, left: 4 });
        expect(reasons['only its beginning was kept: ingest the object again']).toBe(1);
      });
    });

    test('thousands of letters, page after page, each once', async (context) => {
      await withStore(context, async (store) => {
        const [letter] = await lettersOf(store);
        const many = Array.from({ length: 2500 }, (_, i) => ({
          ...letter!,
          id: `many-${i}`,
          key: letter!.key.replace('aaaaaaaaaaaaaaaa', i < 1700 ? 'bbbbbbbbbbbbbbbb' : 'cccccccccccccccc'),
          position: i,
          raw: Buffer.from(JSON.stringify({ eventID: `many-${i}`, eventTime: '2026-03-02T12:00:00Z' })),
        }));
        await store.writeDeadLetters(many);
        expect((await again(store)).letters).toEqual({ read: 2504, stored: 2500, duplicates: 0, left: 4 });
        expect(await lettersOf(store)).toHaveLength(4);
      });
    });
  });
