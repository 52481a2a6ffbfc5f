import { KeytrailError } from '../errors.js';
import type { ParseOptions } from '../logs/envelopes.js';
import { parsers } from '../logs/parser.js';
import { peek } from '../logs/peek.js';
import type { Sifted } from '../logs/sift.js';
import { batchSize } from '../logs/span.js';
import type { Parsed } from '../model/event.js';
import type { ObjectOrigin } from '../model/object.js';
import { inflate } from '../s3/gunzip.js';
import type { ObjectSource } from '../s3/source.js';
import type { ObjectRun } from './object-run.js';
import type { Reading } from './reading.js';
import { maxWholeBytes } from './sifter.js';

type Options = Omit<ParseOptions, 'keep'>;

/**
 * An object's stored bytes; where these were overwritten since a message named them, what is there now. A sieve, which
 * comes back to what it has read, takes what was listed and nothing else.
 */
export async function storedOf(
  run: ObjectRun,
  source: ObjectSource,
  abandon: AbortSignal | undefined,
): Promise<AsyncIterable<Buffer>> {
  try {
    return await source.read(run.object, abandon);
  } catch (error) {
    if (run.reading || !(error instanceof KeytrailError) || error.code !== 'bad_object') throw error;
    const now = await source.find?.(run.object.key, null);
    if (!now || now.version === run.object.version || now.size === 0) throw error;
    run.object = now;
    return source.read(now, abandon);
  }
}

/** What is read of an object's stored bytes: every record, or those that a sieve keeps. */
export function recordsOf(run: ObjectRun, stored: AsyncIterable<Buffer>, options: Options): AsyncIterable<Parsed[]> {
  const { origin, reading } = run;
  if (!reading) return parsers[origin.log].parse(inflate(stored), origin, options);
  const fit = origin.log === 'cloudtrail' && options.envelope === undefined && run.object.size <= maxWholeBytes;
  return fit ? siftedOf(run, reading, stored, options) : keptOf(run, reading, stored, options);
}

/** In a thread beside this one, where nothing about the object is unusual. */
async function* siftedOf(run: ObjectRun, reading: Reading, stored: AsyncIterable<Buffer>, options: Options) {
  const { object, origin } = run;
  const giveBack = await reading.sifter.room(object.size);
  let all: AsyncIterable<Buffer>;
  try {
    const found = await peek(stored, object.size + 1);
    all = found.all;
    const sifted = found.ended ? await reading.sift(found.head) : null;
    if (sifted) {
      yield* parsedOf(sifted, origin);
      return;
    }
  } finally {
    giveBack();
  }
  yield* keptOf(run, reading, all, options);
}

function* parsedOf({ bytes, kept }: Sifted, origin: ObjectOrigin): Iterable<Parsed[]> {
  const { again } = parsers[origin.log];
  const all = Buffer.from(bytes.buffer);
  let from = 0;
  for (let start = 0; start < kept.length; start += batchSize)
    yield kept.slice(start, start + batchSize).map(({ position, end }) => {
      const raw = all.subarray(from, end);
      from = end;
      return again({ raw, position, header: null }, origin);
    });
}

/** As it comes, in this thread. */
function keptOf({ origin }: ObjectRun, reading: Reading, stored: AsyncIterable<Buffer>, options: Options) {
  return parsers[origin.log].parse(reading.gated(inflate(stored)), origin, { ...options, keep: reading.keep });
}
