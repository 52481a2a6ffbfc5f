import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Envelope } from '../../src/logs/envelopes.js';
import { contractOf } from '../../src/model/contract.js';
import type { LogName } from '../../src/model/event.js';
import { isExact, toJson } from '../../src/model/exact-json.js';
import { projector } from '../../src/model/project.js';
import { chunksOf, randomChunks, seeded } from '../s3/chunks.js';
import { collect, originOf } from './collect.js';

const time = '2024-08-01T13:45:00Z';
const numbers = [
  '12345678901234567890',
  '9007199254740993',
  '0.1234567890123456789',
  '-0',
  '1e400',
  '1E3',
  '2.0',
  '1234567890123456',
];

/** Texts of numbers, names and words, whatever their order. */
const tokensOf = (json: string): string[] =>
  (json.match(/"(?:[^"\\]|\\.)*"|[-+.\w]+/g) ?? []).map((token) => JSON.stringify(token)).sort();

const wraps: [LogName, Envelope | undefined, (record: string) => string][] = [
  ['cloudtrail', undefined, (record) => `{"Records":[${record}]}`],
  ['cloudtrail', 'firehose', (record) => record],
  ['cloudtrail', 'lines', (record) => `${record}\n`],
  ['cloudtrail', 'lookup-events', (record) => `{"Events":[{"CloudTrailEvent":${JSON.stringify(record)}}]}`],
  [
    'cloudtrail',
    'cloudwatch',
    (record) => `{"messageType":"DATA_MESSAGE","logEvents":[{"message":${JSON.stringify(record)}}]}`,
  ],
  ['config', undefined, (record) => `{"configurationItems":[${record}]}`],
  ['guardduty', undefined, (record) => `${record}\n`],
];
const timeField = { cloudtrail: 'eventTime', config: 'configurationItemCaptureTime', guardduty: 'updatedAt' } as const;

async function read(which: number, members: string, seed: number) {
  const [log, envelope, wrap] = wraps[which]!;
  const text = `{"${timeField[log as keyof typeof timeField]}":"${time}"${members === '' ? '' : `,${members}`}}`;
  const stream = randomChunks(Buffer.from(wrap(text)), seeded(seed));
  const { events, error } = await collect(stream, originOf(log), envelope ? { envelope } : {});
  expect([events.length, error]).toEqual([1, null]);
  return { text, record: events[0]!.record };
}

const name = fc.constantFrom('a', 'A', 'b', '__proto__', 'toJSON', 'x.y', 'é', '\\', '"', ':', '1', '');
const token = fc.oneof(
  fc.constantFrom(...numbers, 'true', 'false', 'null', '0', '-17', '123456789012345', '"1e5"', '"{\\"a\\":1}"', '""'),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => JSON.stringify(double)),
);
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    token,
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(name, tie('value')), { maxLength: 6 })
      .map((members) => `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${inner}`).join(',')}}`),
  ),
}));
const members = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map((all) => all.map(([key, inner]) => `${JSON.stringify(key)}:${inner}`).join(','));

it('every number and every member of any record is kept, in every log, wherever chunks end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: wraps.length - 1 }), members, fc.nat(), async (which, text, seed) => {
      const { text: whole, record } = await read(which, text, seed);
      expect(tokensOf(toJson(record, record))).toEqual(tokensOf(whole));
    }),
    { seed: 20_260_302, numRuns: 3_000 },
  );
});

it.each(wraps.map(([log, envelope], which) => [log, envelope ?? 'files', which] as const))(
  '%s in %s: a record without such numbers is a plain one, and one with them is not',
  async (_log, _envelope, which) => {
    const plain = '"requestParameters":{"a":1,"b":[{"c":-17},123456789012345],"d":"1e400 -0 12345678901234567890:"}';
    expect(isExact((await read(which, plain, 1)).record)).toBe(false);
    for (const number of numbers.slice(0, -1))
      expect(isExact((await read(which, `"a":[${number}]`, 1)).record), number).toBe(true);
    expect(isExact((await read(which, '"a":{"b":1,"b":1}', 1)).record)).toBe(true);
  },
);

it('what is written of a record has its numbers as they were, in columns and beside them', async () => {
  const { record } = await read(
    0,
    `"eventName":"first","requestParameters":{"size":12345678901234567890,"ratio":0.1234567890123456789,"a":-0,"a":1e400},
     "userAgent":98765432109876543210,"eventName":"second","tlsDetails":{"tlsVersion":1.20,"cipherSuite":"x","tlsVersion":"y"},
     "resources":[{"ARN":12345678901234567890,"accountId":111122223333},2.0],"next":[1E3]`,
    7,
  );
  const { fields } = contractOf('cloudtrail');
  const { values, unmapped } = projector(contractOf('cloudtrail'))(record);
  const found = Object.fromEntries(fields.map(({ column }, at) => [column, values[at]]));
  expect(found).toMatchObject({
    eventname: 'second',
    requestparameters: '{"size":12345678901234567890,"ratio":0.1234567890123456789,"a":-0,"a":1e400}',
    useragent: '98765432109876543210',
    'tlsdetails.tlsversion': 'y',
    'resources[].arn': ['12345678901234567890', null],
    'resources[].accountid': ['111122223333', null],
  });
  expect(unmapped).toBe('{"eventName":"first","tlsDetails":{"tlsVersion":1.20},"resources":[2.0],"next":[1E3]}');
});

it('a number of another log’s typed field stays beside it where the type can’t hold it', async () => {
  const project = projector(contractOf('guardduty'));
  const place = contractOf('guardduty').fields.findIndex(({ raw }) => raw === 'severity');
  const severity = async (number: string) => {
    const { values, unmapped } = project((await read(6, `"severity":${number}`, 1)).record);
    return [values[place], unmapped];
  };
  expect(await severity('8.0')).toEqual([8, null]);
  expect(await severity('5.3')).toEqual([5.3, null]);
  for (const number of ['1e400', '-0', '8.00000000000000000001'])
    expect(await severity(number)).toEqual([null, `{"severity":${number}}`]);
});

it('findings with capitalised names lose neither numbers nor names that differ in case only', async () => {
  const finding = `{"Id":"f","UpdatedAt":"${time}","Service":{"Count":12345678901234567890,"A":1,"a":2,"A":3}}\n`;
  const { events } = await collect(chunksOf([finding]), originOf('guardduty'));
  const { record } = events[0]!;
  expect(toJson(record.service, record)).toBe('{"count":12345678901234567890,"A":1,"A":3,"a":2}');
});
