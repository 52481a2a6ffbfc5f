import { crc32 } from 'node:zlib';
import { KeytrailError } from '../errors.js';
import { ByteCursor } from './byte-cursor.js';
import { openRawInflate, type RawInflate } from './raw-inflate.js';

export { nativeInflate } from './raw-inflate.js';

export interface InflateOptions {
  /** Forces zlib-sync (true) or node:zlib (false). Absent: the better of what is there. */
  native?: boolean;
}

/** Deflate expands at most 1032 times: one step of a gzip bomb gives some 4 MB, and there may be many at once. */
const sliceBytes = 4 * 1024;

/** Compressed bytes of a member kept to recover what was readable before corrupt data. */
const replayBytes = 1024 * 1024;

const fixedHeader = 10;
const headerChecksum = 2;
const extraField = 4;
const fileName = 8;
const comment = 16;
const reservedFlags = 0xe0;

/**
 * The content of gzip data (RFC 1952: any number of members), in chunks of at most 4.2 MB; other data passes
 * through as it is. Works in bounded memory. What is readable before a fault is yielded first, to the byte for
 * members whose compressed size so far is at most 1 MB, else to the last 4 KB of compressed data.
 * @throws KeytrailError `bad_object`: the data ends early, is corrupt, fails its checksum, or is followed by
 * anything but gzip members and zeros. Errors of `bytes` itself pass through.
 */
export async function* inflate(bytes: AsyncIterable<Buffer>, options: InflateOptions = {}): AsyncIterable<Buffer> {
  const cursor = new ByteCursor(bytes);
  try {
    const start = await cursor.take(2);
    cursor.putBack(start);
    if (isGzip(start)) yield* members(cursor, options);
    else yield* rest(cursor);
  } finally {
    await cursor.close();
  }
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

async function* rest(cursor: ByteCursor): AsyncIterable<Buffer> {
  for (let chunk = await cursor.next(Infinity); chunk !== null; chunk = await cursor.next(Infinity)) yield chunk;
}

async function* members(cursor: ByteCursor, options: InflateOptions): AsyncIterable<Buffer> {
  do {
    await skipHeader(cursor);
    yield* member(cursor, options);
  } while (await another(cursor));
}

/** Skips zero padding; says whether a member follows. */
async function another(cursor: ByteCursor): Promise<boolean> {
  for (let slice = await cursor.next(sliceBytes); slice !== null; slice = await cursor.next(sliceBytes)) {
    const used = slice.findIndex((byte) => byte !== 0);
    if (used < 0) continue;
    cursor.putBack(slice.subarray(used));
    const start = await cursor.take(2);
    if (!isGzip(start)) throw bad('gzip data is followed by something else');
    cursor.putBack(start);
    return true;
  }
  return false;
}

async function skipHeader(cursor: ByteCursor): Promise<void> {
  const header = await exactly(cursor, fixedHeader);
  const flags = header.readUInt8(3);
  if (header.readUInt8(2) !== 8 || (flags & reservedFlags) !== 0) throw bad('gzip header is of an unknown kind');
  if (flags & extraField) await exactly(cursor, (await exactly(cursor, 2)).readUInt16LE());
  if (flags & fileName) await skipText(cursor);
  if (flags & comment) await skipText(cursor);
  if (flags & headerChecksum) await exactly(cursor, 2);
}

async function exactly(cursor: ByteCursor, count: number): Promise<Buffer> {
  const taken = await cursor.take(count);
  if (taken.length < count) throw endsEarly();
  return taken;
}

/** Skips bytes up to and with a zero. */
async function skipText(cursor: ByteCursor): Promise<void> {
  for (;;) {
    const slice = await cursor.next(sliceBytes);
    if (slice === null) throw endsEarly();
    const end = slice.indexOf(0);
    if (end < 0) continue;
    cursor.putBack(slice.subarray(end + 1));
    return;
  }
}

async function* member(cursor: ByteCursor, options: InflateOptions): AsyncIterable<Buffer> {
  const engine = openRawInflate(options.native);
  const before: Buffer[] = [];
  let compressed = 0;
  let checksum = 0;
  let length = 0;
  try {
    for (;;) {
      const slice = await cursor.next(sliceBytes);
      if (slice === null) throw endsEarly();
      const step = await engine.push(slice);
      if (step.state === 'corrupt') {
        if (compressed <= replayBytes) yield* recover(before, slice, options);
        throw bad('gzip data is corrupt');
      }
      for (const chunk of step.output) {
        checksum = crc32(chunk, checksum);
        length += chunk.length;
        yield chunk;
      }
      if (step.state === 'ended') {
        await checkTrailer(cursor, slice, step.consumed, checksum, length);
        return;
      }
      compressed += slice.length;
      if (compressed <= replayBytes) before.push(slice);
      else before.length = 0;
    }
  } finally {
    engine.close();
  }
}

/**
 * What the slice in which corrupt data showed gives up to that point. Neither engine hands out the output of a
 * call that fails, so a second one takes the member again, that slice byte by byte.
 */
async function* recover(before: readonly Buffer[], slice: Buffer, options: InflateOptions): AsyncIterable<Buffer> {
  const engine: RawInflate = openRawInflate(options.native);
  try {
    for (const earlier of before) await engine.push(earlier);
    for (let at = 0; at < slice.length; at++) {
      const step = await engine.push(slice.subarray(at, at + 1));
      yield* step.output;
      if (step.state !== 'more') return;
    }
  } finally {
    engine.close();
  }
}

/** Reads the trailer and puts back what lies behind it. `slice` is the one in which the deflate stream ended. */
async function checkTrailer(
  cursor: ByteCursor,
  slice: Buffer,
  consumed: number | null,
  checksum: number,
  length: number,
): Promise<void> {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  const behind = await cursor.take(trailer.length);
  const tail = Buffer.concat([slice, behind]);
  const end = consumed ?? findTrailer(tail, trailer, slice.length);
  if (end < 0) throw bad('gzip data fails its checksum or ends early');
  if (end + trailer.length > tail.length) throw endsEarly();
  if (!tail.subarray(end, end + trailer.length).equals(trailer)) throw bad('gzip data fails its checksum');
  cursor.putBack(tail.subarray(end + trailer.length));
}

/**
 * Where the trailer begins, when the engine doesn't say: at least one byte of the slice belongs to the stream.
 * Of several matches, the first that a file's end, padding or another member follows; an empty member before
 * zero padding matches at every zero, and any of them will do. -1: no match.
 */
function findTrailer(tail: Buffer, trailer: Buffer, sliceLength: number): number {
  let first = -1;
  for (let at = tail.indexOf(trailer, 1); at >= 0 && at <= sliceLength; at = tail.indexOf(trailer, at + 1)) {
    const behind = tail.subarray(at + trailer.length, at + trailer.length + 2);
    if (behind.length === 0 || behind[0] === 0 || isGzip(behind)) return at;
    if (first < 0) first = at;
  }
  return first;
}

function endsEarly(): KeytrailError {
  return bad('gzip data ends early');
}

function bad(what: string): KeytrailError {
  return new KeytrailError('bad_object', what, { hint: 'Compare the object with its source, or copy it again.' });
}
