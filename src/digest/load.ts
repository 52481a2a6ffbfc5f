import { KeytrailError } from '../errors.js';
import type { ObjectRef } from '../model/object.js';
import type { ObjectSource } from '../s3/source.js';
import { contentOf } from './content.js';
import { type DigestFile, parseDigest } from './format.js';
import type { DigestName } from './name.js';

/** A digest file of the source. */
export interface LoadedDigest {
  object: ObjectRef;
  /** See `Place`. */
  id: string;
  name: DigestName;
  /** SHA-256 of the uncompressed content; null when it could not be read to its end. */
  hash: string | null;
  /** Null when it could not be read or understood: then `fault` says why. */
  file: DigestFile | null;
  fault: { state: 'invalid' | 'unverified'; reason: string } | null;
}

/** An hour of a busy account names some thousand log files, at about 500 bytes each. */
export const mostDigestBytes = 10 * 1024 * 1024;

/** Reads a digest file, at most 10 MB of it. A digest that can't be understood is an answer, not an error. */
export async function loadDigest(
  source: ObjectSource,
  listed: Pick<LoadedDigest, 'object' | 'id' | 'name'>,
  signal: AbortSignal | undefined,
): Promise<LoadedDigest> {
  const chunks: Buffer[] = [];
  let size = 0;
  const content = await contentOf(source, listed.object, signal, (chunk) => {
    size += chunk.length;
    if (size > mostDigestBytes) throw new KeytrailError('bad_object', 'it is larger than 10 MB');
    chunks.push(chunk);
  });
  const failed = (state: 'invalid' | 'unverified', reason: string, hash: string | null = null): LoadedDigest => ({
    ...listed,
    hash,
    file: null,
    fault: { state, reason },
  });
  if (content.state === 'gone') return failed('unverified', 'it was deleted while it was to be read');
  if (content.state === 'unreadable') return failed('unverified', content.reason);
  if (content.state === 'damaged') return failed('invalid', content.reason);
  try {
    return { ...listed, hash: content.hash, file: parseDigest(Buffer.concat(chunks)), fault: null };
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    return failed('invalid', error.message, content.hash);
  }
}

const hour = 3_600_000;

/** The time that a digest covers, in milliseconds since 1970; an hour by its name where its content has another end. */
export function hoursOf({ file, name }: LoadedDigest): { start: number; end: number } {
  return file?.end === name.end ? file : { start: name.end - hour, end: name.end };
}
