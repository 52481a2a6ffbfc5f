import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logNames } from '../../src/model/event.js';
import { ingest } from '../../src/pipeline/ingest.js';
import { namingLogs, Sieve } from '../../src/pipeline/sieve.js';
import { closureOf } from '../../src/queries/closure.js';
import { coverageOf } from '../../src/queries/coverage.js';
import { type ObjectSource, openSource } from '../../src/s3/source.js';
import { generateScenario } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { rowsOf } from '../queries/cases.js';
import { opensearchOrSkip, uniquePrefix } from '../services/index.js';

const questions = ['key-owner', 'key-timeline', 'key-clients', 'actions-used', 'resources-touched', 'sts-children'];
const anything = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z', accounts: [], regions: [], keyIds: [] };

let folder: string;
let logs: string;
let key: string;
let closure: string[];
/** Rows of a full ingest, by question. */
const expected = new Map<string, unknown>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-sieve-'));
  logs = join(folder, 's3');
  const scenario = await generateScenario({ directory: logs, seed: 5, events: 6000, flows: 500 });
  key = scenario.incident.keyId;
  closure = JSON.parse(readFileSync(scenario.answers, 'utf8')).closure.map(
    ({ accessKeyId }: { accessKeyId: string }) => accessKeyId,
  );
  await withStore(`duckdb:${join(folder, 'full.duckdb')}`, async (store) => {
    await run(store, logs);
    for (const id of questions) expected.set(id, await rowsOf(store, id, { key: closure }));
  });
});
afterAll(() => rm(folder, { recursive: true }));

async function withStore<T>(location: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(location, 'write');
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const sieveFor = (...keyIds: string[]) =>
  new Sieve({
    keyIds,
    descendants: async (store, ids) => {
      const found = [];
      for (const id of ids) found.push(...(await closureOf(store, id)).credentials);
      return found.map(({ accessKeyId }) => accessKeyId);
    },
  });

/** Ingests a directory; `reads` counts how often objects were read. */
async function run(
  store: Store,
  directory: string,
  sieve?: Sieve,
  only: readonly (typeof logNames)[number][] = logNames,
) {
  const source = await openSource(directory);
  let reads = 0;
  const counting: ObjectSource = {
    description: source.description,
    list: (prefix) => source.list(prefix),
    browse: (prefix) => source.browse(prefix),
    read: (object, signal) => {
      reads++;
      return source.read(object, signal);
    },
    close: () => source.close(),
  };
  try {
    const summary = await ingest({
      source: counting,
      store,
      logs: only,
      now: () => new Date(),
      onProgress: () => undefined,
      ...(sieve ? { sieve } : {}),
    });
    const { read, stored, duplicates, deadLettered } = summary.records;
    expect(read).toBe(stored + duplicates + deadLettered);
    const { seen, done, skipped, failed } = summary.objects;
    expect(seen).toBe(done + skipped + failed);
    return { ...summary, reads };
  } finally {
    await counting.close();
  }
}

const sentence = (keys: string) =>
  expect.stringMatching(`This store is a sieve's: .* name ${keys} and the keys issued`);

async function siftsAll(location: string): Promise<void> {
  await withStore(location, async (store) => {
    const first = await run(store, logs, sieveFor(key));
    expect(first.records.read + first.records.sieved!).toBe(6000);
    expect(first.records).toMatchObject({ duplicates: 0, deadLettered: 0 });
    expect(first.records.read).toBeLessThan(3000);
    expect(first.other['vpcflow (its records name no key)']).toBeGreaterThan(0);
    // The keys came to light, and only some objects were read again for them.
    expect(first.reads).toBeGreaterThan(first.objects.done);
    expect(first.reads).toBeLessThan(2 * first.objects.done);
    expect((await closureOf(store, key)).credentials.map(({ accessKeyId }) => accessKeyId).sort()).toEqual(
      [...closure].sort(),
    );
    for (const id of questions) expect(await rowsOf(store, id, { key: closure }), id).toEqual(expected.get(id));
    const coverage = await coverageOf(store, anything);
    expect(coverage.missing[0]).toEqual(sentence(key));
    expect(coverage.logs[0]).toMatchObject({
      objects: { done: first.objects.done, failed: 0, unfinished: 0 },
      records: { read: first.records.read },
    });

    const second = await run(store, logs, sieveFor(key));
    expect(second).toMatchObject({ reads: 0, objects: { seen: first.objects.seen, skipped: first.objects.seen } });
    await expect(run(store, logs)).rejects.toMatchObject({ code: 'store_mixed', hint: expect.stringMatching(key) });
  });
}

test('a sieve answers like a full ingest, on DuckDB', () => siftsAll(`duckdb:${join(folder, 'sieve.duckdb')}`));

test(
  'a sieve answers like a full ingest, on OpenSearch',
  (context) => siftsAll(`opensearch:${opensearchOrSkip(context)}?prefix=${uniquePrefix()}`),
  120_000,
);

test('a store of whole logs takes no sieve', async () => {
  await withStore(`duckdb:${join(folder, 'full.duckdb')}`, async (store) => {
    await expect(run(store, logs, sieveFor(key))).rejects.toMatchObject({ code: 'store_mixed' });
  });
});

/** A file of these records, as CloudTrail delivers it. */
async function deliver(directory: string, name: string, records: Record<string, unknown>[]): Promise<void> {
  const path = join(directory, `AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/${name}.json.gz`);
  await mkdir(dirname(path), { recursive: true });
  const Records = records.map((record) => ({ eventVersion: '1.11', recipientAccountId: '111122223333', ...record }));
  await writeFile(path, gzipSync(JSON.stringify({ Records })));
}

const call = (eventID: string, accessKeyId: string, issued?: string) => ({
  eventID,
  eventTime: '2026-03-02T08:00:00Z',
  eventSource: issued ? 'sts.amazonaws.com' : 's3.amazonaws.com',
  eventName: issued ? 'AssumeRole' : 'ListBuckets',
  userIdentity: { accessKeyId },
  ...(issued ? { responseElements: { credentials: { accessKeyId: issued } } } : {}),
});

const [a, b, c, other] = [
  'AKIAAAAAAAAAAAAAAAAA',
  'ASIABBBBBBBBBBBBBBBB',
  'ASIACCCCCCCCCCCCCCCC',
  'AKIAZZZZZZZZZZZZZZZZ',
];

const idsIn = async (store: Store, ...keyIds: string[]) =>
  ((await rowsOf(store, 'key-timeline', { key: keyIds })) as { event_id: string }[])
    .map(({ event_id }) => event_id)
    .sort();

test('a chain is followed against the order of the objects, and in those delivered later', async () => {
  const directory = join(folder, 'chain');
  await deliver(directory, '1', [call('uses-c', c), call('other', other)]);
  await deliver(directory, '2', [call('b-to-c', b, c), call('uses-b', b)]);
  await deliver(directory, '3', [call('a-to-b', a, b)]);
  await deliver(directory, '4', [call('other-too', other)]);
  await withStore(`duckdb:${join(folder, 'chain.duckdb')}`, async (store) => {
    const first = await run(store, directory, sieveFor(a));
    expect(first.records).toEqual({ read: 4, stored: 4, duplicates: 0, deadLettered: 0, sieved: 2 });
    // Once more for each key that came to light, where it occurs: 3 and 2 name one, 2 and 1 the other.
    expect(first.reads).toBe(4 + 2 + 2);
    expect(await idsIn(store, a, b, c)).toEqual(['a-to-b', 'b-to-c', 'uses-b', 'uses-c']);

    const late = 'ASIADDDDDDDDDDDDDDDD';
    await deliver(directory, '0', [call('uses-late', late)]);
    const second = await run(store, directory, sieveFor(a));
    expect(second).toMatchObject({ reads: 1, records: { read: 0, sieved: 1 }, objects: { seen: 5, skipped: 4 } });
    await deliver(directory, '5', [call('c-to-late', c, late)]);
    const third = await run(store, directory, sieveFor(a));
    expect(third.records).toMatchObject({ read: 2, stored: 2, duplicates: 0 });
    expect(third.objects).toMatchObject({ seen: 6, failed: 0 });
    expect(await idsIn(store, late)).toEqual(['uses-late']);
    const [line] = (await coverageOf(store, anything)).logs;
    expect(line).toMatchObject({ objects: { done: 6 }, records: { read: 6 } });
  });
});

test('done for one key is not done for another; the store then answers for both', async () => {
  const directory = join(folder, 'two');
  await deliver(directory, '1', [call('one', a), call('two', other), call('neither', 'AKIAYYYYYYYYYYYYYYYY')]);
  await withStore(`duckdb:${join(folder, 'two.duckdb')}`, async (store) => {
    expect((await run(store, directory, sieveFor(a))).records).toMatchObject({ read: 1, stored: 1, sieved: 2 });
    const second = await run(store, directory, sieveFor(other));
    expect(second.records).toMatchObject({ read: 2, stored: 1, duplicates: 1, sieved: 1 });
    expect(await idsIn(store, a, other)).toEqual(['one', 'two']);
    expect((await coverageOf(store, anything)).missing[0]).toEqual(sentence(`${a}, ${other}`));
  });
});

test('an object that breaks off gives what can be read, for keys that come to light later too', async () => {
  const directory = join(folder, 'broken');
  await deliver(directory, '1', [call('uses-b', b), call('uses-a', a), call('other', other)]);
  await deliver(directory, '2', [call('a-to-b', a, b)]);
  const path = join(directory, 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/1.json.gz');
  await writeFile(
    path,
    gzipSync(`{"Records":[${JSON.stringify(call('uses-b', b))},${JSON.stringify(call('uses-a', a))},{"even`),
  );
  await withStore(`duckdb:${join(folder, 'broken.duckdb')}`, async (store) => {
    const { objects, failures } = await run(store, directory, sieveFor(a));
    expect(objects).toEqual({ seen: 2, done: 1, skipped: 0, failed: 1 });
    expect(failures).toHaveLength(1);
    expect(await idsIn(store, a, b)).toEqual(['a-to-b', 'uses-a', 'uses-b']);
  });
});

test('only the days, accounts and Regions asked for are read; the rest of a day is kept', async () => {
  const directory = join(folder, 'days');
  await cp(logs, directory, { recursive: true });
  await deliver(directory, 'late', [call('of-the-day-before', a)]);
  await withStore(`duckdb:${join(folder, 'days.duckdb')}`, async (store) => {
    const source = await openSource(directory);
    const summary = await ingest({
      source,
      store,
      sieve: sieveFor(a),
      logs: namingLogs,
      select: {
        from: '2026-03-02T12:00:00Z',
        to: '2026-03-02T13:00:00Z',
        accounts: ['111122223333'],
        regions: ['us-east-1'],
      },
      now: () => new Date(),
      onProgress: () => undefined,
    });
    await source.close();
    expect(summary.records).toMatchObject({ stored: 1 });
    const [covered] = await store.coverage(anything);
    expect(covered).toMatchObject({ accounts: ['111122223333'], regions: ['us-east-1'] });
    expect(await idsIn(store, a)).toEqual(['of-the-day-before']);
  });
});

test('flow logs are read whole when they alone are asked for', async () => {
  await withStore(`duckdb:${join(folder, 'flows.duckdb')}`, async (store) => {
    const { records } = await run(store, logs, sieveFor(a), ['vpcflow']);
    expect(records).toMatchObject({ read: 500, stored: 500, sieved: 0 });
    expect((await coverageOf(store, anything)).missing[0]).toEqual(sentence(a));
    expect((await run(store, logs, sieveFor(other), ['vpcflow'])).reads, 'done, whatever the key').toBe(0);
  });
});
