import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyLogs } from '../../src/cli/key-logs.js';
import { generateScenario } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import { ingestAll } from '../queries/cases.js';
import { describeWith, uniquePrefix } from '../services/index.js';

describeWith('opensearch', 'OpenSearch', (url) => {
  test('says of a generated incident what DuckDB says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keytrail-key-logs-'));
    const options = { directory: join(folder, 'incident'), seed: 11, events: 5000, flows: 500 };
    const { incident, closure } = await generateScenario(options);
    const duckdb = await openStore(`duckdb:${join(folder, 'x.duckdb')}`, 'write');
    const opensearch = await openStore(`opensearch:${url}?prefix=${uniquePrefix()}`, 'write');
    try {
      for (const store of [duckdb, opensearch]) await ingestAll(options.directory, store);
      const deniedAt = '2026-03-02T23:30:00.000Z';
      const ask = (store: typeof duckdb, except: string[]) =>
        keyLogs(store, incident.keyId, deniedAt, except, new Date('2026-03-04T00:00:00Z'));
      const found = await ask(opensearch, []);
      expect(found).toEqual(await ask(duckdb, []));
      expect(found.derived).toHaveLength(closure.length - 1);
      expect(found.logsReachTo).toMatch(/^2026-03-03T23:.*\.000Z$/);
      // The created user's key launched instances after the time.
      const launched = found.calls.filter(({ event_name }) => event_name === 'RunInstances');
      expect(new Set(launched.map(({ access_key_id }) => access_key_id))).toEqual(new Set([incident.createdKeyId]));
      expect(launched.map(({ error_code }) => error_code).sort()).toEqual([
        'Client.DryRunOperation',
        'Client.VcpuLimitExceeded',
        null,
      ]);
      const without = await ask(opensearch, [incident.createdKeyId]);
      expect(without.calls.some(({ access_key_id }) => access_key_id === incident.createdKeyId)).toBe(false);
    } finally {
      await duckdb.close();
      await opensearch.close();
      await rm(folder, { recursive: true });
    }
  });
});
