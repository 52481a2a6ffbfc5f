import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from '../../src/model/question.js';
import { ask } from '../../src/queries/ask.js';
import { closureOf, withClosure } from '../../src/queries/closure.js';
import { allQuestions, questionById } from '../../src/queries/load.js';
import { bindQuestion } from '../../src/queries/parameters.js';
import { runQuestion } from '../../src/queries/run.js';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { ingestAll, readCase, writeCase } from './cases.js';

const now = new Date('2026-03-04T00:00:00Z');
const key = 'AKIAIOSFODNN7EXAMPLE';
let folder: string;
const stores = new Map<string, Store>();

async function storeOf(id: string): Promise<Store> {
  let store = stores.get(id);
  if (!store) {
    store = await openStore(`duckdb:${join(folder, `${id}.duckdb`)}`, 'write');
    stores.set(id, store);
    await writeCase(join(folder, id), await readCase(id));
    await ingestAll(join(folder, id), store);
  }
  return store;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-run-'));
});
afterAll(async () => {
  for (const store of stores.values()) await store.close();
  await rm(folder, { recursive: true });
});

const run = async (id: string, given: Record<string, string>): Promise<Answer> => {
  const texts = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value]]));
  return runQuestion(await storeOf(id), bindQuestion(questionById(id), texts, now));
};

test('a question about the closure finds it by itself', async () => {
  const { rows, params } = await run('survivors', { key, t0: '2026-03-02T10:00:00Z' });
  expect(params.key).toEqual([key, 'ASIAIOSFODNN7EXAMPLE']);
  expect(rows.map((row) => row.access_key_id)).toEqual(['ASIAIOSFODNN7EXAMPLE', key]);
});

test('chain-closure in SQL is the closure that is followed level by level', async () => {
  const store = await storeOf('chain-closure');
  const bound = bindQuestion(questionById('chain-closure'), { key: [key] }, now);
  const { credentials } = await closureOf(store, key);
  const expected = credentials.filter(({ depth }) => depth > 0);
  expect(expected).toHaveLength(4);
  const inSql = await ask(store, bound);
  expect(inSql.map((row) => [row.access_key_id, row.depth, row.path])).toEqual(
    expected.map(({ accessKeyId, depth, path }) => [accessKeyId, depth, path.join(' > ')]),
  );
  // As on an engine that can't.
  const without = { ...bound, question: { ...bound.question, engines: ['trino' as const] } };
  expect(await ask(store, without)).toEqual(inSql);
});

test('an engine that can’t answer says why, and which can', async () => {
  const question = { ...questionById('key-owner'), engines: ['trino' as const], without: 'reasons' };
  const bound = bindQuestion(question, { key: [key] }, now);
  await expect(ask(await storeOf('chain-closure'), bound)).rejects.toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'key-owner can’t be asked of duckdb: reasons'.replace('’', "'"),
    }),
  );
});

test('a key that was never seen still has its account', async () => {
  const { rows } = await run('key-account', { key: 'AKIARTX3GSDSQVZZZZZZ' });
  expect(rows).toMatchObject([{ decoded_account_id: '111122223333', events: 0 }]);
});

test('a baseline needs a beginning, and says how much of it there is', async () => {
  expect(() => bindQuestion(questionById('new-ip'), { key: [key] }, now)).toThrow('new-ip needs from');
  const notes = async (given: Record<string, string>) => (await run('new-ip', given)).coverage.missing.join('\n');
  expect(await notes({ key, from: '2026-03-02', baseline_days: '7' })).not.toMatch(/before 2026-03-02/);
  expect(await notes({ key, from: '2026-03-02', baseline_days: '30' })).toContain(
    'Only 10 of the 30 days before 2026-03-02T00:00:00Z are in the logs: what is new may be only unseen.',
  );
  expect(await notes({ from: '2026-03-02' })).toContain('1 identity made no call in the 30 days before');
  expect(await notes({ from: '2026-02-20', baseline_days: '5' })).toContain(
    'No CloudTrail logs of the 5 days before 2026-02-20T00:00:00Z were ingested: everything counts as new.',
  );
});

test('every question about a key can be asked of its closure', async () => {
  const store = await storeOf('survivors');
  const about = allQuestions().filter((question) => question.key !== 'none');
  expect(about.length).toBeGreaterThan(50);
  for (const question of about) {
    const needed = question.parameters.filter((one) => one.default === undefined);
    const given = Object.fromEntries(
      needed.map(({ name, type }) => [name, [type === 'timestamp' ? '2026-03-02' : '198.51.100.10']]),
    );
    const { scope, ...bound } = bindQuestion(question, { ...given, key: [key], from: ['2026-01-01'] }, now);
    const whole = await withClosure(store, scope);
    expect(whole.keyIds).toHaveLength(2);
    expect(Array.isArray(await ask(store, { ...bound, scope: whole })), question.id).toBe(true);
  }
});
