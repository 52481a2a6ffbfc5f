import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMember, ExactNumber, isExact, membersOf, parseExact, toJson } from '../../src/model/exact-json.js';

/** Written again as it was read. */
const again = (text: string): string => {
  const record = parseExact(text) as object;
  return toJson(record, record);
};

const odd = [
  ...['12345678901234567890', '9007199254740993', '-9007199254740993', '0.1234567890123456789', '1e400', '-1E400'],
  ...['-0', '-0.0', '0.0', '2.0', '1.50', '1E3', '1e-400', '5.0e-324', '0.10000000000000001', `${'9'.repeat(2000)}`],
];
const even = ['0', '-1', '123456789012345', '9007199254740992', '0.5', '5e-324', '1e+21', '1.7976931348623157e+308'];

test.each(odd)('%s is written as it was read', (number) => {
  const text = `{"a":[${number},{"b":${number}}],"c":"${number}"}`;
  expect(again(text)).toBe(text);
  expect(isExact(parseExact(text) as object)).toBe(true);
});

test.each(even)('%s is a number like any', (number) => {
  expect(parseExact(`{"a":${number}}`)).toStrictEqual({ a: Number(number) });
});

describe('members', () => {
  test.each([
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":[{"c":1,"c":1}]},"a":null,"z":0}',
    '{"__proto__":{"x":1},"constructor":1,"hasOwnProperty":2}',
    '{"__proto__":1,"__proto__":{"y":2}}',
    '{"toJSON":1,"toJSON":2,"":3,"":4}',
    '{"A":1,"a":2}',
  ])('%s are all kept', (text) => {
    expect(again(text)).toBe(text);
  });

  test('of one name the last is read, as by JSON.parse, and the rest stand before it', () => {
    const record = parseExact('{"a":1,"b":2,"a":3,"a":4}') as Record<string, unknown>;
    expect(record.a).toBe(4);
    expect(Object.keys(record)).toEqual(['a', 'b']);
    expect(membersOf(record)).toEqual([
      ['a', 1],
      ['a', 3],
      ['a', 4],
      ['b', 2],
    ]);
  });

  test('a name like the prototype’s is a member of this object alone', () => {
    const object = {};
    addMember(object, '__proto__', { polluted: 1 });
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.entries(object)).toEqual([['__proto__', { polluted: 1 }]]);
  });
});

test('the value of an exact number is the double that equals it, and none where there is none', () => {
  const value = (text: string) => new ExactNumber(text).value;
  expect(['2.0', '1E3', '10e-1', '0.0', `1${'0'.repeat(300)}`].map(value)).toEqual([2, 1000, 1, 0, 1e300]);
  for (const text of ['-0', '9007199254740993', '1e400', '0.1234567890123456789', '1e-400'])
    expect(value(text), text).toBeNaN();
});

// Quadratic work on either would outlast the test's time.
test('a number of a megabyte takes no time to speak of', () => {
  for (const text of [`1${'0'.repeat(1e6)}1`, `0.${'0'.repeat(1e6)}1`, `1e${'1'.repeat(1e6)}`]) {
    expect(again(`{"a":${text}}`)).toBe(`{"a":${text}}`);
    expect(new ExactNumber(text).value).toBeNaN();
  }
});

test('a hundred thousand members that are there twice take no time to speak of', () => {
  const members = Array.from({ length: 100_000 }, (_, place) => `"k${place}":0,"k${place}":1`);
  const text = `{${members.join(',')}}`;
  expect(again(text)).toBe(text);
});

test('JSON of any shape and blanks is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, '\t', ' \n\r'), (value, blanks) => {
      // -0 and what has an exponent are the business of the tests above.
      const text = JSON.stringify({ value }, null, blanks);
      expect(JSON.stringify(parseExact(text))).toBe(JSON.stringify(JSON.parse(text)));
      expect(again(text)).toBe(JSON.stringify(JSON.parse(text)));
    }),
    { seed: 20_260_302, numRuns: 2_000 },
  );
});
