import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractOf, type Field } from '../../src/model/contract.js';
import type { LogEvent, LogName } from '../../src/model/event.js';
import { openStore } from '../../src/stores/open.js';
import { collect, originOf } from '../logs/collect.js';
import { rowsOf } from '../queries/cases.js';
import { chunksOf } from '../s3/chunks.js';
import { opensearchOrSkip } from '../services/index.js';
import { tableRows } from './duckdb/table-rows.js';
import { type Body, call, withStore } from './opensearch/node.js';

/** What log files in the wild have been seen to hold, in one batch: both stores take all of it, and show the same. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-traits-'));
});
afterAll(() => rm(folder, { recursive: true }));

const key = 'AKIAIOSFODNN7EXAMPLE';
const usual = {
  eventVersion: '1.11',
  eventTime: '2026-03-02T08:00:00Z',
  eventSource: 'signin.amazonaws.com',
  eventName: 'ConsoleLogin',
  awsRegion: 'us-east-1',
  sourceIPAddress: '198.51.100.10',
  userAgent: 'test',
  recipientAccountId: '111122223333',
  userIdentity: { type: 'IAMUser', userName: 'alice', accessKeyId: key },
};

let records = 0;
/** A record's text: the usual members but those of `own`, and behind them members that no object can have. */
function record(own: Record<string, unknown>, members = ''): string {
  const eventID = `event-${String(records++).padStart(3, '0')}`;
  const text = JSON.stringify({ ...usual, eventID, ...own });
  return members === '' ? text : `${text.slice(0, -1)},${members}}`;
}

const conflicts = [{ a: 1 }, { A: { b: [1, { c: 'd' }] } }, 'text', true, 7, [1, { b: 2 }], null, '', {}, []];
const long = 'k'.repeat(8_192);

const trail: Record<string, string[]> = {
  'other days, Regions and accounts than the path': [
    record({ eventTime: '2026-02-28T23:59:59Z' }),
    record({ awsRegion: 'ap-southeast-2', recipientAccountId: '444455556666' }),
  ],
  'version 1.0, without an id': [
    record({ eventVersion: '1.0', eventID: undefined, recipientAccountId: undefined }),
    record({ eventVersion: '1.0', eventID: undefined, recipientAccountId: undefined, eventName: 'GetUser' }),
  ],
  'other types than the field’s': [
    ...['requestParameters', 'responseElements', 'additionalEventData', 'userIdentity', 'userAgent', 'errorCode'],
    ...['resources', 'readOnly', 'managementEvent', 'tlsDetails', 'eventCategory', 'sourceIPAddress', 'new'],
    ...['recipientAccountId', 'eventType'],
  ].flatMap((field) => conflicts.map((value) => record({ [field]: value }))),
  'types of one name that clash inside': conflicts.map((value) =>
    record({ requestParameters: { one: { name: value } } }),
  ),
  'names that differ in case, and with dots': [
    record({
      EventName: 'shout',
      USERAGENT: 'loud',
      useridentity: { ARN: 'x' },
      'userIdentity.arn': 'dotted',
      userIdentity: { ...usual.userIdentity, ARN: 'upper', Arn: 'camel' },
      resources: [{ ARN: 'arn:aws:s3:::a', arn: 'arn:aws:s3:::b', ACCOUNTID: 1 }],
      requestParameters: { 'a.b': 1, a: { b: 2 }, A: { B: 3 }, '.': 4, '': 5 },
    }),
  ],
  'names and texts that are too long for terms': [
    record({
      // Not the key's: OpenSearch shows such a text, and groups by none of more than 8,191 characters.
      userIdentity: { type: 'Root' },
      userAgent: 'u'.repeat(40_000),
      errorMessage: 'é'.repeat(40_000),
      [long]: 'top',
      requestParameters: { [long]: 'x', ['n'.repeat(40_000)]: 1, value: 'é'.repeat(32_766), plain: 'kept' },
    }),
  ],
  'text of any script, controls, halves of surrogate pairs': [
    record({ userAgent: '日本語 العربية 👩‍💻 \u0000 \u001b[31m \u2028', errorMessage: '\ud83d half \udc00' }),
    record({ requestParameters: { '\ud800': '\udc00', 'é\u0000': '\u0000', 名前: '値' }, '\udfff': '\ud800' }),
    record({ resources: [{ ARN: 'arn:\u0000', type: '\ud800' }], additionalEventData: { MFAUsed: '\u0000é値' } }),
  ],
  'numbers that no double holds, and members that are there twice': [
    ...['12345678901234567890', '9007199254740993', '1e400', '2.0'].map((number) =>
      record({}, `"additionalEventData":{"MFAUsed":${number}}`),
    ),
    // DuckDB's JSON functions round fractions; the column's text is exact.
    ...['12345678901234567890', '0.1234567890123456789', '-0', '1e400'].map((number) =>
      record(
        {},
        `"requestParameters":{"size":${number},"deep":[{"size":${number}}]},"userAgent":${number},"new":${number}`,
      ),
    ),
    record(
      {},
      '"requestParameters":{"a":1,"a":"two","__proto__":{"x":1}},"userAgent":"last","__proto__":{"y":12345678901234567890}',
    ),
  ],
};

const flowHeader =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const flows = [
  flowHeader,
  '2 111122223333 eni-1 198.51.100.7 10.0.0.5 40000 22 6 20 4249 1772438400 1772438460 ACCEPT OK\r',
  '2 unknown eni-1 2001:db8::1 ::ffff:10.0.0.1 1 2 58 0 0 1772438400 1772438460 - NODATA',
  '2 444455556666 eni-1 - - - - - - - 1772438400 1772438460 - SKIPDATA',
  '2 444455556666 eni-2 10.0.0.1 10.0.0.2 1 2 6 9007199254740993 18446744073709551615 1772438400 9999999999999999 ACCEPT OK',
  `${flowHeader} region tomorrow-field`,
  '2 111122223333 eni-3 fe80::1 ff02::1 1 99999999999 58 1 1 1772438400 1772438460 REJECT OK eu-west-1 \u0000é',
];

const item = (own: string): string =>
  `{"configurationItemCaptureTime":"2026-03-02T08:00:00Z","resourceType":"T","resourceId":"${records++}",${own}}`;
const items = [
  ...conflicts.map((value) => item(`"configuration":${JSON.stringify(value)},"tags":${JSON.stringify(value)}`)),
  ...conflicts.map((value) => item(`"awsRegion":${JSON.stringify(value)},"relationships":${JSON.stringify(value)}`)),
  item('"configuration":{"size":12345678901234567890,"ratio":0.10,"a":1,"a":2},"tags":{"A":1,"a":"b"},"arn":-0'),
];
const finding = (own: string): string => `{"updatedAt":"2026-03-02T08:00:00Z","id":"f${records++}",${own}}`;
const findings = [
  ...conflicts.map((value) => finding(`"service":${JSON.stringify(value)},"severity":${JSON.stringify(value)}`)),
  ...conflicts.map((value) => finding(`"title":${JSON.stringify(value)},"resource":${JSON.stringify(value)}`)),
  ...['8.0', '1e400', '-0', '8.00000000000000000001'].map((number) =>
    finding(`"severity":${number},"service":{"count":${number}},"Title":"x"`),
  ),
];

const texts: Record<LogName, string> = {
  cloudtrail: `\ufeff{"Records":[${Object.values(trail).flat().join(',')}]}`,
  vpcflow: flows.join('\n'),
  config: `{"configurationItems":[${items.join(',')}]}`,
  guardduty: findings.join('\n'),
};

/** What rows, and so documents, hold word for word. */
const exactly: Record<LogName, string[]> = {
  cloudtrail: [
    '{"size":12345678901234567890,"deep":[{"size":12345678901234567890}]}',
    '{"size":0.1234567890123456789,"deep":[{"size":0.1234567890123456789}]}',
    '{"size":-0,"deep":[{"size":-0}]}',
    '{"size":1e400,"deep":[{"size":1e400}]}',
    '{"userAgent":"test","new":12345678901234567890}',
    '{"a":1,"a":"two","__proto__":{"x":1}}',
    '"__proto__":{"y":12345678901234567890}',
    '{"a.b":1,"a":{"b":2},"A":{"B":3},".":4,"":5}',
    '"userIdentity":{"ARN":"upper","Arn":"camel"}',
  ],
  vpcflow: [
    '{"packets":9007199254740993,"bytes":18446744073709551615,"end":9999999999999999}',
    '{"dstport":99999999999',
  ],
  config: ['{"size":12345678901234567890,"ratio":0.10,"a":1,"a":2}', '{"A":1,"a":"b"}', '"arn":"-0"'],
  guardduty: ['{"severity":1e400,"Title":"x"}', '{"count":-0}', '{"severity":8.00000000000000000001,"Title":"x"}'],
};

async function eventsOf(log: LogName): Promise<LogEvent[]> {
  const { events, rejected, error } = await collect(chunksOf([texts[log]]), originOf(log));
  expect([rejected, error]).toEqual([[], null]);
  return events;
}

/** A store of each kind with the events in it. */
async function inBoth(
  node: string,
  log: LogName,
  events: readonly LogEvent[],
  body: (both: { path: string; own: Parameters<Parameters<typeof withStore>[1]>[0] }) => Promise<void>,
): Promise<void> {
  const path = join(folder, `${log}-${records++}.duckdb`);
  const duckdb = await openStore(`duckdb:${path}`, 'write');
  await duckdb.prepare();
  const all = events.map(() => 'stored');
  expect(await duckdb.write(log, events)).toEqual(all);
  await duckdb.close();
  await withStore(node, async (own) => {
    expect(await own.store.write(log, events)).toEqual(all);
    await body({ path, own });
  });
}

/** What a row has under a column, in the form of a document: a list per `[]`, nothing for an empty text. */
function inRow(row: unknown, column: string): unknown {
  const [first, ...rest] = column.split('.');
  const inner = (row as Body | null)?.[first!.replace('[]', '')] ?? null;
  if (rest.length === 0) return inner === '' ? null : inner;
  if (!Array.isArray(inner)) return inRow(inner, rest.join('.'));
  const list = inner.map((each) => inRow(each, rest.join('.')));
  return list.some((each) => each !== null) ? list : null;
}

const inDocument = (document: Body, field: string): unknown =>
  field.split('.').reduce<unknown>((level, step) => (level as Body | undefined)?.[step], document) ?? null;

/** Where row and document differ, of the types that take any value: of the others their own tests say more. */
function differences(row: Body, document: Body, { column, ecs }: Field): unknown[] {
  return ecs
    .filter(({ type }) => ['keyword', 'raw', 'integer', 'long', 'double', 'date'].includes(type))
    .map(({ field }) => [inRow(row, column), inDocument(document, field)])
    .filter(([stored, shown]) => {
      const text = (value: unknown) => JSON.stringify(typeof value === 'number' ? String(value) : value);
      return text(stored) !== text(shown);
    })
    .map(([stored, shown]) => ({ id: row.id, column, stored, shown }));
}

test.for(['cloudtrail', 'vpcflow', 'config', 'guardduty'] as const)(
  '%s: a batch of everything is stored whole, and a row and a document show the same',
  async (log, context) => {
    const events = await eventsOf(log);
    await inBoth(opensearchOrSkip(context), log, events, async ({ path, own }) => {
      const rows = await tableRows(path, log);
      const documents = await own.documents(log);
      expect(rows.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(documents.size).toBe(events.length);
      for (const row of rows) {
        const document = documents.get(String(row.id))!;
        expect(contractOf(log).fields.flatMap((field) => differences(row, document, field))).toEqual([]);
        // A document may keep more there: a value that has a column in SQL, but none of OpenSearch's types.
        const unmapped = row.unmapped === null ? '' : String(row.unmapped).slice(1, -1);
        expect(String(document.unmapped ?? '').slice(1), `unmapped of ${row.id}`).toContain(unmapped);
      }
      const all = JSON.stringify(rows).replaceAll('\\"', '"');
      for (const kept of exactly[log]) expect(all, kept).toContain(kept);
    });
  },
);

test('questions show the same of them, and every number and name', async (context) => {
  const events = await eventsOf('cloudtrail');
  await inBoth(opensearchOrSkip(context), 'cloudtrail', events, async ({ path, own: { store, prefix, documents } }) => {
    await documents('cloudtrail');
    const duckdb = await openStore(`duckdb:${path}`, 'read');
    for (const [id, params] of [
      ['console-logins', {}],
      ['key-timeline', { key }],
      ['key-clients', { key }],
      ['resources-touched', { key }],
      ['actions-used', { key }],
    ] as const) {
      const rows = await rowsOf(duckdb, id, params);
      expect(rows.length, id).toBeGreaterThan(0);
      expect(await rowsOf(store, id, params), id).toEqual(rows);
    }
    const logins = await rowsOf(duckdb, 'console-logins', {});
    expect(logins.map(({ mfa_used }) => mfa_used)).toEqual(
      expect.arrayContaining(['12345678901234567890', '9007199254740993', '1e400', '2.0']),
    );
    await duckdb.close();

    const found = async (name: string, value: string): Promise<number> => {
      const query = { term: { [`aws.cloudtrail.flattened.request_parameters.${name}`]: value } };
      const { body } = await call(opensearchOrSkip(context), 'POST', `/${prefix}-keytrail-cloudtrail-*/_search`, {
        query,
      });
      return body.hits.total.value;
    };
    for (const [name, value] of [
      ['size', '12345678901234567890'],
      ['deep.size', '0.1234567890123456789'],
      ['size', '1e400'],
      ['a', 'two'],
      ['plain', 'kept'],
    ] as const)
      expect(await found(name, value), `${name} ${value}`).toBe(1);
  });
});
