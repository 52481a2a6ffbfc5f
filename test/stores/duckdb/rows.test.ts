import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parsers } from '../../../src/logs/parser.js';
import type { LogEvent, LogName } from '../../../src/model/event.js';
import { openDuckDb } from '../../../src/stores/duckdb/index.js';
import { originOf } from '../../logs/collect.js';
import { anyRecord, anyTable, file, samples, skimmed } from '../skimmed.js';
import { tableRows } from './table-rows.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-rows-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What the table says of events, in their order; each under an id of its own. */
async function written(log: LogName, events: readonly LogEvent[]): Promise<Record<string, unknown>[]> {
  const path = join(folder, `${log}-${events.filter(({ slices }) => slices).length}.duckdb`);
  const store = await openDuckDb(path, 'write');
  await store.prepare();
  expect(new Set(await store.write(log, events))).toEqual(new Set(['stored']));
  await store.close();
  return tableRows(path, log);
}

const enrichment = {
  'source.geo.country_iso_code': 'CH',
  'source.as.number': 64_500,
  'user_agent.name': 'Ähm, 12 und',
};

const named = (event: LogEvent, number: number): LogEvent => ({
  id: `event-${number}`,
  time: event.time,
  ...(event.slices ? { slices: event.slices } : {}),
  get record() {
    return event.record;
  },
  bytes: event.bytes,
  position: number,
  enrichment,
});

const read = ({ slices: _, ...event }: LogEvent): LogEvent => event;

test('a row of slices is the row that reading the record gives', async () => {
  const events: LogEvent[] = [];
  const gather = async (records: Record<string, unknown>[]) =>
    events.push(...(await skimmed(file(...records.map((record) => JSON.stringify(record))))));
  await gather(samples);
  for (const record of fc.sample(anyRecord, { numRuns: 2500, seed: 20_260_302 })) await gather([record]);
  const all = events.map(named);
  expect(all.filter(({ slices }) => slices).length).toBeGreaterThan(200);
  const slow = await written('cloudtrail', all.map(read));
  expect(await written('cloudtrail', all)).toEqual(slow);
  expect(slow).toHaveLength(events.length);
});

test('a row of a flow row’s slices is the row that reading it gives', async () => {
  const events: LogEvent[] = [];
  for (const { header, rows } of fc.sample(anyTable, { numRuns: 1500, seed: 20_260_302 }))
    events.push(...(await skimmed(Buffer.from([header, ...rows.map((row) => row.join(' '))].join('\n')), 'vpcflow')));
  const all = events.map(named).map(({ enrichment: _, ...event }) => event as LogEvent);
  expect(all.filter(({ slices }) => slices).length).toBeGreaterThan(200);
  expect(await written('vpcflow', all)).toEqual(await written('vpcflow', all.map(read)));
});

test('texts of any length and script, and numbers of any size, come back as they were', async () => {
  const texts = [0, 1, 3, 4, 5, 11, 12, 13, 16, 255, 4096, 70_000].map((length) =>
    'abcdefghijklm'.repeat(6000).slice(0, length),
  );
  const odd = ['é', 'ab\0cd', 'zwölf Bytes', 'zwölf Bytes.', '🔑', 'a\ud800b', 'x'.repeat(6_000_000)];
  const numbers = [0, -1, 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 32, -(2 ** 32) - 1, 2 ** 53 - 1, -(2 ** 53 - 1)];
  const rows = [...texts, ...odd].map((text, i) => ({ 'interface-id': text, packets: numbers[i % numbers.length] }));
  const events = rows.map((record, position) => ({
    ...{ id: `${position}`, time: '2026-03-02T08:00:00Z', record, bytes: 100, position },
  }));
  const stored = await written('vpcflow', events);
  expect(stored.map(({ interface_id, packets }) => [interface_id, packets])).toEqual(
    rows.map(({ 'interface-id': text, packets }) => [text.replace('\ud800', '\ufffd'), String(packets)]),
  );
});

test('lists come back item by item, over the borders of chunks', async () => {
  const listOf = (number: number): { ARN?: string; type?: string }[] | undefined =>
    number % 5 === 0
      ? undefined
      : Array.from({ length: (number * 7) % 23 }, (_, item) =>
          item % 3 === 2 ? {} : { ARN: `arn:aws:s3:::bucket-${number}/${item}`, ...(item % 2 ? { type: 'T' } : {}) },
        );
  const records = Array.from({ length: 5000 }, (_, number) => ({
    eventTime: '2026-03-02T08:00:00Z',
    resources: listOf(number),
  }));
  const events = records.map((record, position) => ({
    ...{ id: `${position}`, time: record.eventTime, record, bytes: 100, position },
  }));
  const stored = await written('cloudtrail', events);
  expect(stored.map(({ resources }) => resources)).toEqual(
    records.map(
      ({ resources }) => resources?.map(({ ARN = null, type = null }) => ({ arn: ARN, accountid: null, type })) ?? null,
    ),
  );
});

test('a row that could not be laid out leaves nothing in those of a later batch', async () => {
  const path = join(folder, 'x.duckdb');
  const store = await openDuckDb(path, 'write');
  await store.prepare();
  const event = (id: string, record: Record<string, unknown>): LogEvent => ({
    ...{ id, time: '2026-03-02T08:00:00Z', record, bytes: 100, position: 0 },
  });
  const broken = {
    ...event('first', { 'interface-id': 'x'.repeat(5000), packets: 7 }),
    enrichment: { 'source.as.organization.name': 64_500 },
  };
  await expect(store.write('vpcflow', [broken])).rejects.toThrow();
  expect(await store.write('vpcflow', [event('second', {})])).toEqual(['stored']);
  await store.close();
  expect(await tableRows(path, 'vpcflow')).toMatchObject([{ id: 'second', interface_id: null, packets: null }]);
});

test('a replayed record is the same as one that was read first', async () => {
  const [event] = await skimmed(file(JSON.stringify(samples[0])));
  const raw = event!.slices!.bytes.subarray(event!.slices!.from, event!.slices!.to);
  const again = parsers.cloudtrail.again({ raw, position: 0, header: null }, originOf('cloudtrail'));
  const store = await openDuckDb(join(folder, 'x.duckdb'), 'write');
  await store.prepare();
  expect(await store.write('cloudtrail', [event!])).toEqual(['stored']);
  expect(await store.write('cloudtrail', [again as LogEvent])).toEqual(['duplicate']);
  await store.close();
});
