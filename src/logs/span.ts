import { KeytrailError } from '../errors.js';
import { maxDeadLetterBytes, type Rejected } from '../model/event.js';
import type { Slices } from '../model/slices.js';
import { type Outline, outlineOf } from './json-object.js';

/** A record's bytes as they lie in the object, before anything reads them. */
export interface Span {
  /** Whole; or where there is a fault, its first `maxDeadLetterBytes`. May be a view of a larger buffer. */
  raw: Buffer;
  /** Why it can't be taken as a record; null when it can. */
  fault: string | null;
  /** Of JSON that was walked to its end. */
  outline?: Outline;
  /** Of a record that was skimmed; it has no outline then. */
  slices?: Slices;
}

/** A parser holds at most this many spans or events between yields. */
export const batchSize = 1000;

/** CloudTrail allows an event 256 KB ("Quotas in AWS CloudTrail"). */
export const maxRecordBytes = 1024 * 1024;
export const tooLong = 'record is longer than 1 MB';

/** A record that was skimmed. */
export class Skimmed implements Span {
  readonly fault = null;

  constructor(readonly slices: Slices) {}

  get raw(): Buffer {
    const { bytes, from, to } = this.slices;
    return bytes.subarray(from, to);
  }
}

/** The span with its outline, or with the fault that the walk came upon. */
export function outlined({ raw, fault }: Span): Span {
  if (fault !== null) return { raw, fault };
  const outline = outlineOf(raw);
  return typeof outline === 'string' ? { raw, fault: outline } : { raw, fault: null, outline };
}

export const cutOff = 'the object ends in the middle of this record';

/** Collects a record that straddles chunks: counts every byte, keeps the first `maxDeadLetterBytes`. */
export class Carry {
  private kept = Buffer.alloc(0);
  private used = 0;
  /** Bytes added since the last `take`. */
  length = 0;

  add(bytes: Buffer): void {
    this.length += bytes.length;
    const end = Math.min(this.used + bytes.length, maxDeadLetterBytes);
    if (end > this.kept.length) {
      const grown = Buffer.allocUnsafe(Math.min(Math.max(end, this.kept.length * 2, 4096), maxDeadLetterBytes));
      this.kept.copy(grown, 0, 0, this.used);
      this.kept = grown;
    }
    bytes.copy(this.kept, this.used, 0, end - this.used);
    this.used = end;
  }

  /** What was collected, as a copy; the carry is then empty. */
  take(): Buffer {
    const taken = Buffer.from(this.kept.subarray(0, this.used));
    this.used = 0;
    this.length = 0;
    return taken;
  }
}

/** What becomes of a span that is no event. Copies the bytes: dead letters outlive the buffer they lie in. */
export function reject(raw: Buffer, position: number, reason: string, header: string | null = null): Rejected {
  const whole = raw.length < maxDeadLetterBytes && reason !== cutOff;
  return { rejected: true, position, reason, raw: Buffer.from(raw.subarray(0, maxDeadLetterBytes)), whole, header };
}

export function badObject(
  message: string,
  hint = 'Compare the object with its source, or copy it again.',
): KeytrailError {
  return new KeytrailError('bad_object', message, { hint });
}

/** True when an object's bytes can't be read to their end, as opposed to a source that may work the next time. */
export function isBadObject(error: unknown): boolean {
  return error instanceof KeytrailError && error.code === 'bad_object';
}
