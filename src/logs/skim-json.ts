import { sliceKinds } from '../model/slices.js';

const { null: nothing, text, escaped, true: yes, false: no, number, json, hollow } = sliceKinds;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Deeper ones are for those who have a stack to lose. */
const maxDepth = 16;
const maxNames = 64;
/** Numbers up to here are written as they were read. */
const maxShortDigits = 15;

/** Bytes that text can't have as they are, or that are not ASCII. */
const special = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === quote || byte === backslash || byte < 0x20 || byte >= 0x7f ? 1 : 0,
);
/** What JSON.stringify writes behind a backslash, `u` excepted. */
const escapes = Uint8Array.from({ length: 256 }, (_, byte) => ('"\\bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0));

const words = [
  { bytes: Buffer.from('null'), kind: nothing },
  { bytes: Buffer.from('true'), kind: yes },
  { bytes: Buffer.from('false'), kind: no },
];

/** Finds the end of JSON that is written exactly as JSON.stringify would write what JSON.parse makes of it. */
export class JsonSkimmer {
  /** Of the value that was skimmed last. */
  kind: number = nothing;
  #hollow = false;
  #depth = 0;
  /** Where the names of the objects that are open begin and end. */
  readonly #names = new Int32Array(2 * maxNames);
  #named = 0;

  /** The index behind the value that begins at `at`; -1: it is no JSON, or written otherwise. */
  value(bytes: Buffer, at: number): number {
    const byte = bytes[at]!;
    if (byte === quote) return this.#text(bytes, at + 1);
    if (byte !== openBrace && byte !== openBracket) return this.#scalar(bytes, at);
    this.#hollow = false;
    this.#depth = 0;
    this.#named = 0;
    const end = this.#nested(bytes, at);
    this.kind = this.#hollow ? hollow : json;
    return end;
  }

  #nested(bytes: Buffer, at: number): number {
    const byte = bytes[at]!;
    if (byte === quote) return this.#text(bytes, at + 1);
    if (byte === openBrace) return this.#object(bytes, at + 1);
    if (byte === openBracket) return this.#array(bytes, at + 1);
    const end = this.#scalar(bytes, at);
    if (this.kind === nothing) this.#hollow = true;
    return end;
  }

  /** Behind the quote that ends the text. */
  #text(bytes: Buffer, from: number): number {
    const { length } = bytes;
    this.kind = text;
    for (let at = from; at < length; at++) {
      const byte = bytes[at]!;
      if (special[byte] === 0) continue;
      if (byte === quote) return at + 1;
      if (byte !== backslash || escapes[bytes[at + 1]!] !== 1) return -1;
      this.kind = escaped;
      at++;
    }
    return -1;
  }

  #scalar(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let at = from;
    while (at < length && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
    if (at > from) {
      this.kind = number;
      // No zero at the front; what follows the digits (a fraction, a power) is nobody's end of a value.
      return at - from <= maxShortDigits && (bytes[from] !== 0x30 || at === from + 1) ? at : -1;
    }
    for (const word of words)
      if (bytes[from] === word.bytes[0]) {
        for (let i = 1; i < word.bytes.length; i++) if (bytes[from + i] !== word.bytes[i]) return -1;
        this.kind = word.kind;
        return from + word.bytes.length;
      }
    return -1;
  }

  #object(bytes: Buffer, from: number): number {
    const { length } = bytes;
    if (bytes[from] === closeBrace) {
      this.#hollow = true;
      return from + 1;
    }
    if (++this.#depth > maxDepth) return -1;
    const first = this.#named;
    let at = from;
    while (at < length) {
      if (bytes[at] !== quote) return -1;
      const end = this.#text(bytes, at + 1);
      if (end < 0 || this.kind === escaped || !this.#isNew(bytes, at + 1, end - 1, first)) return -1;
      if (bytes[end] !== colon) return -1;
      at = this.#nested(bytes, end + 1);
      if (at < 0) return -1;
      const byte = bytes[at++];
      if (byte === closeBrace) {
        this.#named = first;
        this.#depth--;
        return at;
      }
      if (byte !== comma) return -1;
    }
    return -1;
  }

  #array(bytes: Buffer, from: number): number {
    const { length } = bytes;
    if (bytes[from] === closeBracket) {
      this.#hollow = true;
      return from + 1;
    }
    if (++this.#depth > maxDepth) return -1;
    let at = from;
    while (at < length) {
      at = this.#nested(bytes, at);
      if (at < 0) return -1;
      const byte = bytes[at++];
      if (byte === closeBracket) {
        this.#depth--;
        return at;
      }
      if (byte !== comma) return -1;
    }
    return -1;
  }

  /** Whether a name is the first of its kind in its object. Those that begin with a digit may change places in JavaScript. */
  #isNew(bytes: Buffer, from: number, to: number, first: number): boolean {
    if (this.#named === maxNames || (bytes[from]! >= 0x30 && bytes[from]! <= 0x39)) return false;
    const names = this.#names;
    for (let i = first; i < this.#named; i++) {
      const other = names[2 * i]!;
      if (names[2 * i + 1]! - other !== to - from) continue;
      let same = 0;
      while (from + same < to && bytes[from + same] === bytes[other + same]) same++;
      if (from + same === to) return false;
    }
    names[2 * this.#named] = from;
    names[2 * this.#named + 1] = to;
    this.#named++;
    return true;
  }
}
