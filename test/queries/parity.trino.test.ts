import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { allQuestions } from '../../src/queries/load.js';
import { describeWith } from '../services/index.js';
import { overFiles, tell } from '../stores/trino/over-files.js';
import { logFolder, readCase, rowsOf, writeCase } from './cases.js';

/**
 * Trino reads the cases' files where they lie, as AWS would have delivered them: gzipped objects that list their
 * records, flow log text, findings line by line.
 */
describeWith('trino', 'Trino', (url, files) => {
  const run = `cases_${randomUUID().slice(0, 8)}`;
  const schemas: string[] = [];
  afterAll(async () => {
    await Promise.all(schemas.map((schema) => tell(url, schema, `DROP SCHEMA ${schema} CASCADE`)));
    await rm(join(files, run), { recursive: true, force: true });
  });

  // The closure is asked level by level; what else Trino can't answer needs what ingest adds.
  const asked = allQuestions().filter(
    ({ id, engines }) => (engines?.includes('trino') ?? true) || id === 'chain-closure',
  );
  test.for(asked.map(({ id, logs }) => ({ id, logs })))('$id gives its cases’ rows on Trino', async ({ id, logs }) => {
    const found = await readCase(id);
    await writeCase(join(files, run, id), found);
    const header = found.vpcflow?.split('\n')[0] ?? 'version';
    const folders = logs.map((log) => [log, [{ folder: `${run}/${id}/${logFolder(log)}`, header }]]);
    const schema = `${run}_${id.replaceAll('-', '_')}`;
    schemas.push(schema);
    const engine = await overFiles(url, files, schema, Object.fromEntries(folders));
    for (const { name, params, rows } of found.asks) expect(await rowsOf(engine, id, params), name).toEqual(rows);
    await engine.close();
  });
});
