import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allTime } from '../../src/model/question.js';
import { closureOf } from '../../src/queries/closure.js';
import { allQuestions } from '../../src/queries/load.js';
import { generateScenario } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { sharedDataOrSkip } from '../services/shared-data.js';
import { caseRows, ingestAll, readCase, rowsOf, wasTaken, writeCase } from './cases.js';
import { accessKeysIn, asksOf, someOf } from './others.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-parity-'));
});
afterAll(() => rm(folder, { recursive: true }));

describeWith('opensearch', 'DuckDB and OpenSearch', (url) => {
  const opened: Store[] = [];
  afterAll(async () => {
    for (const store of opened) await store.close();
  });

  async function both(name: string): Promise<{ duckdb: Store; opensearch: Store }> {
    const duckdb = await openStore(`duckdb:${join(folder, `${name}.duckdb`)}`, 'write');
    const opensearch = await openStore(`opensearch:${url}?prefix=${uniquePrefix()}`, 'write');
    opened.push(duckdb, opensearch);
    return { duckdb, opensearch };
  }

  test.for(allQuestions().map(({ id }) => id))('%s gives its cases’ rows on OpenSearch', async (id) => {
    const found = await readCase(id);
    const logs = join(folder, id);
    await writeCase(logs, found);
    const store = await openStore(`opensearch:${url}?prefix=${uniquePrefix()}`, 'write');
    opened.push(store);
    const summary = await ingestAll(logs, store, found.networks);
    expect(wasTaken(found, summary), JSON.stringify(summary)).toBe(true);
    for (const { name, params, rows } of found.asks)
      expect(await caseRows(store, id, params, logs), name).toEqual(rows);
  });

  test('logs that others wrote: the same counts, and the same rows', async (context) => {
    const sharedData = sharedDataOrSkip(context);
    const { duckdb, opensearch } = await both('shared');
    const counts = [await ingestAll(sharedData, duckdb), await ingestAll(sharedData, opensearch)];
    for (const { records, objects } of counts) {
      expect(objects).toEqual({ seen: 65, done: 65, skipped: 0, failed: 0 });
      expect(records).toEqual({ read: 1427, stored: 1427, duplicates: 0, deadLettered: 0 });
    }
    for (const store of [duckdb, opensearch]) {
      const again = await ingestAll(sharedData, store);
      expect(again.objects.skipped).toBe(65);
      expect(again.records.read).toBe(0);
    }
    const keys = accessKeysIn(sharedData);
    expect(keys.length).toBeGreaterThan(80);
    for (const { id, params } of await asksOf(duckdb, keys))
      expect(await rowsOf(opensearch, id, params), `${id} ${JSON.stringify(params)}`).toEqual(
        await rowsOf(duckdb, id, params),
      );
    for (const key of someOf(keys)) expect(await closureOf(opensearch, key)).toEqual(await closureOf(duckdb, key));
    const scope = { ...allTime, accounts: [], regions: [], keyIds: [] };
    expect(await opensearch.coverage(scope)).toEqual(await duckdb.coverage(scope));
  }, 120_000);

  test('a generated incident: both give its known answers', async () => {
    const logs = join(folder, 'scenario');
    const scenario = await generateScenario({ directory: logs, seed: 11, events: 5000, flows: 3000, allLogs: true });
    const answers = JSON.parse(readFileSync(scenario.answers, 'utf8'));
    const all = 8000 + scenario.findings + scenario.items;
    expect(Object.keys(answers.questions)).toEqual(expect.arrayContaining(['guardduty-findings', 'config-history']));
    const { duckdb, opensearch } = await both('scenario');
    for (const store of [duckdb, opensearch]) {
      const { records } = await ingestAll(logs, store);
      expect(records).toMatchObject({ read: all, stored: all, deadLettered: 0 });
      for (const [id, runs] of Object.entries<{ params: Record<string, string>; keyIds: string[]; rows: unknown }[]>(
        answers.questions,
      ))
        for (const { params, keyIds, rows } of runs) {
          const key = keyIds.length > 0 ? { key: keyIds } : {};
          expect(await rowsOf(store, id, { ...params, ...key }), `${id} on ${store.uri}`).toEqual(rows);
        }
      const { credentials } = await closureOf(store, scenario.incident.keyId);
      expect(
        credentials.map(({ accessKeyId, parent, depth, eventName, issuedArn }) => ({
          accessKeyId,
          parent,
          depth,
          eventName,
          issuedArn,
        })),
      ).toEqual(answers.closure);
    }
  }, 120_000);
});
