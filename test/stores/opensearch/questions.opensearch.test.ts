import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allQuestions } from '../../../src/queries/load.js';
import { ingestAll, readCase, rowsOf, writeCase } from '../../queries/cases.js';
import { opensearchOrSkip } from '../../services/index.js';
import { withStore } from './node.js';

test.for(allQuestions().map(({ id }) => id))('%s gives its case’s rows', async (id, context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const folder = await mkdtemp(join(tmpdir(), 'keytrail-case-'));
    try {
      const found = await readCase(id);
      await writeCase(folder, found);
      const { records } = await ingestAll(folder, store, found.networks);
      expect(records.stored).toBe(records.read);
      for (const { name, params, rows } of found.asks) expect(await rowsOf(store, id, params), name).toEqual(rows);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
