import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openEngine, openStore } from '../../src/stores/open.js';
import type { Engine } from '../../src/stores/store.js';
import { ingestAll, logFolder, type QuestionCase, writeCase } from '../queries/cases.js';
import { describeWith, opensearchOrSkip, uniquePrefix } from '../services/index.js';
import { overFiles, tell } from '../stores/trino/over-files.js';
import { type Opened, openOn } from './viewer.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const records: QuestionCase = {
  cloudtrail: Array.from({ length: 120 }, (_, minute) => ({
    eventTime: `2026-03-02T${String(8 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00Z`,
    eventName: minute % 3 === 0 ? 'ListBuckets' : 'GetObject',
    sourceIPAddress: minute % 2 === 0 ? '198.51.100.10' : '203.0.113.66',
    ...(minute % 5 === 0 ? { errorCode: 'AccessDenied' } : {}),
    userIdentity: { type: 'IAMUser', accessKeyId: key, arn: 'arn:aws:iam::111122223333:user/ci', userName: 'ci' },
  })),
  config: [
    {
      configurationItemVersion: '1.3',
      configurationItemCaptureTime: '2026-03-02T08:00:00Z',
      configurationStateId: '1772438400000',
      configurationItemStatus: 'OK',
      awsAccountId: '111122223333',
      awsRegion: 'us-east-1',
      resourceType: 'AWS::S3::Bucket',
      resourceId: 'a-bucket',
      configuration: { name: 'a-bucket' },
    },
  ],
  asks: [],
};

const pages = [
  `/question/key-owner?ask=1&key=${key}`,
  `/question/key-timeline?ask=1&key=${key}&page=2`,
  `/question/key-clients?ask=1&key=${key}&sort=-first_seen`,
  `/question/actions-used?ask=1&key=${key}&closure=1`,
  '/question/config-history?ask=1',
  `/dashboard/key-investigation/timeline?key=${key}`,
  `/dashboard/key-investigation/clients?key=${key}&from=2026-03-02T09:00:00Z`,
];
const files = [`/export/key-timeline.csv?key=${key}`];
const whole = ['/coverage', '/'];

const tableOf = (page: string): string => /<tbody>[\s\S]*<\/tbody>/.exec(page)?.[0] ?? 'no table';

/** What a reader of these pages sees: the rows of answers, the records behind their links, files and charts. */
async function seen({ ask, faults }: Opened): Promise<string[]> {
  const found: string[] = [];
  for (const path of pages) {
    const { status, body } = await ask(path);
    expect(status, path).toBe(200);
    const table = tableOf(body);
    found.push(table);
    const [, link] = /href="(\/record[^"]*)"/.exec(table) ?? [];
    if (link === undefined) continue;
    const record = await ask(link.replaceAll('&amp;', '&'));
    expect(record.status, link).toBe(200);
  }
  for (const path of files) {
    const { status, body } = await ask(path);
    expect(status, path).toBe(200);
    found.push(body);
  }
  for (const path of whole) expect((await ask(path)).status, path).toBe(200);
  expect(faults).toEqual([]);
  return found;
}

describeWith('trino', 'the viewer on other engines than DuckDB', (trino, folder) => {
  const run = `viewer_${randomUUID().slice(0, 8)}`;
  afterAll(async () => {
    await tell(trino, run, `DROP SCHEMA ${run} CASCADE`);
    await rm(join(folder, run), { recursive: true, force: true });
  });

  it('shows the same', async (context) => {
    const opensearch = `opensearch:${opensearchOrSkip(context)}?prefix=${uniquePrefix()}`;
    await writeCase(join(folder, run), records);
    const store = await openStore(opensearch, 'write');
    await store.prepare();
    await ingestAll(join(folder, run), store);
    await store.close();
    const places = (['cloudtrail', 'config'] as const).map((log) => [log, [{ folder: `${run}/${logFolder(log)}` }]]);
    const overTrino = await overFiles(trino, folder, run, Object.fromEntries(places));
    await overTrino.close();

    const seenOn = async (open?: () => Promise<Engine>): Promise<string[]> => {
      const opened = await openOn(
        records,
        open && {
          open: async () => {
            const engine = await open();
            return { engine, check: async () => undefined, close: () => engine.close() };
          },
        },
      );
      try {
        return await seen(opened);
      } finally {
        await opened.close();
      }
    };
    const duckdb = await seenOn();
    expect(duckdb[1]).toContain('2026-03-02T09:');
    expect(duckdb.filter((table) => table === 'no table')).toHaveLength(0);
    expect(await seenOn(() => openEngine(opensearch))).toEqual(duckdb);
    expect(await seenOn(() => openEngine(`trino:${trino}/hive/${run}`))).toEqual(duckdb);
  }, 120_000);
});
