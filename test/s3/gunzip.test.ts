import { constants, crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { inflate, nativeInflate } from '../../src/s3/gunzip.js';
import { chunksOf, type Random, randomChunks, seeded } from './chunks.js';

const engines = nativeInflate.available ? [true, false] : [false];

/** What came out, and the error that ended it. */
async function outcome(bytes: AsyncIterable<Buffer>, native?: boolean): Promise<{ data: Buffer; error: unknown }> {
  const parts: Buffer[] = [];
  try {
    for await (const part of inflate(bytes, native === undefined ? {} : { native })) parts.push(part);
  } catch (error) {
    return { data: Buffer.concat(parts), error };
  }
  return { data: Buffer.concat(parts), error: null };
}

function badObject(error: unknown, message: RegExp): void {
  expect(error).toBeInstanceOf(KeytrailError);
  expect((error as KeytrailError).code).toBe('bad_object');
  expect((error as KeytrailError).message).toMatch(message);
}

/** Payloads that compress well, badly, and not at all. */
function payload(random: Random): Buffer {
  const size = [0, 1, 100, 5_000, 70_000, 300_000][random(6)]!;
  const spread = [1, 4, 90, 256][random(4)]!;
  const bytes = Buffer.alloc(random(size + 1));
  for (let at = 0; at < bytes.length; at++) bytes[at] = random(spread);
  return bytes;
}

/** A member with the header's optional parts, which gzipSync never writes. */
function memberWithEverything(content: Buffer): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3]);
  const parts = [header, Buffer.from([5, 0]), Buffer.from('extra'), Buffer.from('name\0'), Buffer.from('a comment\0')];
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(crc32(Buffer.concat(parts)) & 0xffff);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content));
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([...parts, checksum, deflateRawSync(content), trailer]);
}

it('has the optional native engine or says why not', () => {
  expect(nativeInflate.available).toBe(nativeInflate.reason === null);
});

describe.each(engines)('inflate with native: %s', (native) => {
  it('equals gunzipSync for any members, payloads and chunks', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seeded(seed);
      const members = Array.from({ length: 1 + random(4) }, () =>
        gzipSync(payload(random), { level: random(10), strategy: random(5) }),
      );
      const packed = Buffer.concat([...members, Buffer.alloc(random(2) * random(40))]);
      const { data, error } = await outcome(randomChunks(packed, random), native);
      expect(error, `seed ${seed}`).toBeNull();
      expect(data.equals(gunzipSync(packed)), `seed ${seed}`).toBe(true);
    }
  });

  it('finds members split at every byte', async () => {
    const packed = Buffer.concat([
      gzipSync('first'),
      gzipSync(''),
      memberWithEverything(Buffer.from('second')),
      gzipSync('third'.repeat(100)),
      Buffer.alloc(12),
    ]);
    const expected = gunzipSync(packed);
    for (let split = 0; split <= packed.length; split++) {
      const { data, error } = await outcome(chunksOf([packed.subarray(0, split), packed.subarray(split)]), native);
      expect(error, `split at ${split}`).toBeNull();
      expect(data.equals(expected), `split at ${split}`).toBe(true);
    }
    const single = await outcome(chunksOf([...packed].map((byte) => Buffer.from([byte]))), native);
    expect(single.data.equals(expected)).toBe(true);
  });

  it('leaves no output behind in a full buffer when a chunk ends with the deflate data', async () => {
    for (const size of [65_535, 65_536, 65_537, 65_600, 65_700, 65_794, 66_000, 66_500, 131_073, 131_400]) {
      const content = Buffer.alloc(size, 'a');
      const packed = gzipSync(content);
      const deflated = packed.subarray(0, -8);
      const whole = await outcome(chunksOf([deflated, packed.subarray(-8)]), native);
      expect(whole.error, `${size} bytes`).toBeNull();
      expect(whole.data.equals(content), `${size} bytes`).toBe(true);
      const cut = await outcome(chunksOf([deflated]), native);
      badObject(cut.error, /ends early/);
      expect(cut.data.equals(content), `${size} bytes`).toBe(true);
    }
  });

  it('reads past empty members whose trailer matches at several places', async () => {
    const zeros = gzipSync(Buffer.alloc(0), { level: 0 });
    const packed = Buffer.concat([zeros, zeros, gzipSync('evidence'), Buffer.alloc(100)]);
    const { data, error } = await outcome(chunksOf([packed]), native);
    expect(error).toBeNull();
    expect(data.toString()).toBe('evidence');
  });

  it('inflates a bomb in bounded steps', async () => {
    const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    let total = 0;
    let largest = 0;
    for await (const chunk of inflate(chunksOf([packed]), { native })) {
      total += chunk.length;
      largest = Math.max(largest, chunk.length);
    }
    expect(total).toBe(64 * 1024 * 1024);
    expect(largest).toBeLessThanOrEqual(4.2 * 1024 * 1024);
  });

  it('yields what a truncated object still holds, wherever it ends, then fails', async () => {
    const content = Buffer.from(Array.from({ length: 300 }, (_, at) => `record ${at} ${at * 7919}\n`).join(''));
    const packed = gzipSync(content);
    const body = 10;
    for (let end = 2; end < packed.length; end += 7) {
      const { data, error } = await outcome(chunksOf([packed.subarray(0, end)]), native);
      badObject(error, /ends early/);
      const readable = inflateRawSync(packed.subarray(body, Math.max(body, Math.min(end, packed.length - 8))), {
        finishFlush: constants.Z_SYNC_FLUSH,
      });
      expect(data.equals(readable), `cut at ${end}`).toBe(true);
    }
  });

  it('yields the members before a truncated one', async () => {
    const { data, error } = await outcome(
      chunksOf([gzipSync('whole'), gzipSync('a'.repeat(50)).subarray(0, 12)]),
      native,
    );
    badObject(error, /ends early/);
    expect(data.toString().startsWith('whole')).toBe(true);
  });

  it('yields everything before corrupt data', async () => {
    const before = gzipSync(Buffer.from('whole member\n'));
    // A stored block of known bytes, then a block of the type that does not exist.
    const stored = Buffer.concat([Buffer.from([0, 20, 0, 235, 255]), Buffer.from('readable to the end\n')]);
    const packed = Buffer.concat([before, gzipSync('').subarray(0, 10), stored, Buffer.from([7, 7, 7, 7, 7])]);
    const { data, error } = await outcome(chunksOf([packed]), native);
    badObject(error, /corrupt/);
    expect(data.toString()).toBe('whole member\nreadable to the end\n');
  });

  it('yields the content, then fails, when only the checksum is wrong', async () => {
    const packed = gzipSync('content');
    packed[packed.length - 8]! ^= 1;
    const { data, error } = await outcome(chunksOf([packed]), native);
    badObject(error, /checksum/);
    expect(data.toString()).toBe('content');
  });

  it('yields the content, then fails, when something else follows', async () => {
    for (const behind of ['garbage', '\0\0\0x', '\x1f']) {
      const { data, error } = await outcome(chunksOf([gzipSync('content'), Buffer.from(behind)]), native);
      badObject(error, /followed by something else/);
      expect(data.toString()).toBe('content');
    }
  });

  it('refuses a header of an unknown kind', async () => {
    badObject((await outcome(chunksOf([Buffer.from([0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0])]), native)).error, /header/);
  });
});

it('corrupt data gives the same with either engine, and never less than zlib can tell', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = seeded(seed);
    const content = Buffer.concat([Buffer.from('head\n'), payload(random), payload(random)]);
    const packed = gzipSync(content);
    packed[10 + random(packed.length - 10)]! ^= 1 << random(8);
    const results = await Promise.all(engines.map((native) => outcome(randomChunks(packed, seeded(seed)), native)));
    for (const { data, error } of results) {
      expect(error, `seed ${seed}`).toBeInstanceOf(KeytrailError);
      expect(data.equals(results[0]!.data), `seed ${seed}`).toBe(true);
      expect(data.equals(longestReadable(packed.subarray(10, packed.length - 8))), `seed ${seed}`).toBe(true);
    }
  }
});

/** The output of the longest prefix that inflates without an error. */
function longestReadable(deflated: Buffer): Buffer {
  let good = 0;
  let bad = deflated.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (tryInflate(deflated.subarray(0, middle)) === null) bad = middle;
    else good = middle;
  }
  return tryInflate(deflated.subarray(0, good))!;
}

function tryInflate(deflated: Buffer): Buffer | null {
  try {
    return inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toMatch(/^Z_/);
    return null;
  }
}

it('passes other data through, and yields nothing for nothing', async () => {
  expect((await outcome(chunksOf([Buffer.from('{"Rec'), Buffer.from('ords":[]}')]))).data.toString()).toBe(
    '{"Records":[]}',
  );
  expect((await outcome(chunksOf([Buffer.from('\x1f')]))).data.toString()).toBe('\x1f');
  expect(await outcome(chunksOf([Buffer.alloc(0)]))).toEqual({ data: Buffer.alloc(0), error: null });
});

it('passes the source’s own errors on, and lets go of the source', async () => {
  let released = false;
  async function* source(): AsyncIterable<Buffer> {
    try {
      yield gzipSync('a'.repeat(1000)).subarray(0, 15);
      throw new KeytrailError('source_unreachable', 'the connection broke');
    } finally {
      released = true;
    }
  }
  expect((await outcome(source())).error).toMatchObject({ code: 'source_unreachable' });
  expect(released).toBe(true);
});

it('lets go of the source when its reader stops', async () => {
  let released = false;
  async function* source(): AsyncIterable<Buffer> {
    try {
      yield gzipSync('some content');
      yield gzipSync('more');
    } finally {
      released = true;
    }
  }
  for await (const chunk of inflate(source())) {
    expect(chunk.toString()).toBe('some content');
    break;
  }
  expect(released).toBe(true);
});
