import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allQuestions } from '../../src/queries/load.js';
import { openStore } from '../../src/stores/open.js';
import { caseRows, ingestAll, readCase, wasTaken, writeCase } from './cases.js';

describe('each question gives its cases’ rows on DuckDB', () => {
  test.for(allQuestions().map(({ id }) => id))('%s', async (id) => {
    const folder = await mkdtemp(join(tmpdir(), 'keytrail-case-'));
    const store = await openStore(`duckdb:${join(folder, 'case.duckdb')}`, 'write');
    try {
      const found = await readCase(id);
      await writeCase(folder, found);
      const summary = await ingestAll(folder, store, found.networks);
      expect(wasTaken(found, summary), JSON.stringify(summary)).toBe(true);
      for (const { name, params, rows } of found.asks)
        expect(await caseRows(store, id, params, folder), name).toEqual(rows);
      expect(found.asks.some(({ rows }) => rows.length > 0)).toBe(true);
    } finally {
      await store.close();
      await rm(folder, { recursive: true });
    }
  });
});
