import { Border, type KeyIds } from './sieve.js';

/** Held at most before it is decided whether an object names a key; larger ones go through. */
const heldBytes = 16 * 1024 * 1024;

export const beginning = /^(?:\xef\xbb\xbf)?\s*\{\s*"Records"\s*:\s*\[/;
export const ending = /\]\s*\}\s*$/;
/** Each record has one. Inside a text its quotes would be escaped. */
const perRecord = Buffer.from('"eventVersion":');
/** A search goes by the first byte, and fewer texts have a `v` than a quote. */
const rarer = perRecord.subarray(2);
const nothing = Buffer.from('{"Records":[]}');

/**
 * The bytes of a CloudTrail file, or those of an empty one where none of the ids occurs: finding that out is several
 * times quicker than finding its records. What doesn't begin and end like a file that AWS delivers goes through as
 * it is, and so does what can't be read to its end. `onPassedOver` is told the number of records left out.
 */
export async function* gate(
  bytes: AsyncIterable<Buffer>,
  ids: KeyIds,
  onPassedOver: (records: number) => void,
): AsyncIterable<Buffer> {
  let held: Buffer[] | null = [];
  let length = 0;
  let records = 0;
  const border = new Border(ids.longest);
  const counted = new Border(perRecord.length);
  try {
    for await (const chunk of bytes) {
      if (held === null) {
        yield chunk;
        continue;
      }
      held.push(chunk);
      length += chunk.length;
      if (length > heldBytes || ids.in(chunk) || ids.in(border.before(chunk))) {
        yield* held;
        held = null;
        continue;
      }
      records += occurrences(chunk) + occurrences(counted.before(chunk));
    }
  } catch (error) {
    if (held !== null) yield* held;
    throw error;
  }
  if (held === null) return;
  if (!isWhole(held)) {
    yield* held;
    return;
  }
  onPassedOver(records);
  yield nothing;
}

/** How many records there are in these bytes, as far as they are whole. */
export function occurrences(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(rarer); at >= 0; at = bytes.indexOf(rarer, at + rarer.length))
    if (bytes[at - 1] === perRecord[1] && bytes[at - 2] === perRecord[0]) count++;
  return count;
}

/** Of a file's beginning and end, to be held against those. */
export const outlineBytes = 64;

function isWhole(chunks: readonly Buffer[]): boolean {
  let first = Buffer.alloc(0);
  for (const chunk of chunks) {
    if (first.length >= outlineBytes) break;
    first = Buffer.concat([first, chunk.subarray(0, outlineBytes)]);
  }
  let last = Buffer.alloc(0);
  for (const chunk of chunks.toReversed()) {
    if (last.length >= outlineBytes) break;
    last = Buffer.concat([chunk.subarray(-outlineBytes), last]);
  }
  return beginning.test(first.toString('latin1')) && ending.test(last.toString('latin1'));
}
