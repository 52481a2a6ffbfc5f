import { expect, test } from 'vitest';
import type { Row } from '../../src/model/question.js';
import { questionById } from '../../src/queries/load.js';
import { noticeOf } from '../../src/watch/notice.js';
import { compare, markOf, nothingSeen, parseSeen } from '../../src/watch/seen.js';

const now = '2026-03-02T12:00:00.000Z';
const longAgo = '2026-01-31T12:00:00.000Z';
const clients = questionById('key-clients');

const client = (source_ip: string, more: Row = {}): Row => ({
  access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  source_ip,
  user_agent: 'aws-cli',
  events: 1,
  failed: 0,
  first_seen: '2026-03-02T08:00:00Z',
  last_seen: '2026-03-02T08:00:00Z',
  ...more,
});

test('a client that calls again is no new one; another address or software is', () => {
  const { marks } = compare(clients, [client('198.51.100.10')], {}, now, longAgo);
  const later = [
    client('198.51.100.10', { events: 9, last_seen: '2026-03-02T11:00:00Z' }),
    client('198.51.100.10', { user_agent: 'boto3' }),
    client('203.0.113.5'),
  ];
  expect(compare(clients, later, marks, now, longAgo).fresh).toEqual(later.slice(1));
});

test('the same thing at another hour is new, where a row stands for its hour', () => {
  const burst = questionById('denied-burst');
  const row = (window_start: string): Row => ({ window_start, access_key_id: 'AKIAIOSFODNN7EXAMPLE', denied: 30 });
  const { marks } = compare(burst, [row('2026-03-02T08:00:00Z')], {}, now, longAgo);
  const again = [row('2026-03-02T08:00:00Z'), row('2026-03-02T09:00:00Z')];
  expect(compare(burst, again, marks, now, longAgo).fresh).toEqual([again[1]]);
});

test('what has not been there for a month is forgotten, and what still is there is not', () => {
  const rows = ['198.51.100.10', '203.0.113.5'].map((address) => client(address));
  const [gone, stays] = rows.map((row) => markOf(clients, row));
  const before = { [gone!]: '2026-01-01T00:00:00.000Z', [stays!]: now };
  expect(compare(clients, [rows[1]!], before, now, longAgo).marks).toEqual({ [stays!]: now });
  expect(compare(clients, rows, before, now, longAgo).fresh).toEqual([rows[0]]);
});

test.each(['', '[]', '{"version":2}', '{"version":1,"store":"duckdb:x","questions":{"a":{"b":1}}}'])(
  'a state that is %j is refused with one line',
  (text) => {
    expect(() => parseSeen(text, 'state.json', 'duckdb:x')).toThrow(/^state\.json /);
  },
);

test('a state of another store is refused', () => {
  const text = JSON.stringify(nothingSeen('duckdb:y'));
  expect(parseSeen(text, 'state.json', 'duckdb:y')).toEqual(nothingSeen('duckdb:y'));
  expect(() => parseSeen(text, 'state.json', 'duckdb:x')).toThrow('is of duckdb:y, not of duckdb:x');
});

test('a notice fits into a message of SNS, and says what it has no room for', () => {
  const rows = Array.from({ length: 500 }, (_, i) =>
    client(`10.0.0.${i}`, { user_agent: `\u001b[31m${'é'.repeat(5000)}` }),
  );
  const answer = {
    query: clients.id,
    params: {},
    columns: [],
    rows,
    truncated: false,
    coverage: { logs: [], missing: ['No VPC flow logs were ingested.'] },
  };
  const notice = noticeOf(clients, answer, rows, 'duckdb:x', now);
  expect(Buffer.byteLength(JSON.stringify(notice, null, 1))).toBeLessThan(262_144);
  expect(notice).toMatchObject({ fresh: 500, missing: ['No VPC flow logs were ingested.'], next: clients.next.rows });
  expect(notice.rows.length).toBeGreaterThan(10);
  expect(notice.rows.length + notice.omitted).toBe(500);
  expect(notice.text).toContain('key-clients: 500 new rows');
  expect(JSON.stringify(notice)).not.toContain('\u001b');
});
