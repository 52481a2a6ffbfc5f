import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { questionById } from '../../../src/queries/load.js';
import { bindQuestion } from '../../../src/queries/parameters.js';
import { openEngine } from '../../../src/stores/open.js';
import { awsOrSkip, startAws } from '../../services/index.js';
import { resultSet } from './fake-athena.js';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('a question asked of Athena comes back as typed rows', async (context) => {
  awsOrSkip(context);
  // A server of its own: results wait in one queue, whoever asks next.
  const aws = await startAws();
  try {
    const columns = {
      window_start: 'timestamp(3) with time zone',
      access_key_id: 'varchar',
      arn: 'varchar',
      refused: 'bigint',
      first_seen: 'varchar',
      last_seen: 'varchar',
    };
    const first = '2026-03-02T08:01:00Z';
    const row = ['2026-03-02 08:00:00.000 UTC', 'AKIAIOSFODNN7EXAMPLE', null, '12', first, '2026-03-02T08:03:00Z'];
    const { ResultSetMetadata, Rows } = resultSet(columns, [Object.keys(columns), row]);
    const results = [{ rows: Rows, column_info: ResultSetMetadata.ColumnInfo }];
    const { status } = await fetch(`${aws.endpoint}/moto-api/static/athena/query-results`, {
      method: 'POST',
      body: JSON.stringify({ region: 'us-east-1', results }),
    });
    expect(status).toBe(201);

    const engine = await openEngine('athena:primary/logs', {
      aws: { region: 'us-east-1', endpointUrl: aws.endpoint },
    });
    try {
      const bound = bindQuestion(questionById('denied-burst'), { accounts: ['111122223333'] }, new Date(0));
      expect(await engine.ask(bound)).toEqual([
        {
          window_start: '2026-03-02T08:00:00Z',
          access_key_id: 'AKIAIOSFODNN7EXAMPLE',
          arn: null,
          refused: 12,
          first_seen: '2026-03-02T08:01:00Z',
          last_seen: '2026-03-02T08:03:00Z',
        },
      ]);
      // No more results wait: an answer without rows, and without a header.
      expect(await engine.ask(bound)).toEqual([]);
    } finally {
      await engine.close();
    }
  } finally {
    await aws.stop();
  }
}, 60_000);
