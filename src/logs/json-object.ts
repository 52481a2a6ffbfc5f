import type { RawRecord } from '../model/event.js';

/** Deeper ones could exhaust the stack of whoever walks or prints them; AWS nests a dozen levels. */
export const maxRecordDepth = 256;

const quote = 0x22;
const backslash = 0x5c;

/** The JSON object, or why the text is none. */
export function parseObject(text: string): RawRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 'record is not valid JSON';
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'record is not a JSON object';
  return value as RawRecord;
}

/** Why a record that no scanner has walked can't be taken apart, or null. */
export function depthFault(raw: Buffer): string | null {
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
  }
  return null;
}

export const tooDeep = `record is nested deeper than ${maxRecordDepth} levels`;
