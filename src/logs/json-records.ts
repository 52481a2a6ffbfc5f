import { maxDeadLetterBytes } from '../model/event.js';
import { maxRecordDepth, Outline, tooDeep } from './json-object.js';
import type { Skimmer } from './skim.js';
import {
  badObject,
  batchSize,
  Carry,
  cutOff,
  isBadObject,
  maxRecordBytes,
  Skimmed,
  type Span,
  tooLong,
} from './span.js';

// Where the scanner stands in `{"Records":[{…},{…}]}`.
const beforeObject = 0;
const beforeKey = 1;
const inKey = 2;
const afterKey = 3;
const beforeValue = 4;
const beforeRecord = 5;
// From here on within a value.
const inSkipped = 6;
const inRecord = 7;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Longer names of members are not that of the records. */
const keyBytes = 64;

/**
 * Finds the records of `{"Records":[{…},{…}]}` without holding the object: other members are skipped, and several
 * such objects may follow one another. `member` names the array of records; without one, the values that follow
 * one another, with or without blanks between, are the records themselves.
 * Only the outline is checked; a record may be any JSON value, or none. A `skimmer` is tried first on each.
 * Spans are views of the chunks: use them before asking for the next batch.
 * @throws KeytrailError `bad_object`, after every whole record and the partial one (as a span with a fault): the
 * text is no such object or ends early. Errors of `bytes` pass through, those of `bad_object` after the same.
 */
export async function* jsonRecords(
  bytes: AsyncIterable<Buffer>,
  member: string | null,
  skimmer?: Skimmer,
): AsyncIterable<Span[]> {
  const scanner = new Scanner(member, skimmer);
  try {
    for await (const chunk of bytes) yield* scanner.scan(chunk);
    yield* scanner.finish();
  } catch (error) {
    if (!isBadObject(error)) throw error;
    const last = scanner.takeLast();
    if (last.length > 0) yield last;
    throw error;
  }
}

class Scanner {
  private state: number;
  private batch: Span[] = [];
  private readonly carry = new Carry();
  /** Bytes of the chunks before this one. */
  private offset = 0;
  private objects = 0;
  private sawRecords = false;
  private key: number[] = [];
  private firstKey = '';

  // The value that is being walked.
  private depth = 0;
  private deepest = 0;
  private outlined = new Outline();
  private scalar = false;
  private inString = false;
  private escaped = false;
  private begun = false;

  constructor(
    private readonly member: string | null,
    private readonly skimmer: Skimmer | undefined,
  ) {
    this.state = member === null ? beforeRecord : beforeObject;
  }

  *scan(chunk: Buffer): Iterable<Span[]> {
    let at = 0;
    while (at < chunk.length) {
      at = this.state >= inSkipped ? this.value(chunk, at) : this.outline(chunk, at);
      if (this.batch.length >= batchSize) yield this.takeBatch();
    }
    this.offset += chunk.length;
    if (this.batch.length > 0) yield this.takeBatch();
  }

  /** @throws KeytrailError `bad_object` when the text could not end here. */
  *finish(): Iterable<Span[]> {
    if (this.member === null && this.state === inRecord && this.scalar) {
      // Nothing but the text's end shows where a number ends.
      this.endRecord(Buffer.alloc(0));
      this.state = beforeRecord;
      yield this.takeBatch();
    }
    if (this.state !== (this.member === null ? beforeRecord : beforeObject))
      throw badObject('the text ends before its JSON does');
    if (this.offset > 0 && this.objects === 0) throw this.notRecords('found nothing but white space');
  }

  /** The spans not handed out yet, with what there is of the record in which the text broke off. */
  takeLast(): Span[] {
    if (this.state === inRecord) this.batch.push({ raw: this.carry.take(), fault: cutOff });
    return this.takeBatch();
  }

  private takeBatch(): Span[] {
    const taken = this.batch;
    this.batch = [];
    return taken;
  }

  /** Reads what lies around the values, up to the next value or the chunk's end; returns where it stopped. */
  private outline(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.state === inKey) {
        this.keyByte(byte);
        continue;
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      if (!this.punctuation(byte)) {
        if (this.startsValue(byte)) return at;
        throw this.unexpected(chunk, at);
      }
    }
    return chunk.length;
  }

  /** Takes a byte that only moves the outline on; false for any other. */
  private punctuation(byte: number): boolean {
    switch (this.state) {
      case beforeObject:
        if (byte === openBrace) {
          this.state = beforeKey;
          this.sawRecords = false;
          this.objects++;
          return true;
        }
        return this.isMark(byte);
      case beforeKey:
        if (byte === quote) {
          this.state = inKey;
          this.key = [];
          return true;
        }
        if (byte === closeBrace) {
          if (!this.sawRecords) throw this.notRecords(`found an object without it${this.firstMember()}`);
          this.state = beforeObject;
          return true;
        }
        return byte === comma;
      case afterKey:
        if (byte !== colon) return false;
        this.state = beforeValue;
        return true;
      case beforeValue:
        if (!this.isRecordsKey()) return false;
        if (byte !== openBracket) throw this.notRecords(`found "${this.member}" that is no array`);
        this.sawRecords = true;
        this.state = beforeRecord;
        return true;
      default:
        if (this.member === null) return byte === comma || this.isMark(byte);
        if (byte === closeBracket) {
          this.state = beforeKey;
          return true;
        }
        return byte === comma;
    }
  }

  private isMark(byte: number): boolean {
    return this.objects === 0 && byteOrderMark.includes(byte);
  }

  private keyByte(byte: number): void {
    if (byte === quote && !this.escaped) {
      this.state = afterKey;
      if (this.firstKey === '') this.firstKey = printable(Buffer.from(this.key));
      return;
    }
    this.escaped = byte === backslash && !this.escaped;
    if (this.key.length <= keyBytes) this.key.push(byte);
  }

  private isRecordsKey(): boolean {
    return Buffer.from(this.key).toString('latin1') === this.member;
  }

  /** Turns to the value that begins with this byte; false where none may begin. */
  private startsValue(byte: number): boolean {
    if (this.state !== beforeValue && this.state !== beforeRecord) return false;
    // A control character would be a value without a byte, again and again.
    if (byte <= 0x20 || byte === comma || byte === colon || byte === closeBrace || byte === closeBracket) return false;
    if (this.member === null) this.objects++;
    this.state = this.state === beforeRecord ? inRecord : inSkipped;
    this.depth = 0;
    this.deepest = 0;
    this.outlined = new Outline();
    this.inString = false;
    this.escaped = false;
    this.scalar = byte !== quote && byte !== openBrace && byte !== openBracket;
    this.begun = false;
    return true;
  }

  /** Walks a value to its end or the chunk's; returns where it stopped. */
  private value(chunk: Buffer, from: number): number {
    if (!this.begun) {
      this.begun = true;
      const slices = this.state === inRecord && !this.scalar && this.skimmer?.skim(chunk, from);
      if (slices) {
        this.batch.push(new Skimmed(slices));
        this.state = beforeRecord;
        return this.skimmer!.end;
      }
    }
    const end = this.scalar ? endOfScalar(chunk, from) : this.walk(chunk, from);
    const stop = end < 0 ? chunk.length : end;
    if (this.state === inRecord) {
      if (end < 0) this.carry.add(chunk.subarray(from));
      else this.endRecord(chunk.subarray(from, end));
    }
    if (end >= 0) this.state = this.state === inRecord ? beforeRecord : beforeKey;
    return stop;
  }

  private endRecord(rest: Buffer): void {
    const length = this.carry.length + rest.length;
    let raw = rest;
    if (this.carry.length > 0) {
      this.carry.add(rest);
      raw = this.carry.take();
    }
    let fault: string | null = null;
    if (length > maxRecordBytes) fault = tooLong;
    else if (this.deepest > maxRecordDepth) fault = tooDeep;
    if (fault !== null) raw = raw.subarray(0, maxDeadLetterBytes);
    // One that straddles chunks could not be skimmed before.
    const slices = fault === null && !this.scalar ? this.skimmer?.skim(raw, 0) : undefined;
    this.batch.push(slices ? new Skimmed(slices) : { raw, fault, outline: this.outlined });
  }

  /** The index behind the string, object or array that is being walked, or -1. The hot loop. */
  private walk(chunk: Buffer, from: number): number {
    const { length } = chunk;
    const { outlined } = this;
    let { depth, deepest, inString } = this;
    let at = this.escaped ? from + 1 : from;
    this.escaped = false;
    while (at < length) {
      if (inString) {
        // Most bytes are text's: a loop of its own is twice as quick.
        let byte = chunk[at++]!;
        while (byte !== quote && byte !== backslash && at < length) byte = chunk[at++]!;
        if (byte === backslash) at++;
        else if (byte === quote) {
          inString = false;
          if (depth === 0) return at;
        }
        continue;
      }
      const byte = chunk[at++]!;
      if (byte === quote) {
        inString = true;
      } else if (byte === openBrace || byte === openBracket) {
        depth++;
        if (depth > deepest) deepest = depth;
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--;
        if (depth === 0) {
          this.deepest = deepest;
          return at;
        }
      } else outlined.add(byte);
    }
    // A backslash was the last byte: what it escapes comes with the next chunk.
    this.escaped = at > length;
    this.depth = depth;
    this.deepest = deepest;
    this.inString = inString;
    return -1;
  }

  private unexpected(chunk: Buffer, at: number): Error {
    const found = printable(chunk.subarray(at, at + 20));
    if (this.objects === 0) return this.notRecords(`found text that begins with ${found}`);
    return badObject(`the JSON breaks at byte ${this.offset + at} with ${found}`);
  }

  private notRecords(found: string): Error {
    const expected = this.member === null ? 'JSON records' : `{"${this.member}": […]}`;
    return badObject(`not a file of ${expected}: ${found}`);
  }

  private firstMember(): string {
    return this.firstKey === '' ? '' : `; its first member is ${this.firstKey}`;
  }
}

function endOfScalar(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at]!;
    if (byte <= 0x20 || byte === comma || byte === closeBrace || byte === closeBracket) return at;
  }
  return -1;
}

/** Quoted, with everything but printable ASCII as a dot. */
function printable(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1').replace(/[^ -~]/g, '.'));
}
