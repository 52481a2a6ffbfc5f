import { expect, test } from 'vitest';
import { accessKeyFacts } from '../../src/model/access-key.js';
import { cell, compareText, rowOrder } from '../../src/model/cell.js';

test('cells are of their column’s type', () => {
  expect(cell(new Date('2026-03-02T08:00:00.000Z'), 'timestamp')).toBe('2026-03-02T08:00:00Z');
  expect(cell(1772438400000, 'timestamp')).toBe('2026-03-02T08:00:00Z');
  expect(cell(12n, 'integer')).toBe(12);
  expect(cell('not a time', 'timestamp')).toBe('not a time');
  expect(cell(undefined, 'string')).toBeNull();
});

test('text is ordered as its UTF-8 bytes are', () => {
  const words = ['a', 'B', '', 'é', '\uffee', '\u{1f600}', 'ab'];
  const byBytes = [...words].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect([...words].sort(compareText)).toEqual(byBytes);
});

test('rows: nulls are last, rising and falling', () => {
  const rows = [{ a: null }, { a: 2 }, { a: 10 }];
  expect([...rows].sort(rowOrder(['a']))).toEqual([{ a: 2 }, { a: 10 }, { a: null }]);
  expect([...rows].sort(rowOrder(['-a']))).toEqual([{ a: 10 }, { a: 2 }, { a: null }]);
});

test('a key id of the newer generation names its account', () => {
  expect(accessKeyFacts('ASIAY34FZKBOKMUTVV7A')).toEqual({ kind: 'temporary', account: '609629065308' });
  expect(accessKeyFacts('AKIAIOSFODNN7EXAMPLE')).toEqual({ kind: 'long-term', account: null });
  expect(accessKeyFacts('AIDAY34FZKBOKMUTVV7A')).toEqual({ kind: 'unknown', account: null });
});
