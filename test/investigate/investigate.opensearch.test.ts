import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { investigate } from '../../src/investigate/investigate.js';
import type { Investigation } from '../../src/investigate/investigation.js';
import { allTime } from '../../src/model/question.js';
import type { ScenarioSummary } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import type { Engine, Store } from '../../src/stores/store.js';
import { ingestAll } from '../queries/cases.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { incidentIn } from './traced.js';

let folder: string;
let scenario: ScenarioSummary;
let duckdb: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-investigate-'));
  scenario = await incidentIn(folder);
  duckdb = await openStore(`duckdb:${join(folder, 'x.duckdb')}`, 'write');
  await ingestAll(scenario.directory, duckdb);
}, 120_000);
afterAll(async () => {
  await duckdb.close();
  await rm(folder, { recursive: true });
});

const investigated = (engine: Engine, keyId = scenario.incident.keyId): Promise<Investigation> =>
  investigate({
    engine,
    keyId,
    scope: { ...allTime, accounts: [], regions: [] },
    now: new Date('2026-03-05T12:00:00Z'),
    version: '0.1.0',
  });

describeWith('opensearch', 'OpenSearch', (url) => {
  test('gives the same investigation of a generated incident as DuckDB', async () => {
    const opensearch = await openStore(`opensearch:${url}?prefix=${uniquePrefix()}`, 'write');
    try {
      await ingestAll(scenario.directory, opensearch);
      const [here, there] = [await investigated(duckdb), await investigated(opensearch)];
      for (const answer of here.answers)
        expect(
          there.answers.find(({ question }) => question.id === answer.question.id),
          answer.question.id,
        ).toEqual(answer);
      const plain = ({ store: _, nextSteps, ...rest }: Investigation) => ({
        ...rest,
        nextSteps: nextSteps.map(({ text }) => text),
      });
      expect(plain(there)).toEqual(plain(here));
    } finally {
      await opensearch.close();
    }
  }, 120_000);
});
