import { createHash } from 'node:crypto';
import { KeytrailError } from '../errors.js';
import type { ObjectRef } from '../model/object.js';
import { inflate } from '../s3/gunzip.js';
import type { ObjectSource } from '../s3/source.js';

/** SHA-256, in hexadecimal, of an object's uncompressed content; or why there is none. */
export type Content =
  | { state: 'read'; hash: string }
  /** What was stored is not what gzip can have written. */
  | { state: 'damaged'; reason: string }
  | { state: 'gone' }
  /** Denied, archived or changed since it was listed: nothing is known of its content. */
  | { state: 'unreadable'; reason: string };

const perObject: ReadonlySet<string> = new Set(['bad_object', 'source_denied']);

/**
 * Streams an object through `inflate` and hashes it; `onChunk` sees the uncompressed bytes and may throw `bad_object`
 * to make it `damaged`. Faults that are not the object's own (network, credentials, an abort) are thrown.
 */
export async function contentOf(
  source: ObjectSource,
  object: ObjectRef,
  signal: AbortSignal | undefined,
  onChunk: (chunk: Buffer) => void = () => {},
): Promise<Content> {
  let ofSource: unknown;
  const stored = async function* (): AsyncIterable<Buffer> {
    try {
      yield* await source.read(object, signal);
    } catch (error) {
      ofSource = error;
      throw error;
    }
  };
  const hash = createHash('sha256');
  try {
    for await (const chunk of inflate(stored())) {
      hash.update(chunk);
      onChunk(chunk);
    }
    return { state: 'read', hash: hash.digest('hex') };
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    if (error !== ofSource && error.code === 'bad_object') return { state: 'damaged', reason: error.message };
    if (error.code === 'source_not_found') return { state: 'gone' };
    if (perObject.has(error.code)) return { state: 'unreadable', reason: error.message };
    throw error;
  }
}
