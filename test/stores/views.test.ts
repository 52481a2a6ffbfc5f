import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { derivations } from '../../src/model/derive.js';
import type { LogEvent, LogName } from '../../src/model/event.js';
import { findingPaths } from '../../src/model/finding.js';
import type { BoundQuestion, Row, Scope } from '../../src/model/question.js';
import { openDuckDb } from '../../src/stores/duckdb/index.js';
import type { Store } from '../../src/stores/store.js';
import { collect, originOf } from '../logs/collect.js';
import { chunksOf } from '../s3/chunks.js';

/** The views of AWS Config's items and GuardDuty's findings, as questions will read them. */
let folder: string;
let store: Store;
const events = new Map<LogName, LogEvent[]>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-views-'));
  store = await openDuckDb(join(folder, 'store.duckdb'), 'write');
  await store.prepare();
  for (const [log, file] of [
    ['config', 'history.json'],
    ['guardduty', 'findings.jsonl'],
  ] as const) {
    const bytes = await readFile(`ingest/${log}/samples/${file}`);
    events.set(log, (await collect(chunksOf([bytes]), originOf(log))).events);
    await store.write(log, events.get(log)!);
  }
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const everything: Scope = {
  from: '0001-01-01T00:00:00Z',
  to: '9999-12-31T23:59:59Z',
  accounts: [],
  regions: [],
  keyIds: [],
};

function ask(log: LogName, columns: string[], sql: string, scope: Partial<Scope> = {}): Promise<Row[]> {
  const question = {
    id: 'test',
    key: 'optional',
    logs: [log],
    views: [],
    parameters: [],
    columns: columns.map((name) => ({ name, type: name === 'severity' ? 'double' : 'string', description: '' })),
    sql,
  };
  return store.ask({ question, scope: { ...everything, ...scope }, values: {} } as unknown as BoundQuestion);
}

it('findings have what questions ask for in columns, the same as in OpenSearch', async () => {
  const names = Object.keys(findingPaths);
  const rows = await ask('guardduty', ['updatedat', 'severity', ...names], 'SELECT * FROM findings ORDER BY updatedat');
  expect(rows).toEqual(
    events.get('guardduty')!.map(({ time, record }) => ({
      updatedat: time,
      severity: record.severity,
      ...Object.fromEntries(names.map((name) => [name, derivations.guardduty[name]!(record)])),
    })),
  );
  expect(rows[0]).toMatchObject({ access_key_id: 'AKIAIOSFODNN7EXAMPLE', remote_address: '203.0.113.66' });
  expect(rows[2]).toMatchObject({ instance_id: 'i-0123456789abcdef0', remote_address: '198.51.100.77', severity: 8.5 });
});

it('findings are limited to a scope of time, accounts, Regions and keys', async () => {
  const count = async (scope: Partial<Scope>) =>
    (await ask('guardduty', ['findingid'], 'SELECT * FROM findings', scope)).length;
  expect(await count({})).toBe(3);
  expect(await count({ from: '2026-03-02T23:10:00Z', to: '2026-03-03T01:00:00Z' })).toBe(1);
  expect(await count({ accounts: ['444455556666'] })).toBe(0);
  expect(await count({ regions: ['us-east-1'] })).toBe(3);
  expect(await count({ keyIds: ['AKIAIOSFODNN7EXAMPLE'] })).toBe(2);
  expect(await count({ keyIds: ['AKIAANOTHERKEYEXAMPLE'] })).toBe(0);
});

it('items are limited to a scope, which no key narrows, and their JSON can be asked', async () => {
  const columns = ['resourceid', 'policy'];
  const sql = `SELECT *, json_extract_scalar(configuration, '$.attachedManagedPolicies[0].policyName') AS policy
    FROM config_items ORDER BY resourceid`;
  const rows = await ask('config', columns, sql, { keyIds: ['AKIAIOSFODNN7EXAMPLE'] });
  expect(rows).toEqual([
    { resourceid: 'AIDACKCEVSQ6C2EXAMPLE', policy: 'deploy' },
    { resourceid: 'sg-0123456789abcdef0', policy: null },
  ]);
  expect(await ask('config', columns, sql, { regions: ['us-east-1'] })).toHaveLength(1);
  expect(await ask('config', columns, sql, { from: '2026-03-02T22:10:00Z' })).toHaveLength(1);
});
