import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractOf } from '../../src/model/contract.js';
import type { LogEvent, LogName } from '../../src/model/event.js';
import { inflate } from '../../src/s3/gunzip.js';
import { openDuckDb } from '../../src/stores/duckdb/index.js';
import { documentMapper } from '../../src/stores/opensearch/document.js';
import { chunksOf } from '../s3/chunks.js';
import { tableRows } from '../stores/duckdb/table-rows.js';
import { type Collected, collect, originOf } from './collect.js';

/**
 * What log files in the wild have been seen to hold, each read and kept: as an event, as a row of DuckDB, as a
 * document for OpenSearch.
 */
const eventTime = '2024-08-01T13:45:00Z';
let folder: string;
let stores = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-traits-'));
});
afterAll(() => rm(folder, { recursive: true }));

const trail = (...records: unknown[]): Promise<Collected> =>
  collect(chunksOf([JSON.stringify({ Records: records })]), originOf('cloudtrail'));
const flows = (...lines: string[]): Promise<Collected> => collect(chunksOf([lines.join('\n')]), originOf('vpcflow'));

/** The rows that DuckDB has of the events: every one stored. */
async function rowsOf(log: LogName, events: readonly LogEvent[]): Promise<Record<string, unknown>[]> {
  const path = join(folder, `${stores++}.duckdb`);
  const store = await openDuckDb(path, 'write');
  await store.prepare();
  expect(await store.write(log, events)).toEqual(events.map(() => 'stored'));
  await store.close();
  return tableRows(path, log);
}

const documentsOf = (log: LogName, events: readonly LogEvent[]): Record<string, unknown>[] =>
  events.map(documentMapper(contractOf(log)));

/** Bytes of the longest text that the document has as a term: 8,191 characters at most are indexed, or not at all. */
function longestFlattenedLeaf(value: unknown, path = 0): number {
  if (typeof value === 'string') return path + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(
    0,
    ...Object.entries(value).map(([name, inner]) =>
      longestFlattenedLeaf(inner, path + (Array.isArray(value) ? 0 : Buffer.byteLength(name) + 1)),
    ),
  );
}

describe('CloudTrail', () => {
  it('has records of the previous day, other Regions and other accounts than its path', async () => {
    const { events } = await trail(
      { eventTime: '2024-07-31T23:58:59Z', eventID: 'a' },
      { eventTime, eventID: 'b', awsRegion: 'ap-southeast-2', recipientAccountId: '444455556666' },
    );
    expect(events.map(({ time }) => time)).toEqual(['2024-07-31T23:58:59Z', eventTime]);
    const rows = await rowsOf('cloudtrail', events);
    expect(rows[1]).toMatchObject({ awsregion: 'ap-southeast-2', recipientaccountid: '444455556666' });
    expect(documentsOf('cloudtrail', events)[1]).toMatchObject({
      cloud: { region: 'ap-southeast-2', account: { id: '444455556666' } },
    });
  });

  it('has values of any type under one field', async () => {
    const values = [{ a: 1 }, 'text', true, 7, [1, { b: 2 }], null, ''];
    const fields = ['requestParameters', 'userIdentity', 'userAgent', 'resources', 'readOnly', 'tlsDetails'];
    const records = fields.flatMap((field) =>
      values.map((value, at) => ({ eventTime, eventID: `${field}-${at}`, [field]: value })),
    );
    const { events, rejected } = await trail(...records);
    expect(rejected).toEqual([]);
    const rows = await rowsOf('cloudtrail', events);
    expect(rows[0]!.requestparameters).toBe('{"a":1}');
    expect(rows[2]!.requestparameters).toBe('true');
    // What has another type than the contract says is kept beside it.
    const agents = rows.filter(({ eventid }) => String(eventid).startsWith('userAgent'));
    expect(agents.map(({ useragent, unmapped }) => useragent ?? unmapped)).toEqual([
      '{"userAgent":{"a":1}}',
      'text',
      'true',
      '7',
      '{"userAgent":[1,{"b":2}]}',
      null,
      '',
    ]);
    expect(documentsOf('cloudtrail', events)).toHaveLength(records.length);
  });

  it('has keys that differ in case, and keys with dots', async () => {
    const record = {
      eventTime,
      eventID: 'e',
      EventID: 'E',
      EVENTNAME: 'shout',
      'userIdentity.arn': 'dotted',
      requestParameters: { bucketName: 'a', BucketName: 'b', 'x.y': { z: 1 }, x: { 'y.z': 2 }, '.': 3, '': 4 },
    };
    const { events } = await trail(record);
    const [row] = await rowsOf('cloudtrail', events);
    expect(JSON.parse(String(row!.unmapped))).toEqual({
      EventID: 'E',
      EVENTNAME: 'shout',
      'userIdentity.arn': 'dotted',
    });
    expect(JSON.parse(String(row!.requestparameters))).toEqual(record.requestParameters);
    const [document] = documentsOf('cloudtrail', events) as [{ aws: { cloudtrail: Record<string, string> } }];
    expect(JSON.parse(document.aws.cloudtrail.request_parameters!)).toEqual(record.requestParameters);
  });

  it('has keys longer than 8,191 characters, and terms over 32,766 bytes', async () => {
    const key = 'k'.repeat(8_192);
    const record = {
      eventTime,
      eventID: 'e',
      userAgent: 'u'.repeat(40_000),
      [key]: 'top',
      requestParameters: { [key]: 'x', value: 'é'.repeat(32_766), ['n'.repeat(40_000)]: 1, plain: 'kept' },
    };
    const { events } = await trail(record);
    const [row] = await rowsOf('cloudtrail', events);
    expect(String(row!.useragent)).toHaveLength(40_000);
    expect(JSON.parse(String(row!.requestparameters))).toEqual(record.requestParameters);
    expect(JSON.parse(String(row!.unmapped))).toEqual({ [key]: 'top' });
    const [document] = documentsOf('cloudtrail', events) as [
      { unmapped: string; aws: { cloudtrail: { request_parameters: string; flattened: Record<string, unknown> } } },
    ];
    expect(JSON.parse(document.aws.cloudtrail.request_parameters)).toEqual(record.requestParameters);
    expect(JSON.parse(document.unmapped)).toEqual({ [key]: 'top' });
    const flattened = document.aws.cloudtrail.flattened.request_parameters as Record<string, unknown>;
    expect(flattened.plain).toBe('kept');
    expect(longestFlattenedLeaf(flattened)).toBeLessThan(32_000);
  });

  it('has text of any script, and halves of surrogate pairs', async () => {
    const text = '日本語 العربية 👩‍💻 \u0000 \u001b[31m \u2028';
    const { events } = await trail({ eventTime, eventID: 'e', userAgent: text, errorMessage: '\ud83d half' });
    const [row] = await rowsOf('cloudtrail', events);
    expect(row).toMatchObject({ useragent: text });
    expect(documentsOf('cloudtrail', events)[0]).toMatchObject({ user_agent: { original: text } });
  });

  it('has bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`{"Records":[{"eventTime":"${eventTime}","eventID":"e","userAgent":"`),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from('"}]}'),
    ]);
    const { events } = await collect(chunksOf([bytes]), originOf('cloudtrail'));
    expect((await rowsOf('cloudtrail', events))[0]).toMatchObject({ useragent: '���' });
  });

  it('comes empty, with a byte order mark, and in several gzip members', async () => {
    const one = `{"Records":[{"eventTime":"${eventTime}","eventID":"a"}]}`;
    const read = (bytes: Buffer) => collect(inflate(chunksOf([bytes])), originOf('cloudtrail'));
    for (const empty of ['', '{"Records":[]}', '\ufeff{"Records":[]}'])
      expect(await read(Buffer.from(empty)), empty).toMatchObject({ parsed: [], error: null });
    expect(await read(gzipSync(''))).toMatchObject({ parsed: [], error: null });
    expect((await read(gzipSync(`\ufeff${one}`))).events).toHaveLength(1);
    const half = one.length / 2;
    const members = [one.slice(0, half), one.slice(half), one].map((part) => gzipSync(part));
    expect((await read(Buffer.concat(members))).events.map(({ id }) => id)).toEqual(['a.', 'a.']);
  });

  it('has Insights, which are no calls', async () => {
    const insight = {
      eventTime,
      eventID: 'i',
      eventType: 'AwsCloudTrailInsight',
      recipientAccountId: '111122223333',
      insightDetails: { state: 'Start', eventName: 'AssumeRole', insightType: 'ApiCallRateInsight' },
    };
    const { events } = await trail(insight);
    const [row] = await rowsOf('cloudtrail', events);
    expect(JSON.parse(String(row!.unmapped))).toEqual({ insightDetails: insight.insightDetails });
    const [document] = documentsOf('cloudtrail', events) as [{ event: Record<string, unknown> }];
    expect(document.event).toEqual({ id: 'i' });
  });
});

describe('flow logs', () => {
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  const row = '2 111122223333 eni-0123 10.0.0.1 10.0.0.2 49152 443 6 20 4249 1722519900 1722519960 ACCEPT OK';

  it('have 13 or 15 fields under a header of 14', async () => {
    const { events, rejected } = await flows(header, row.replace(' OK', ''), row, `${row} extra`);
    expect(events).toHaveLength(1);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'the row has 13 fields, and the header names 14',
      'the row has 15 fields, and the header names 14',
    ]);
  });

  it('have accounts and Regions of their own, IPv6, and no traffic with numbers', async () => {
    const { events, rejected } = await flows(
      `${header} region`,
      '2 unknown eni-1 2001:db8::1 ::ffff:10.0.0.1 1 2 58 0 0 1722519900 1722519960 - NODATA eu-west-1',
      '2 444455556666 eni-1 - - - - - - - 1722519900 1722519960 - SKIPDATA -',
    );
    expect(rejected).toEqual([]);
    expect(await rowsOf('vpcflow', events)).toMatchObject([
      {
        account_id: 'unknown',
        aws_account_id: '111122223333',
        region: 'eu-west-1',
        aws_region: 'us-east-1',
        srcaddr: '2001:db8::1',
        log_status: 'NODATA',
      },
      { account_id: '444455556666', srcaddr: null, log_status: 'SKIPDATA' },
    ]);
    expect(documentsOf('vpcflow', events)[0]).toMatchObject({
      source: { address: '2001:db8::1', ip: '2001:db8::1' },
      cloud: { account: { id: '111122223333' }, region: 'us-east-1' },
    });
  });

  it('have a header in the middle, none at all, columns of tomorrow, and no last line end', async () => {
    const { events } = await flows(row, header, row, `${header} tomorrow-field`, `${row} kept`);
    expect(events).toHaveLength(3);
    expect((await rowsOf('vpcflow', events))[2]!.unmapped).toBe('{"tomorrow-field":"kept"}');
  });

  it('have every field of version 2 to 11 and of Transit Gateways in columns', async () => {
    const { fields } = contractOf('vpcflow');
    const names = fields.map(({ raw }) => raw).filter((name) => !name.startsWith('aws-'));
    expect(names).toHaveLength(14 + 7 + 4 + 4 + 10 + 3 + 12 + 18);
    const values = names.map((name, at) => (name === 'start' ? '1722519900' : String(at)));
    const { events } = await flows(names.reverse().join(' '), values.reverse().join(' '));
    const [stored] = await rowsOf('vpcflow', events);
    expect(stored!.unmapped).toBeNull();
    expect(fields.filter(({ column }) => stored![column] === null)).toEqual([]);
  });
});
