import { maxDeadLetterBytes } from '../model/event.js';
import { batchSize, Carry, cutOff, isBadObject, type Span } from './span.js';

/** The default bound of a line; a flow row has a few hundred bytes. */
export const maxLineBytes = 64 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from('\ufeff');

/**
 * The lines of a text without their ends (LF or CRLF); the last one may lack its end. Empty lines are left out, and
 * so is a byte order mark. Lines longer than `maxBytes` (at most `maxDeadLetterBytes`) have a fault.
 * Spans are views of the chunks: use them before asking for the next batch.
 * @throws the errors of `bytes`; those of `bad_object` after every whole line and the partial one (as a span with
 * a fault).
 */
export async function* lines(bytes: AsyncIterable<Buffer>, maxBytes = maxLineBytes): AsyncIterable<Span[]> {
  const carry = new Carry();
  let batch: Span[] = [];
  let first = true;
  const add = (rest: Buffer): void => {
    const length = carry.length + rest.length;
    let raw = rest;
    if (carry.length > 0) {
      carry.add(rest);
      raw = carry.take();
    }
    if (length > maxBytes) {
      batch.push({ raw: raw.subarray(0, maxDeadLetterBytes), fault: `line is longer than ${maxBytes / 1024} KB` });
    } else {
      if (first && raw.indexOf(byteOrderMark) === 0) raw = raw.subarray(byteOrderMark.length);
      if (raw.at(-1) === carriageReturn) raw = raw.subarray(0, -1);
      if (raw.length > 0) batch.push({ raw, fault: null });
    }
    first = false;
  };
  try {
    for await (const chunk of bytes) {
      let start = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
        add(chunk.subarray(start, end));
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
  add(Buffer.alloc(0));
  if (batch.length > 0) yield batch;
}
