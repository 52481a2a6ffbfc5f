import type { Bytes } from './bytes.js';
import { maxBytes } from './flat.js';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const letterN = 0x6e;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** JSON this short is within every bound of `flatten`, whatever is in it: 700 leaves with paths of 1,400 bytes. */
const harmlessBytes = 1400;

/**
 * Writes what `flatten` takes of a JSON object in a record's bytes; false: nothing. `solid`: nothing in it is left out
 * there, which null, `{}` and `[]` are. Undefined: it may be too much, so `flatten` must say.
 */
export function putFlat(raw: Buffer, from: number, to: number, solid: boolean, out: Bytes): boolean | undefined {
  if (raw[from] !== openBrace) return false;
  if (solid && to - from <= harmlessBytes) {
    out.copy(raw, from, to);
    return true;
  }
  const walker = new Walker(raw, out);
  const any = walker.value(from, 0);
  return walker.left < 0 ? undefined : any;
}

/** Copies JSON without what is hollow. */
class Walker {
  left = maxBytes;
  /** Behind the value that was walked last. */
  #end = 0;

  constructor(
    private readonly raw: Buffer,
    private readonly out: Bytes,
  ) {}

  /** `path`: bytes of the names that lead here. False: nothing was written. */
  value(from: number, path: number): boolean {
    const { raw, out } = this;
    const byte = raw[from]!;
    if (byte === openBrace || byte === openBracket) return this.#nested(from, path, byte === openBrace);
    this.#end = byte === quote ? endOfText(raw, from) : endOfScalar(raw, from);
    if (byte === letterN) return false;
    // Escaped, a text is longer than it is.
    this.left -= path + this.#end - from;
    out.copy(raw, from, this.#end);
    return true;
  }

  #nested(from: number, path: number, isObject: boolean): boolean {
    const { raw, out } = this;
    out.byte(raw[from]!);
    const begin = out.length;
    let at = from + 1;
    const close = isObject ? closeBrace : closeBracket;
    while (raw[at] !== close) {
      if (raw[at] === comma) at++;
      const before = out.length;
      let below = path;
      if (isObject) {
        const end = endOfText(raw, at) + 1;
        out.copy(raw, at, end);
        below += end - at - 2;
        at = end;
      }
      if (this.value(at, below)) out.byte(comma);
      else out.length = before;
      at = this.#end;
    }
    this.#end = at + 1;
    if (out.length === begin) {
      out.length--;
      return false;
    }
    out.buffer[out.length - 1] = close;
    return true;
  }
}

/** Behind the text's second quote. */
function endOfText(raw: Buffer, from: number): number {
  let at = from + 1;
  while (raw[at] !== quote) at += raw[at] === backslash ? 2 : 1;
  return at + 1;
}

function endOfScalar(raw: Buffer, from: number): number {
  let at = from;
  while (raw[at] !== comma && raw[at] !== closeBrace && raw[at] !== closeBracket) at++;
  return at;
}
