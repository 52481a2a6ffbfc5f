import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gate } from '../../src/logs/gate.js';
import { jsonRecords } from '../../src/logs/json-records.js';
import { KeyIds, KeyMarks } from '../../src/logs/sieve.js';
import { type Sifted, sift } from '../../src/logs/sift.js';
import { inflate } from '../../src/s3/gunzip.js';
import { gunzipWhole } from '../../src/s3/gunzip-whole.js';
import { chunksOf, seeded } from '../s3/chunks.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const issued = 'ASIAIOSFODNN7EXAMPLE';
const keys = [key, issued, 'ASIAABCDEFGHIJKLMNOP', 'AKIAZZZZZZZZZZZZZZZZ', 'ASIAQQQQQQQQQQQQQQQQ'];
const MB = 1024 * 1024;

/** What is kept and passed over of a file that is parsed as it comes. */
async function parsed(content: Buffer, ids: KeyIds, except: KeyIds | null) {
  const kept: [number, string][] = [];
  let passedOver = 0;
  const gated = gate(chunksOf([content]), ids, (records) => {
    passedOver += records;
  });
  let position = 0;
  for await (const spans of jsonRecords(gated, 'Records'))
    for (const { raw, fault } of spans) {
      if (fault !== null) return null;
      if (ids.in(raw) && !except?.in(raw)) kept.push([position, raw.toString()]);
      else passedOver++;
      position++;
    }
  return { kept, passedOver };
}

function shown({ bytes, kept, passedOver }: Sifted) {
  const all = Buffer.from(bytes.buffer);
  const texts = kept.map(({ position, end }, i): [number, string] => [
    position,
    all.toString('utf8', kept[i - 1]?.end ?? 0, end),
  ]);
  return { kept: texts, passedOver };
}

/** A record that names a key or none, in text that looks like a record's beginning, escaped or nested. */
function recordOf(random: (below: number) => number, number: number): string {
  const name = keys[random(keys.length)]!;
  const inner = { eventVersion: '1.11', userIdentity: { accessKeyId: name } };
  const places = [
    { userIdentity: { accessKeyId: name } },
    { userIdentity: {}, requestParameters: { events: [inner, inner] } },
    { userAgent: `"},{"eventVersion":"1.11","x":"${name}\\` },
    { userAgent: `é\\" ]}`, additionalEventData: [[], {}, '{[', `\\\\`] },
    {},
  ];
  const record = { eventVersion: '1.11', eventID: `e${number}`, ...places[random(places.length)] };
  return JSON.stringify(record, null, random(4) === 0 ? 2 : 0);
}

test('what it keeps of a file is what parsing the file keeps', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 5 }), async (seed, wanted) => {
      const random = seeded(seed);
      const blank = () => ['', '', '', ' ', '\r\n\t'][random(5)]!;
      const records = Array.from({ length: random(12) }, (_, i) => `${blank()}${recordOf(random, i)}${blank()}`);
      const content = Buffer.from(`${blank()}{"Records":${blank()}[${records.join(',')}]${blank()}}${blank()}`);
      const ids = new KeyIds(keys.slice(0, wanted));
      const except = random(2) ? new KeyIds(keys.slice(wanted, wanted + 1)) : null;
      const sifted = sift(content, { ids, except }, true);
      if (sifted === null) return;
      taken++;
      expect(shown(sifted)).toEqual(await parsed(content, ids, except));
      const marks = new KeyMarks();
      marks.add(content);
      expect(sifted.marks).toEqual(marks.take());
    }),
    { numRuns: 300 },
  );
  expect(taken).toBeGreaterThan(200);
});

test('a file with a byte changed or left out is kept the same, or not taken', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
      const random = seeded(seed);
      const whole = Buffer.from(`{"Records":[${[0, 1, 2].map((i) => recordOf(random, i)).join(',')}]}`);
      const at = random(whole.length);
      const byte = Buffer.from('"\\{}[],: x'.charAt(random(10)));
      const content = Buffer.concat([
        whole.subarray(0, at),
        random(2) ? byte : Buffer.alloc(0),
        whole.subarray(at + 1),
      ]);
      const ids = new KeyIds([key]);
      const sifted = sift(content, { ids, except: null }, false);
      if (sifted) expect(shown(sifted)).toEqual(await parsed(content, ids, null));
    }),
    { numRuns: 1000 },
  );
});

describe('what is not as AWS writes it is not taken', () => {
  const needles = { ids: new KeyIds([key]), except: null };
  const record = `{"eventVersion":"1.11","x":"${key}"}`;
  test.each([
    ['cut off behind a record', `{"Records":[${record}`],
    ['cut off, and ended by other text', `{"Records":[${record},{"x":"]}`],
    ['members behind the records', `{"Records":[${record}],"more":[]}`],
    ['two objects', `{"Records":[${record}]}{"Records":[${record}]}`],
    ['no records', `{"Records":[],"x":"${key}","y":[]}`],
    ['a record that is no object', `{"Records":["${key}"]}`],
    ['a comma too many', `{"Records":[${record},]}`],
    ['a comma too few', `{"Records":[${record}${record}]}`],
    ['nested too deep', `{"Records":[{"x":"${key}","y":${'['.repeat(300)}${']'.repeat(300)}}]}`],
    ['a record of more than 1 MB', `{"Records":[{"x":"${key}","y":"${'x'.repeat(MB)}"}]}`],
    ['more than is held', `{"Records":[${Array(20_001).fill(record).join(',')}]}`],
  ])('%s', (_, text) => {
    expect(sift(Buffer.from(text), needles, false)).toBeNull();
  });
});

describe('gzip data as a whole', () => {
  const content = Buffer.from(`{"Records":[${'{"eventVersion":"1.11"},'.repeat(5000)}{}]}`);
  const stored = gzipSync(content);

  test('gives what inflating it as a stream gives', async () => {
    const two = Buffer.concat([gzipSync(content.subarray(0, 1000)), gzipSync(content.subarray(1000))]);
    for (const bytes of [stored, gzipSync('x'), two]) {
      const parts: Buffer[] = [];
      for await (const part of inflate(chunksOf([bytes]))) parts.push(part);
      expect(gunzipWhole(bytes, MB)?.equals(Buffer.concat(parts))).toBe(true);
    }
  });

  const changed = (at: number): Buffer => {
    const bytes = Buffer.from(stored);
    bytes[at]! ^= 0xff;
    return bytes;
  };
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no gzip data', content],
    ['cut off', stored.subarray(0, -9)],
    ['cut off in the trailer', stored.subarray(0, -1)],
    ['damaged', changed(stored.length >> 1)],
    ['another checksum', changed(stored.length - 8)],
    ['another length', changed(stored.length - 4)],
    ['something behind', Buffer.concat([stored, Buffer.from('more')])],
    ['zeros behind', Buffer.concat([stored, Buffer.alloc(8)])],
    ['a bomb that says it is small', Buffer.concat([gzipSync(Buffer.alloc(4 * MB)), gzipSync('x')])],
    ['too large', gzipSync(Buffer.alloc(MB + 1))],
  ])('is left to the stream: %s', (_, bytes) => {
    expect(gunzipWhole(bytes, MB)).toBeNull();
  });
});
