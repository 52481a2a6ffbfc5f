import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../src/stores/open.js';
import type { Store } from '../../src/stores/store.js';
import { type RecordLog, recordsOf } from '../../src/viewer/record.js';
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

const finding = {
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'us-east-1',
  partition: 'aws',
  id: 'finding-1',
  type: 'UnauthorizedAccess:IAMUser/TorIPCaller',
  severity: 5.5,
  createdAt: '2026-03-02T08:00:00Z',
  updatedAt: '2026-03-02T08:00:00Z',
  title: 'Calls from Tor',
  resource: { resourceType: 'AccessKey', accessKeyDetails: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } },
  service: { count: 3 },
  neverSeen: { kept: true },
};

const item = {
  configurationItemVersion: '1.3',
  configurationItemCaptureTime: '2026-03-02T08:00:00Z',
  configurationStateId: '1772438400000',
  configurationItemStatus: 'OK',
  awsAccountId: '111122223333',
  awsRegion: 'us-east-1',
  resourceType: 'AWS::S3::Bucket',
  resourceId: 'a-bucket',
  configuration: { name: 'a-bucket', size: 12345678901234567000 },
  neverSeen: { kept: true },
};

/** What a page shows of a record in a store, after that nothing is found at another time. */
async function shown(location: string, folder: string, log: RecordLog, id: string): Promise<string[]> {
  const store: Store = await openStore(location, 'write');
  try {
    await store.prepare();
    await ingestAll(join(folder, 'logs'), store);
    expect(await recordsOf(store, { log, id, at: '2026-03-02T08:00:01Z' })).toEqual([]);
    return await recordsOf(store, { log, id, at: '2026-03-02T08:00:00Z' });
  } finally {
    await store.close();
  }
}

const cases: [RecordLog, string, object, object, string][] = [
  ['cloudtrail', 'one', record, { readOnly: 'true' }, '"count": 12345678901234567000'],
  ['guardduty', 'finding-1', finding, {}, '"severity": 5.5'],
  ['config', 'a-bucket', item, {}, '"size": 12345678901234567000'],
];

for (const [log, id, given, otherwise, exact] of cases)
  it(`is the same from DuckDB and OpenSearch: ${log}`, async (context) => {
    const url = opensearchOrSkip(context);
    const folder = await mkdtemp(join(tmpdir(), 'keytrail-record-'));
    await writeCase(join(folder, 'logs'), { [log]: [given], asks: [] });
    const parsed = async (location: string): Promise<unknown[]> => {
      const found = await shown(location, folder, log, id);
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(exact);
      return found.map((text) => JSON.parse(text) as unknown);
    };
    try {
      const duckdb = await parsed(`duckdb:${join(folder, 'x.duckdb')}`);
      const { neverSeen, ...known } = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
      expect(duckdb).toMatchObject([{ ...known, ...otherwise, unmapped: { neverSeen } }]);
      expect(await parsed(`opensearch:${url}?prefix=${uniquePrefix()}`)).toEqual(duckdb);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
