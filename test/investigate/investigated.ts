import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { investigate } from '../../src/investigate/investigate.js';
import type { Investigation } from '../../src/investigate/investigation.js';
import { allTime } from '../../src/model/question.js';
import type { ScenarioSummary } from '../../src/scenario/index.js';
import { openStore } from '../../src/stores/open.js';
import type { Engine, Store } from '../../src/stores/store.js';
import { ingestAll } from '../queries/cases.js';
import { incidentIn } from './traced.js';

interface Held {
  scenario: ScenarioSummary;
  duckdb: Store;
  /** Of all there is, at a time that is always the same; of the leaked key unless another is named. */
  investigated(engine: Engine, keyId?: string): Promise<Investigation>;
}

/** A generated incident in a DuckDB file, there while the tests of the file that calls this run. */
export function incidentInDuckDb(): Held {
  let folder: string;
  const held = {
    investigated: (engine, keyId = held.scenario.incident.keyId) =>
      investigate({
        engine,
        keyId,
        scope: { ...allTime, accounts: [], regions: [] },
        now: new Date('2026-03-05T12:00:00Z'),
        version: '0.1.0',
      }),
  } as Held;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-investigate-'));
    held.scenario = await incidentIn(folder);
    held.duckdb = await openStore(`duckdb:${join(folder, 'x.duckdb')}`, 'write');
    await ingestAll(held.scenario.directory, held.duckdb);
  }, 120_000);
  afterAll(async () => {
    await held.duckdb.close();
    await rm(folder, { recursive: true });
  });
  return held;
}
