import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/stores/open.js';
import { ingestAll } from '../queries/cases.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { expectIncident, incidentIn, traced } from './traced.js';

describeWith('opensearch', 'OpenSearch', (url) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-trace-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('gives the trace of a generated incident that DuckDB gives', async () => {
    const scenario = await incidentIn(folder);
    const duckdb = await openStore(`duckdb:${join(folder, 'x.duckdb')}`, 'write');
    const opensearch = await openStore(`opensearch:${url}?prefix=${uniquePrefix()}`, 'write');
    try {
      for (const store of [duckdb, opensearch]) await ingestAll(scenario.directory, store);
      for (const { accessKeyId } of scenario.closure)
        expect(await traced(opensearch, accessKeyId)).toEqual(await traced(duckdb, accessKeyId));
      expectIncident(await traced(opensearch, scenario.incident.keyId), scenario);
    } finally {
      await duckdb.close();
      await opensearch.close();
    }
  });
});
