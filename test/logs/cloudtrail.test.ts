import { expect, it } from 'vitest';
import { maxDeadLetterBytes } from '../../src/model/event.js';
import { hash128 } from '../../src/model/object.js';
import { chunksOf } from '../s3/chunks.js';
import { type Collected, collect, originOf } from './collect.js';

const eventTime = '2024-08-01T13:45:00Z';

function parse(...records: string[]): Promise<Collected> {
  return collect(chunksOf([`{"Records":[${records.join(',')}]}`]), originOf('cloudtrail'));
}

async function timeOf(value: unknown): Promise<string | undefined> {
  const { events } = await parse(JSON.stringify({ eventID: 'x', eventTime: value }));
  return events[0]?.time;
}

async function idOf(record: Record<string, unknown>): Promise<string> {
  const { events } = await parse(JSON.stringify({ eventTime, ...record }));
  return events[0]!.id;
}

it('turns a record into an event', async () => {
  const text = JSON.stringify({ eventTime, eventID: 'e-1', recipientAccountId: '111122223333', userAgent: '☃' });
  expect((await parse(text)).parsed).toEqual([
    { id: 'e-1.111122223333', time: eventTime, record: JSON.parse(text), bytes: Buffer.byteLength(text), position: 0 },
  ]);
});

it('counts positions over events and rejected pieces alike', async () => {
  const { parsed } = await parse('7', `{"eventTime":"${eventTime}"}`, '{', '}');
  expect(parsed.map(({ position }) => position)).toEqual([0, 1, 2]);
});

it('keeps one call in two accounts apart', async () => {
  expect(await idOf({ eventID: 'e', recipientAccountId: '1' })).toBe('e.1');
  expect(await idOf({ eventID: 'e', recipientAccountId: '2' })).toBe('e.2');
  expect(await idOf({ eventID: 'e' })).toBe('e.');
});

it('takes no id from a record that a store could not keep', async () => {
  for (const eventID of ['', ' ', 'a b', 'a\nb', 'é', 'x'.repeat(129), 7, null, { a: 1 }]) {
    const text = JSON.stringify({ eventTime, eventID });
    expect(await idOf({ eventID }), String(eventID)).toBe(hash128('cloudtrail', text));
  }
  for (const recipientAccountId of ['x'.repeat(65), 'a b', 7, null, ['1']]) {
    expect(await idOf({ eventID: 'e', recipientAccountId })).toBe('e.');
  }
  expect(await idOf({ eventID: 'x'.repeat(128), recipientAccountId: 'y'.repeat(64) })).toHaveLength(193);
});

it('tells records without an id apart by their bytes', async () => {
  const { events } = await parse(
    `{"eventVersion":"1.0","eventTime":"${eventTime}","eventName":"A"}`,
    `{"eventVersion":"1.0","eventTime":"${eventTime}","eventName":"B"}`,
    `{"eventVersion":"1.0","eventTime":"${eventTime}","eventName":"A"}`,
  );
  const [a, b, again] = events.map(({ id }) => id);
  expect(a).not.toBe(b);
  expect(again).toBe(a);
});

it.each([
  ['2024-08-01T13:45:00Z', '2024-08-01T13:45:00Z'],
  ['2024-08-01T13:45:00.999Z', '2024-08-01T13:45:00Z'],
  ['2024-08-01T00:15:00+02:00', '2024-07-31T22:15:00Z'],
  ['2024-12-31T23:45:00-0030', '2025-01-01T00:15:00Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
])('normalises the time %s', async (written, expected) => {
  const { events } = await parse(JSON.stringify({ eventTime: written }));
  expect(events[0]).toMatchObject({ time: expected, record: { eventTime: expected } });
});

it('rejects what is no time', async () => {
  const wrong = [
    ...['', '2024-08-01', '2024-08-01T13:45:00', '2024-08-01 13:45:00Z', 'Aug 1 2024', '1722519900', '2024-8-1T1:0:0Z'],
    ...['2023-02-29T00:00:00Z', '2024-13-01T00:00:00Z', '2024-08-01T24:00:00Z', '2024-08-01T13:60:00Z'],
    ...['2024-08-01T13:45:00+24:00', '9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00+01:00', ' 2024-08-01T13:45:00Z'],
    ...[1722519900, null, {}, [eventTime]],
  ];
  for (const value of wrong) expect(await timeOf(value), JSON.stringify(value)).toBeUndefined();
  expect((await parse('{}')).rejected[0]!.reason).toBe('eventTime is missing');
});

it('rejects pieces that are no records, with their bytes, and keeps the rest', async () => {
  const good = `{"eventTime":"${eventTime}"}`;
  const wrong = ['7', 'null', '"text"', '[1]', '{"a":}', `{"eventTime":"${eventTime}",}`, 'nonsense'];
  const { events, rejected, error } = await parse(good, ...wrong, good);
  expect(error).toBeNull();
  expect(events).toHaveLength(2);
  expect(rejected.map(({ raw }) => raw.toString())).toEqual(wrong);
  expect(new Set(rejected.map(({ reason }) => reason))).toEqual(
    new Set(['record is not a JSON object', 'record is not valid JSON']),
  );
});

it('lets no record reach a prototype', async () => {
  const hostile = `{"eventTime":"${eventTime}","eventID":"e","__proto__":{"recipientAccountId":"1","polluted":true},"constructor":{"prototype":{"polluted":true}}}`;
  const { events } = await parse(hostile);
  expect(events[0]!.id).toBe('e.');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(JSON.stringify(events[0]!.record)).toBe(hostile);
});

it('bounds what it keeps of a rejected record', async () => {
  const { rejected } = await parse(`{"a":"${'x'.repeat(3 * 1024 * 1024)}"}`, '{}');
  expect(rejected.map(({ raw }) => raw.length)).toEqual([maxDeadLetterBytes, 2]);
});

it('reads what a cut-off object still holds, then says that it is cut off', async () => {
  const { parsed, error } = await collect(
    chunksOf([`{"Records":[{"eventTime":"${eventTime}"},{"eventTi`]),
    originOf('cloudtrail'),
  );
  expect(parsed).toEqual([
    expect.objectContaining({ time: eventTime, position: 0 }),
    {
      rejected: true,
      position: 1,
      reason: 'the object ends in the middle of this record',
      raw: Buffer.from('{"eventTi'),
      whole: false,
      header: null,
    },
  ]);
  expect(error).toMatchObject({ code: 'bad_object', hint: expect.any(String) });
});
