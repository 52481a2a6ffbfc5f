import { expect, test } from 'vitest';
import type { LogName } from '../../src/model/event.js';
import { allTime } from '../../src/model/question.js';
import type { Stream } from '../../src/model/stream.js';
import { gapsOf } from '../../src/queries/gaps.js';

const now = new Date('2026-03-02T12:30:00Z');
const at = (hour: number, day = 2) => `2026-03-0${day}T${String(hour).padStart(2, '0')}:00:00Z`;

const stream = (log: LogName, ...hours: number[]): Stream => ({
  log,
  account: '111122223333',
  region: 'us-east-1',
  flowLog: null,
  objects: { done: 1, failed: 0, unfinished: 0 },
  records: { read: 1, stored: 1, duplicates: 0, deadLettered: 0 },
  firstEvent: null,
  lastEvent: null,
  lastDelivered: null,
  lag: { mean: null, max: null },
  late: 0,
  dataEvents: 0,
  skipData: 0,
  hours: hours.map((hour) => ({ hour: at(hour), objects: 1, records: 1 })),
});

const gaps = (streams: Stream[], scope: { from: string; to: string } = allTime) =>
  gapsOf(streams, scope, now).map(({ expected, gaps: found }) => ({
    expected,
    gaps: found.map(({ from, to, hours }) => `${from.slice(8, 13)} ${to.slice(8, 13)} ${hours}`),
  }));

test('hours in a row without a record are one gap, between the first and the last', () => {
  expect(gaps([stream('cloudtrail', 1, 2, 5, 8)])).toEqual([{ expected: 8, gaps: ['02T03 02T05 2', '02T06 02T08 2'] }]);
  expect(gaps([stream('vpcflow', 4)])).toEqual([{ expected: 1, gaps: [] }]);
});

test('a stream that fell silent lacks the hours that others of its log have', () => {
  expect(gaps([stream('vpcflow', 1, 2), stream('vpcflow', 3, 4, 5), stream('cloudtrail', 9)])).toEqual([
    { expected: 5, gaps: ['02T03 02T06 3'] },
    { expected: 3, gaps: [] },
    { expected: 1, gaps: [] },
  ]);
});

test('a scope says where it begins and ends, and none ends in the future', () => {
  const scope = { from: '2026-03-02T00:20:00Z', to: '2026-03-02T04:10:00Z' };
  expect(gaps([stream('cloudtrail', 1, 2)], scope)).toEqual([
    { expected: 5, gaps: ['02T00 02T01 1', '02T03 02T05 2'] },
  ]);
  expect(gaps([stream('cloudtrail', 11)], { from: at(10), to: at(0, 5) })).toEqual([
    { expected: 3, gaps: ['02T10 02T11 1', '02T12 02T13 1'] },
  ]);
  expect(gaps([stream('vpcflow')], { from: at(1), to: at(3) })).toEqual([{ expected: 2, gaps: ['02T01 02T03 2'] }]);
});

test('logs that are written now and then have no gaps', () => {
  expect(gaps([stream('config', 1, 9), stream('guardduty', 2, 4)])).toEqual([
    { expected: 2, gaps: [] },
    { expected: 2, gaps: [] },
  ]);
});
