import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { generateScenario } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import { opensearchOrSkip, uniquePrefix } from '../services/index.js';
import { ingestAll, rowsOf } from './cases.js';
import { asksOf } from './others.js';

const events = 100_000;
const flows = 100_000;

let folder: string;
let answers: Record<string, { params: Record<string, string>; keyIds: string[]; rows: unknown }[]>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-size-'));
  const scenario = await generateScenario({ directory: join(folder, 's3'), seed: 5, events, flows });
  answers = JSON.parse(readFileSync(scenario.answers, 'utf8')).questions;
});
afterAll(() => rm(folder, { recursive: true }));

async function expectAnswers(location: string): Promise<void> {
  const store = await openStore(location, 'write');
  try {
    const { records } = await ingestAll(join(folder, 's3'), store);
    expect(records).toEqual({ read: events + flows, stored: events + flows, duplicates: 0, deadLettered: 0 });
    for (const [id, runs] of Object.entries(answers))
      for (const { params, keyIds, rows } of runs)
        expect(await rowsOf(store, id, { ...params, ...(keyIds.length > 0 ? { key: keyIds } : {}) }), id).toEqual(rows);
  } finally {
    await store.close();
  }
}

const prefix = uniquePrefix();
const inDuckDb = () => `duckdb:${join(folder, 'size.duckdb')}`;
const inOpenSearch = (context: TestContext) => `opensearch:${opensearchOrSkip(context)}?prefix=${prefix}`;

test('100,000 events and as many flow rows on DuckDB: the known answers', () => expectAnswers(inDuckDb()));

test('100,000 events and as many flow rows on OpenSearch: the known answers', (context) =>
  expectAnswers(inOpenSearch(context)));

test('every question of the pack, of all that: the same rows on both', async (context) => {
  const [duckdb, opensearch] = await Promise.all([
    openStore(inDuckDb(), 'read'),
    openStore(inOpenSearch(context), 'read'),
  ]);
  try {
    const keys = [...new Set(Object.values(answers).flatMap((runs) => runs.flatMap(({ keyIds }) => keyIds)))].sort();
    let rows = 0;
    for (const { id, params } of await asksOf(duckdb, keys)) {
      const expected = await rowsOf(duckdb, id, params);
      rows += expected.length;
      expect(await rowsOf(opensearch, id, params), `${id} ${JSON.stringify(params)}`).toEqual(expected);
    }
    expect(rows).toBeGreaterThan(5000);
  } finally {
    await duckdb.close();
    await opensearch.close();
  }
}, 600_000);
