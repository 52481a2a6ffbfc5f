import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateScenario } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import { opensearchOrSkip, uniquePrefix } from '../services/index.js';
import { ingestAll, rowsOf } from './cases.js';

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

test('100,000 events and as many flow rows on DuckDB: the known answers', () =>
  expectAnswers(`duckdb:${join(folder, 'size.duckdb')}`));

test('100,000 events and as many flow rows on OpenSearch: the known answers', (context) =>
  expectAnswers(`opensearch:${opensearchOrSkip(context)}?prefix=${uniquePrefix()}`));
