import type { RawRecord } from '../model/event.js';
import { parseExact } from '../model/exact-json.js';

/** Deeper ones could exhaust the stack of whoever walks or prints them; AWS nests a dozen levels. */
export const maxRecordDepth = 256;

const quote = 0x22;
const backslash = 0x5c;

/**
 * What a record's bytes, outside its texts, say of how JSON.parse will take it. Nearly every record has as many members
 * in its text as in its object and no number but short whole ones, and is kept whole by JSON.parse.
 */
export class Outline {
  /** Members of all its objects: the colons. */
  members = 0;
  /** Whether a number may be one that JavaScript holds or writes otherwise. */
  oddNumber = false;
  #digits = 0;

  /** Takes a byte that is outside texts and neither a quote, a brace nor a bracket. */
  add(byte: number): void {
    if (byte >= 0x30 && byte <= 0x39) {
      if (++this.#digits > maxShortDigits) this.oddNumber = true;
      return;
    }
    if (byte === colon) this.members++;
    else if (byte === minus || byte === dot || (this.#digits > 0 && (byte | 0x20) === letterE)) this.oddNumber = true;
    this.#digits = 0;
  }
}

const maxShortDigits = 15;
const colon = 0x3a;
const minus = 0x2d;
const dot = 0x2e;
const letterE = 0x65;

/** The JSON object, or why the text is none. `outline` is the text's; absent where it is not known. */
export function parseObject(text: string, outline?: Outline): RawRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 'record is not valid JSON';
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'record is not a JSON object';
  const whole = outline !== undefined && !outline.oddNumber && outline.members === countMembers(value);
  return (whole ? value : parseExact(text)) as RawRecord;
}

function countMembers(value: object): number {
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) count += countMembers(item);
    return count;
  }
  // What JSON.parse made has no other names than its own; for…in is the quickest way to them.
  for (const name in value) {
    count++;
    const inner = (value as RawRecord)[name];
    if (typeof inner === 'object' && inner !== null) count += countMembers(inner);
  }
  return count;
}

/** Walks a record that no scanner has walked: its outline, or why it can't be taken apart. */
export function outlineOf(raw: Buffer): Outline | string {
  const outline = new Outline();
  let depth = 0;
  let inString = false;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at]!;
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxRecordDepth) return tooDeep;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
    else outline.add(byte);
  }
  return outline;
}

export const tooDeep = `record is nested deeper than ${maxRecordDepth} levels`;
