import { expect, test } from 'vitest';
import type { Investigation } from '../../src/investigate/investigation.js';
import { openStore } from '../../src/stores/open.js';
import { ingestAll } from '../queries/cases.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { incidentInDuckDb } from './investigated.js';

const held = incidentInDuckDb();
const { investigated } = held;

describeWith('opensearch', 'OpenSearch', (url) => {
  test('gives the same investigation of a generated incident as DuckDB', async () => {
    const opensearch = await openStore(`opensearch:${url}?prefix=${uniquePrefix()}`, 'write');
    try {
      await ingestAll(held.scenario.directory, opensearch);
      const [here, there] = [await investigated(held.duckdb), await investigated(opensearch)];
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
