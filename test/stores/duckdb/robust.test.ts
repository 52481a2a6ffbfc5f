import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allTime } from '../../../src/model/question.js';
import { replay } from '../../../src/pipeline/replay.js';
import { coverageOf } from '../../../src/queries/coverage.js';
import { openStore } from '../../../src/stores/open.js';
import { ingestAll, readCase, rowsOf, writeCase } from '../../queries/cases.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-duckdb-'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = () => join(folder, 'x.duckdb');
const everywhere = { accounts: [], regions: [], keyIds: [] };

async function writeObject(name: string, text: string): Promise<void> {
  const path = join(folder, 's3/AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02');
  await mkdir(path, { recursive: true });
  await writeFile(join(path, `111122223333_CloudTrail_us-east-1_20260302T0800Z_${name}.json.gz`), gzipSync(text));
}

const records = (...times: string[]) =>
  JSON.stringify({
    Records: times.map((eventTime, i) => ({ eventID: `e${i}`, eventTime, recipientAccountId: '111122223333' })),
  });

test('a record with half a surrogate pair breaks no question', async () => {
  const login = { eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin' };
  await writeCase(folder, {
    cloudtrail: [
      { ...login, eventID: 'a', additionalEventData: { LoginTo: '\ud800', MFAUsed: 'No' } },
      { ...login, eventID: 'b', additionalEventData: { MFAUsed: 'Yes' }, responseElements: '\udfff' },
    ],
    asks: [],
  });
  const store = await openStore(`duckdb:${file()}`, 'write');
  await ingestAll(folder, store);
  expect((await rowsOf(store, 'console-logins', {})).map((row) => row.mfa_used)).toEqual(['No', 'Yes']);
  await store.close();
});

test('what could not be read is said, whatever range is asked for, until it has been read', async () => {
  const whole = records('2026-03-02T10:00:00Z', '2026-03-02T10:30:00Z');
  await writeObject('aaaaaaaaaaaaaaaa', whole.slice(0, -30));
  const store = await openStore(`duckdb:${file()}`, 'write');
  expect((await ingestAll(join(folder, 's3'), store)).objects.failed).toBe(1);
  const later = { ...everywhere, from: '2026-03-02T10:20:00Z', to: '2026-03-02T11:00:00Z' };
  expect((await coverageOf(store, later, ['cloudtrail'])).missing.join(' ')).toMatch(/could not be read to the end/);
  await writeObject('aaaaaaaaaaaaaaaa', whole);
  expect((await ingestAll(join(folder, 's3'), store)).records).toEqual({
    read: 2,
    stored: 1,
    duplicates: 1,
    deadLettered: 0,
  });
  const [log] = await store.coverage({ ...everywhere, ...allTime });
  expect(log).toMatchObject({ objects: { done: 1, failed: 0 }, records: { read: 2, deadLettered: 0 } });
  await store.close();
});

test('of two records with one eventID and other content none is lost: the second is a dead letter', async () => {
  const record = (eventName: string, indent?: number) =>
    JSON.stringify({ Records: [{ eventID: 'same', eventTime: '2026-03-02T10:00:00Z', eventName }] }, null, indent);
  const store = await openStore(`duckdb:${file()}`, 'write');
  await writeObject('aaaaaaaaaaaaaaaa', record('GetObject'));
  expect((await ingestAll(join(folder, 's3'), store)).records).toMatchObject({ stored: 1 });
  await writeObject('bbbbbbbbbbbbbbbb', record('PutObject'));
  await writeObject('cccccccccccccccc', record('GetObject', 2));
  const counts = { read: 2, stored: 0, duplicates: 1, deadLettered: 1 };
  expect((await ingestAll(join(folder, 's3'), store)).records).toEqual(counts);
  const [letter] = await store.deadLetters(null, null);
  expect(letter).toMatchObject({ reason: expect.stringMatching(/^another record with its eventID/), eventId: 'same.' });
  expect(JSON.parse(letter!.raw.toString())).toMatchObject({ eventName: 'PutObject' });
  const { letters } = await replay({ store, log: null, now: () => new Date() });
  expect(letters).toEqual({ read: 1, stored: 0, duplicates: 0, left: 1 });
  await store.close();
});

test('an object of nothing but rubbish fails by itself, and not the ingest', async () => {
  await writeObject('aaaaaaaaaaaaaaaa', `{"Records":[${'0,'.repeat(30_000)}0]}`);
  await writeObject('bbbbbbbbbbbbbbbb', records('2026-03-02T10:00:00Z'));
  const store = await openStore(`duckdb:${file()}`, 'write');
  const { records: counts } = await ingestAll(join(folder, 's3'), store);
  expect(counts.stored).toBe(1);
  expect(counts.read).toBe(counts.stored + counts.deadLettered);
  await store.close();
});

test('an object of 0 bytes failed: what was in it is lost', async () => {
  await writeObject('aaaaaaaaaaaaaaaa', records('2026-03-02T10:00:00Z'));
  const path = join(folder, 's3/AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02');
  await writeFile(join(path, '111122223333_CloudTrail_us-east-1_20260302T0800Z_bbbbbbbbbbbbbbbb.json.gz'), '');
  const store = await openStore(`duckdb:${file()}`, 'write');
  const { objects, failures } = await ingestAll(join(folder, 's3'), store);
  expect(objects).toMatchObject({ done: 1, failed: 1 });
  expect(failures[0]?.reason).toMatch(/0 bytes/);
  await store.close();
});

test('a question can be asked of very many keys', async () => {
  await writeCase(folder, await readCase('key-owner'));
  const store = await openStore(`duckdb:${file()}`, 'write');
  await ingestAll(folder, store);
  const keys = Array.from({ length: 60_000 }, (_, i) => `AKIA${String(i).padStart(16, '0')}`);
  const rows = await rowsOf(store, 'key-owner', { key: [...keys, 'ASIAIOSFODNN7EXAMPLE'] });
  expect(rows).toHaveLength(1);
  await store.close();
});

test('a damaged file is said to be damaged, also where its path has the word lock', async () => {
  const path = join(folder, 'blocked.duckdb');
  await (await openStore(`duckdb:${path}`, 'write')).close();
  const handle = await open(path, 'r+');
  await handle.write(Buffer.alloc(64, 0xff), 0, 64, 4112);
  await handle.close();
  const error = await openStore(`duckdb:${path}`, 'read').then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'store_failed' });
  expect(String(error)).not.toMatch(/in use/);
});

test('who comes late to a store that is being closed is told so, and the process lives', async () => {
  const store = await openStore(`duckdb:${file()}`, 'write');
  await store.prepare();
  const coverage = () => store.coverage({ ...everywhere, ...allTime });
  const before = coverage();
  const closing = store.close();
  const late = [coverage(), coverage()];
  const outcomes = Promise.allSettled([before, ...late, closing.then(coverage)]);
  const closed = { status: 'rejected', reason: { code: 'store_failed', message: expect.stringMatching(/closed/) } };
  expect(await outcomes).toMatchObject([{ status: 'fulfilled', value: [] }, closed, closed, closed]);
});
