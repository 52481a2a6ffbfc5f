import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { gate } from '../../src/logs/gate.js';
import { parsers } from '../../src/logs/parser.js';
import { KeyIds, KeyMarks, markOf } from '../../src/logs/sieve.js';
import { chunksOf, randomChunks, seeded } from '../s3/chunks.js';
import { originOf } from './collect.js';

/** With no stem inside: what follows one there leaves a mark of its own, and one in twenty thousand ids has one. */
function keyId(random: (below: number) => number, prefix = 'ASIA'): string {
  const rest = Array.from({ length: 16 }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[random(32)]).join('');
  return /A[KS]IA/.test(rest) ? keyId(random, prefix) : prefix + rest;
}

/** A file whose records name a key each, or none, in one of the places where a key may be. */
function file(random: (below: number) => number, keys: readonly string[], count: number): Buffer {
  const Records = Array.from({ length: count }, (_, i) => {
    const key = keys[random(keys.length)]!;
    const places = [
      { userIdentity: { accessKeyId: key } },
      { responseElements: { credentials: { accessKeyId: key } } },
      { requestParameters: { accessKeyId: key, status: 'Inactive' } },
      { userAgent: `"eventVersion": ${'x'.repeat(random(300))}` },
    ];
    const eventTime = '2026-03-02T08:00:00Z';
    return { eventVersion: '1.11', eventTime, eventID: `e${i}`, ...places[random(places.length)] };
  });
  return Buffer.from(JSON.stringify({ Records }));
}

const collected = async (bytes: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
};

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe('however the bytes are cut', () => {
  test('every key id that occurs leaves its mark, and hardly another', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const random = seeded(seed);
        const keys = Array.from({ length: 20 }, (_, i) => keyId(random, i % 2 ? 'ASIA' : 'AKIA'));
        const bytes = file(random, keys, 1 + random(60));
        const marks = new KeyMarks();
        for await (const chunk of randomChunks(bytes, random)) marks.add(chunk);
        const found = marks.take();
        const expected = keys.filter((key) => bytes.includes(key)).map((key) => markOf(key)!);
        expect([...found!].sort()).toEqual([...new Set(expected)].sort());
      }),
    );
  });

  test('the gate lets an object through that names a key, and counts what it leaves out', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 6 }), async (seed, wanted) => {
        const random = seeded(seed);
        const keys = Array.from({ length: 12 }, () => keyId(random));
        const count = 1 + random(20);
        const bytes = file(random, keys, count);
        const ids = keys.slice(0, wanted);
        let passedOver = 0;
        const through = await collected(
          gate(randomChunks(bytes, random), new KeyIds(ids), (records) => {
            passedOver += records;
          }),
        );
        if (ids.some((id) => bytes.includes(id))) {
          expect(through.equals(bytes)).toBe(true);
          expect(passedOver).toBe(0);
        } else {
          expect(through.toString()).toBe('{"Records":[]}');
          expect(passedOver).toBe(count);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('ids of any length are told from others that begin alike', () => {
  const [one, two] = ['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'];
  const many = [one, two, 'ASIAABCDEFGHIJKL', `ASIA${'Z'.repeat(60)}`, 'AROAABCDEFGHIJKLMNOP'];
  for (const ids of [[one], many]) {
    const all = new KeyIds(ids);
    for (const id of ids) expect(all.in(Buffer.from(`{"accessKeyId":"${id}"}`)), id).toBe(true);
    for (const id of ['AKIAIOSFODNN7EXAMPLF', 'ASIA', 'akiaiosfodnn7example', ''])
      expect(all.in(Buffer.from(`{"accessKeyId":"${id}"}`)), id).toBe(false);
  }
  expect(markOf('ASIAABCDEFGHIJKL'), 'of another shape than AWS gives them').toBeNull();
});

describe('what is no whole file of records goes through the gate as it is', () => {
  const none = new KeyIds(['AKIAIOSFODNN7EXAMPLE']);
  const never = () => expect.unreachable('nothing may be left out');
  test.each([
    ['cut off', '{"Records":[{"eventVersion":"1.11"},{"ev'],
    ['cut off behind a record', '{"Records":[{"eventVersion":"1.11"}'],
    ['another kind of file', '{"Events":[{"eventVersion":"1.11"}]}'],
    ['a record a line', '{"eventVersion":"1.11"}\n{"eventVersion":"1.11"}\n'],
    ['nothing', ''],
  ])('%s', async (_, text) => {
    expect((await collected(gate(chunksOf([text]), none, never))).toString()).toBe(text);
  });

  test('bytes that end in an error: what there is of them, then the error', async () => {
    async function* broken(): AsyncIterable<Buffer> {
      yield Buffer.from('{"Records":[{"eventVersion":"1.11"}');
      throw new KeytrailError('bad_object', 'gzip data ends early');
    }
    const parts: string[] = [];
    const reading = async () => {
      for await (const part of gate(broken(), none, never)) parts.push(part.toString());
    };
    await expect(reading()).rejects.toThrow('gzip data ends early');
    expect(parts.join('')).toBe('{"Records":[{"eventVersion":"1.11"}');
  });

  test('an object too large to be held', async () => {
    const chunk = Buffer.from(`{"Records":[${'{"eventVersion":"1.11"},'.repeat(50_000)}`);
    let length = 0;
    for await (const part of gate(chunksOf(Array(16).fill(chunk)), none, never)) length += part.length;
    expect(length).toBe(16 * chunk.length);
  });
});

test('records that are passed over leave their positions free, in every log that names keys', async () => {
  const files = {
    cloudtrail: JSON.stringify({
      Records: [0, 1, 2].map((i) => ({ eventTime: '2026-03-02T08:00:00Z', eventID: `${i}` })),
    }),
    guardduty: [0, 1, 2].map((i) => JSON.stringify({ id: `${i}`, updatedAt: '2026-03-02T08:00:00Z' })).join('\n'),
    config: JSON.stringify({
      configurationItems: [0, 1, 2].map((i) => ({
        configurationItemCaptureTime: '2026-03-02T08:00:00Z',
        resourceType: 'AWS::IAM::User',
        resourceId: `${i}`,
      })),
    }),
  };
  for (const [log, text] of Object.entries(files) as [keyof typeof files, string][]) {
    const positions: number[] = [];
    const keep = ({ raw }: { raw: Buffer }) => /"(eventID|id|resourceId)":"[12]"/.test(raw.toString());
    for await (const batch of parsers[log].parse(chunksOf([text]), originOf(log), { keep }))
      positions.push(...batch.map(({ position }) => position));
    expect(positions, log).toEqual([1, 2]);
  }
});

test.each([1, 5])('a key id is found behind what begins like one, among %d', (count) => {
  const ids = ['AKIAIOSFODNN7EXAMPLE', 'ASIAB', 'ASIAC', 'ASIAD', 'ASIAE'].map((id) => id.padEnd(20, '0'));
  const keys = new KeyIds(ids.slice(0, count));
  const bytes = Buffer.from(`AKI${ids[0]}`);
  expect(keys.in(bytes)).toBe(true);
  expect(keys.places(bytes)).toEqual([3]);
});
