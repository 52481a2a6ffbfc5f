import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { recordsById } from '../../src/viewer/record.js';
import { ingestAll, writeCase } from '../queries/cases.js';
import { opensearchOrSkip, uniquePrefix } from '../services/index.js';

const record = {
  eventID: 'one',
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    sessionContext: { sessionIssuer: { userName: 'role' }, attributes: { mfaAuthenticated: 'false' } },
  },
  readOnly: true,
  requestParameters: { count: 12345678901234567000, nested: { list: [1, 'two', null] } },
  responseElements: null,
  resources: [{ ARN: 'arn:aws:s3:::a' }, { ARN: 'arn:aws:s3:::b', accountId: '111122223333', type: 'AWS::S3::Bucket' }],
  neverSeen: { kept: true },
};

it('is the same from DuckDB and OpenSearch', async (context) => {
  const url = opensearchOrSkip(context);
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-record-'));
  await writeCase(join(folder, 'logs'), { cloudtrail: [record], asks: [] });
  const shown = async (location: string): Promise<unknown[]> => {
    const store: Store = await openStore(location, 'write');
    try {
      await store.prepare();
      await ingestAll(join(folder, 'logs'), store);
      expect(await recordsById(store, 'one', '2026-03-02T08:00:01Z')).toEqual([]);
      const found = await recordsById(store, 'one', '2026-03-02T08:00:00Z');
      expect(found[0]).toContain('"count": 12345678901234567000');
      return found.map((text) => JSON.parse(text) as unknown);
    } finally {
      await store.close();
    }
  };
  try {
    const duckdb = await shown(`duckdb:${join(folder, 'x.duckdb')}`);
    const { neverSeen, responseElements: _, ...known } = record;
    expect(duckdb).toMatchObject([{ ...known, readOnly: 'true', unmapped: { neverSeen } }]);
    expect(await shown(`opensearch:${url}?prefix=${uniquePrefix()}`)).toEqual(duckdb);
  } finally {
    await rm(folder, { recursive: true });
  }
});
