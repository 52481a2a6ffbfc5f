import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contractOf } from '../../../src/model/contract.js';
import { allTime } from '../../../src/model/question.js';
import { openStore } from '../../../src/stores/open.js';
import type { Store } from '../../../src/stores/store.js';
import { runCli } from '../../cli/run-cli.js';
import { ingestAll, rowsOf } from '../../queries/cases.js';

// Files that older schemas left, and the objects that they were filled from.
const fixtures = 'test/stores/fixtures';
const key = ['AKIAIOSFODNN7EXAMPLE'];
const everywhere = { accounts: [], regions: [], keyIds: [], ...allTime };

let folder: string;
let file: string;
const leave = async (schema: number): Promise<void> =>
  writeFile(file, gunzipSync(await readFile(`${fixtures}/schema-${schema}.duckdb.gz`)));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-migrate-'));
  file = join(folder, 'old.duckdb');
  await leave(1);
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = async (): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

async function withStore<T>(path: string, mode: 'read' | 'write', work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(`duckdb:${path}`, mode);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function sql(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

test('a question changes no file of an older schema, and says how to bring it up to date', async () => {
  const before = await bytes();
  const store = `duckdb:${file}`;
  const asked = await runCli(['query', 'run', 'key-owner', '--store', store]);
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain(
    `is of an older keytrail (schema 1). Bring it up to date: keytrail replay --store ${store};`,
  );
  expect(await bytes()).toBe(before);

  const replayed = await runCli(['replay', '--store', store, '--format', 'json']);
  expect(JSON.parse(replayed.stdout).letters).toMatchObject({ read: 1, left: 1 });
  expect((await runCli(['query', 'run', 'key-owner', '--store', store])).code).toBe(0);
});

test('a file of schema 1 answers as one that was filled today, and goes on', async () => {
  const fresh = join(folder, 'fresh.duckdb');
  const answers = (store: Store) =>
    Promise.all([
      rowsOf(store, 'key-owner', { key }),
      rowsOf(store, 'key-timeline', { key }),
      store.coverage(everywhere),
      store.streams({ ...everywhere, logs: ['cloudtrail', 'vpcflow'], lateAfter: 3600 }),
    ]);
  await withStore(fresh, 'write', (store) => ingestAll(`${fixtures}/trail`, store));
  await withStore(file, 'write', (store) => store.prepare());
  const [owner, timeline, coverage, streams] = await withStore(file, 'read', answers);
  const [ownerToday, timelineToday, coverageToday, streamsToday] = await withStore(fresh, 'read', answers);
  expect(owner).toEqual(ownerToday);
  // Enrichment is of the time when an event is read.
  const told = (rows: typeof timeline) => rows.map(({ event_time, event_name }) => ({ event_time, event_name }));
  expect(told(timeline)).toEqual(told(timelineToday));
  expect(timeline).toHaveLength(4);
  expect(coverage).toEqual(coverageToday);
  // What was not noted then is not made up: the lag of a file. The hour of one that lies in one hour is known.
  const uncounted = { lastDelivered: null, lag: null, late: 0 };
  expect(streams.map((stream) => ({ ...stream, ...uncounted }))).toEqual(
    streamsToday.map((stream) => ({ ...stream, ...uncounted })),
  );

  await withStore(file, 'write', async (store) => {
    const [letter] = await store.deadLetters(null, null);
    expect(letter).toMatchObject({ whole: true, eventId: null, reason: expect.stringMatching(/^eventTime is not/) });
    // The same logs from another place: each event is there. Only a flow was called after the name of its file, .gz
    // and all, so that one that is read again is another.
    const { records } = await ingestAll(`${fixtures}/trail`, store);
    expect(records).toEqual({ read: 6, stored: 1, duplicates: 4, deadLettered: 1 });
  });
});

test('a file of schema 2 answers as one that was filled today, and goes on', async () => {
  await leave(2);
  const fresh = join(folder, 'fresh.duckdb');
  await withStore(fresh, 'write', (store) => ingestAll(`${fixtures}/trail`, store));
  await withStore(file, 'write', (store) => store.prepare());
  const answers = (store: Store) =>
    Promise.all([
      rowsOf(store, 'key-timeline', { key }),
      store.coverage(everywhere),
      store.streams({ ...everywhere, logs: ['cloudtrail', 'vpcflow'], lateAfter: 3600 }),
      ...['111122223333', '444455556666'].map((account) => rowsOf(store, 'dead-letters', { accounts: [account] })),
    ]);
  const then = await withStore(file, 'read', answers);
  const today = await withStore(fresh, 'read', answers);
  expect(then[0]).toHaveLength(4);
  expect(then.slice(0, -2)).toEqual(today.slice(0, -2));
  // A letter is of the account and the Region of its object, as one that is kept today.
  expect(then.at(-2)).toMatchObject([{ account_id: '111122223333', region: 'us-east-1', letters: 1 }]);
  expect(then.at(-1)).toEqual([]);

  const { records } = await withStore(file, 'write', (store) => ingestAll(`${fixtures}/trail`, store));
  expect(records).toEqual({ read: 6, stored: 0, duplicates: 5, deadLettered: 1 });
});

test('what can’t be brought up to date stays what it was', async () => {
  await sql(`CREATE VIEW ${contractOf('guardduty').table} AS SELECT 1 AS somebodys`);
  await expect(withStore(file, 'write', (store) => store.prepare())).rejects.toMatchObject({ code: 'store_failed' });
  await expect(withStore(file, 'read', async () => undefined)).rejects.toMatchObject({ code: 'store_version' });
  await sql(`DROP VIEW ${contractOf('guardduty').table}`);
  await withStore(file, 'write', (store) => store.prepare());
  await withStore(file, 'read', async (store) => expect(await store.coverage(everywhere)).toHaveLength(2));
});

test.for(['0', '99', 'new'])('a file of schema %s is refused and left alone', async (schema) => {
  await sql(`UPDATE keytrail_meta SET value = '${schema}'`);
  const before = await bytes();
  await expect(withStore(file, 'write', (store) => store.prepare())).rejects.toMatchObject({
    code: 'store_version',
    hint: expect.stringContaining('the keytrail that wrote it'),
  });
  await expect(withStore(file, 'read', async () => undefined)).rejects.toMatchObject({ code: 'store_version' });
  expect(await bytes()).toBe(before);
});
