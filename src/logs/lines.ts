import { maxDeadLetterBytes } from '../model/event.js';
import { batchSize, Carry, cutOff, isBadObject, type Span } from './span.js';

const maxLineBytes = 64 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * The lines of a text without their ends (LF or CRLF); the last one may lack its end. Empty lines are left out.
 * Spans are views of the chunks: use them before asking for the next batch.
 * @throws the errors of `bytes`; those of `bad_object` after every whole line and the partial one (as a span with
 * a fault).
 */
export async function* lines(bytes: AsyncIterable<Buffer>): AsyncIterable<Span[]> {
  const carry = new Carry();
  let batch: Span[] = [];
  try {
    for await (const chunk of bytes) {
      let start = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
        add(batch, carry, chunk.subarray(start, end));
        start = end + 1;
        if (batch.length < batchSize) continue;
        yield batch;
        batch = [];
      }
      if (start < chunk.length) carry.add(chunk.subarray(start));
      if (batch.length > 0) yield batch;
      batch = [];
    }
  } catch (error) {
    if (!isBadObject(error)) throw error;
    if (carry.length > 0) yield [{ raw: carry.take(), fault: cutOff }];
    throw error;
  }
  add(batch, carry, Buffer.alloc(0));
  if (batch.length > 0) yield batch;
}

function add(batch: Span[], carry: Carry, rest: Buffer): void {
  const length = carry.length + rest.length;
  let raw = rest;
  if (carry.length > 0) {
    carry.add(rest);
    raw = carry.take();
  }
  if (length > maxLineBytes) {
    batch.push({ raw: raw.subarray(0, maxDeadLetterBytes), fault: `line is longer than ${maxLineBytes / 1024} KB` });
    return;
  }
  const line = raw.at(-1) === carriageReturn ? raw.subarray(0, -1) : raw;
  if (line.length > 0) batch.push({ raw: line, fault: null });
}
