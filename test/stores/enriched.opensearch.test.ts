import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enricher } from '../../src/enrich/enrich.js';
import { contractOf } from '../../src/model/contract.js';
import type { LogEvent, LogName, RawRecord } from '../../src/model/event.js';
import type { BoundQuestion, Row } from '../../src/model/question.js';
import { openStore } from '../../src/stores/open.js';
import { opensearchOrSkip } from '../services/index.js';
import { type Body, call, eventOf, withStore } from './opensearch/node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-enriched-'));
});
afterAll(() => rm(folder, { recursive: true }));

const enrich = enricher({
  country: (ip) => (ip.startsWith('8.') ? { country_code: 'US' } : null),
  asn: (ip) =>
    ip === '8.8.8.8'
      ? { autonomous_system_number: 4_294_967_295, autonomous_system_organization: 'Exämple "Net"' }
      : ip === '8.8.4.4'
        ? { autonomous_system_number: 15169 }
        : null,
});
const enriched = (log: LogName, id: string, record: RawRecord): LogEvent => ({
  ...eventOf(id, record),
  enrichment: enrich(log, record),
});

const events: Record<'cloudtrail' | 'vpcflow', LogEvent[]> = {
  cloudtrail: [
    enriched('cloudtrail', 'all', { sourceIPAddress: '8.8.8.8', userAgent: 'aws-cli/2.1 Linux/5' }),
    enriched('cloudtrail', 'half', { sourceIPAddress: '8.8.4.4' }),
    enriched('cloudtrail', 'service', { sourceIPAddress: 'AWS Internal', userAgent: 'AWS Internal' }),
    enriched('cloudtrail', 'bad', { sourceIPAddress: '225.01.00.16', userAgent: '???' }),
    enriched('cloudtrail', 'none', {}),
    eventOf('never', { sourceIPAddress: '8.8.8.8' }),
  ],
  vpcflow: [
    enriched('vpcflow', 'out', { srcaddr: '10.0.0.7', dstaddr: '8.8.8.8', start: 1_772_438_400 }),
    enriched('vpcflow', 'in', { srcaddr: '::ffff:8.8.8.8', dstaddr: '10.0.0.7', start: 1_772_438_400 }),
    enriched('vpcflow', 'nodata', { start: 1_772_438_400 }),
  ],
};

/** `SELECT "source"."as"."number" AS "source.as.number" …`: the dotted names are SQL, up to the quotes. */
function question(log: 'cloudtrail' | 'vpcflow'): BoundQuestion {
  const { view, enriched } = contractOf(log);
  const columns = enriched.map(({ field, type }) => ({ name: field, type: type === 'long' ? 'integer' : 'string' }));
  const selected = enriched.map(({ field }) => `"${field.replaceAll('.', '"."')}" AS "${field}"`);
  return {
    question: {
      logs: [log],
      views: [],
      parameters: [],
      key: 'none',
      sql: `SELECT id, ${selected.join(', ')} FROM ${view} ORDER BY id`,
      columns: [{ name: 'id', type: 'string' }, ...columns],
    },
    scope: { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z', accounts: [], regions: [], keyIds: [] },
    values: {},
  } as unknown as BoundQuestion;
}

const at = (document: Body, field: string): unknown =>
  field.split('.').reduce<unknown>((level, step) => (level as Body | undefined)?.[step], document) ?? null;

test.for(['cloudtrail', 'vpcflow'] as const)(
  '%s: both stores hold the same values, under the same names',
  async (log, context) => {
    const node = opensearchOrSkip(context);
    const duckdb = await openStore(`duckdb:${join(folder, `${log}.duckdb`)}`, 'write');
    await duckdb.prepare();
    await withStore(node, async ({ store, prefix, documents }) => {
      for (const each of [duckdb, store])
        expect(await each.write(log, events[log])).toEqual(events[log].map(() => 'stored'));

      const names = contractOf(log).enriched.map(({ field }) => field);
      const expected: Row[] = events[log]
        .map(({ id, enrichment }) => ({
          id,
          ...Object.fromEntries(names.map((name) => [name, enrichment?.[name] ?? null])),
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(await duckdb.ask(question(log))).toEqual(expected);
      const found = await documents(log);
      expect(
        [...found]
          .map(([id, document]) => ({ id, ...Object.fromEntries(names.map((name) => [name, at(document, name)])) }))
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
      ).toEqual(expected);

      // Kept is not enough: a search must find every value.
      for (const name of names) {
        const ids = events[log].filter(({ enrichment }) => enrichment?.[name] !== undefined).map(({ id }) => id);
        expect(ids.length, name).toBeGreaterThan(0);
        for (const { id, enrichment } of events[log].filter(({ id }) => ids.includes(id))) {
          const query = { bool: { filter: [{ term: { [name]: enrichment![name] } }, { term: { _id: id } }] } };
          const { body } = await call(node, 'POST', `/${prefix}-keytrail-${log}-*/_search`, { query });
          expect(body.hits.total.value, `${name} of ${id}`).toBe(1);
        }
      }
    });
    await duckdb.close();
  },
);

test('an enriched address stays what the record says', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store, documents }) => {
    await store.write('cloudtrail', events.cloudtrail);
    expect((await documents('cloudtrail')).get('all')).toMatchObject({
      source: { address: '8.8.8.8', ip: '8.8.8.8', geo: { country_iso_code: 'US' } },
      user_agent: { original: 'aws-cli/2.1 Linux/5', name: 'aws-cli', version: '2.1' },
    });
  });
});
