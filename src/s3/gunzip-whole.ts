import { gunzipSync } from 'node:zlib';

/** A member's header and trailer, and the shortest deflate stream between them. */
const leastBytes = 20;

/**
 * The content of gzip data that is there as a whole, at most `most` bytes, or null: it is larger, damaged, ends early,
 * is followed by something or is no gzip data, which `inflate` tells apart. Several times as quick as that: the data say
 * how long their content is, so that there is one buffer and one call for all of it.
 */
export function gunzipWhole(bytes: Buffer, most: number): Buffer | null {
  if (bytes.length < leastBytes || bytes[0] !== 0x1f || bytes[1] !== 0x8b) return null;
  const length = bytes.readUInt32LE(bytes.length - 4);
  if (length === 0 || length > most) return null;
  try {
    // One more: a buffer that is full has another behind it.
    const options = { chunkSize: Math.max(length + 1, 64), maxOutputLength: most, info: true };
    const { buffer, engine } = gunzipSync(bytes, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return engine.bytesWritten === bytes.length ? buffer : null;
  } catch {
    return null;
  }
}
