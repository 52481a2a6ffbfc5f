import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closureOf } from '../../src/queries/closure.js';
import { openStore } from '../../src/stores/open.js';
import { describeWith } from '../services/index.js';
import { sharedDataOrSkip } from '../services/shared-data.js';
import { overFiles, tell } from '../stores/trino/over-files.js';
import { ingestAll, rowsOf } from './cases.js';
import { accessKeysIn, asksOf, someOf } from './others.js';

describeWith('trino', 'Trino', (url, files) => {
  test('logs that others wrote, where they lie: the same rows as on DuckDB', async (context) => {
    const sharedData = sharedDataOrSkip(context);
    const run = `others_${randomUUID().slice(0, 8)}`;
    const folder = await mkdtemp(join(tmpdir(), 'keytrail-others-'));
    const duckdb = await openStore(`duckdb:${join(folder, 'store.duckdb')}`, 'write');
    try {
      // A table reads all that lies in its folder.
      for (const [name, other] of [
        ['CloudTrail', '/vpcflowlogs'],
        ['vpcflowlogs', '/CloudTrail'],
      ] as const)
        await cp(sharedData, join(files, run, name), { recursive: true, filter: (path) => !path.includes(other) });
      const trino = await overFiles(url, files, run, {
        cloudtrail: [{ folder: `${run}/CloudTrail` }],
        vpcflow: [
          {
            folder: `${run}/vpcflowlogs`,
            header:
              'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
          },
        ],
        config: [{ folder: `${run}/Config` }],
        guardduty: [{ folder: `${run}/GuardDuty` }],
      });
      const { records } = await ingestAll(sharedData, duckdb);
      const counts = 'SELECT (SELECT count(*) FROM cloudtrail_logs) + (SELECT count(*) FROM vpc_flow_logs)';
      expect(await tell(url, run, counts)).toEqual([[records.stored]]);
      const keys = accessKeysIn(sharedData);
      expect(keys.length).toBeGreaterThan(80);
      for (const { id, params, engines } of await asksOf(duckdb, keys)) {
        if (!engines.includes('trino')) continue;
        expect(await rowsOf(trino, id, params), `${id} ${JSON.stringify(params)}`).toEqual(
          await rowsOf(duckdb, id, params),
        );
      }
      for (const key of someOf(keys)) expect(await closureOf(trino, key)).toEqual(await closureOf(duckdb, key));
      await trino.close();
    } finally {
      await duckdb.close();
      await tell(url, run, `DROP SCHEMA IF EXISTS ${run} CASCADE`);
      for (const made of [folder, join(files, run)]) await rm(made, { recursive: true, force: true });
    }
  });
});
