import { beginning, ending, occurrences, outlineBytes } from './gate.js';
import { maxRecordDepth } from './json-object.js';
import { type KeyIds, KeyMarks } from './sieve.js';
import { maxRecordBytes } from './span.js';

/** What a file holds for a sieve. */
export interface Sifted {
  /** The records that name a key, one after another, each with its place among all. */
  bytes: Uint8Array<ArrayBuffer>;
  kept: { position: number; end: number }[];
  /** Records that name none. */
  passedOver: number;
  /** As `KeyMarks` has them. */
  marks: Uint32Array | null;
}

export interface Needles {
  ids: KeyIds;
  /** Records that name one of these are passed over. */
  except: KeyIds | null;
}

/** What is sent from thread to thread and held there; a file of which more is kept is parsed as it comes. */
const maxKeptBytes = 8 * 1024 * 1024;
const maxKept = 20_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * The records of a whole CloudTrail file that name a key. Only where one does are its records found; and only what is
 * exactly as AWS writes it is taken: null for anything else, which `jsonRecords` tells apart.
 */
export function sift(content: Buffer, { ids, except }: Needles, noteMarks: boolean): Sifted | null {
  const begun = beginning.exec(content.toString('latin1', 0, outlineBytes));
  if (!begun || !ending.test(content.toString('latin1', Math.max(0, content.length - outlineBytes)))) return null;
  const places = ids.places(content);
  const none = places.length === 0;
  const found = none
    ? { bytes: new Uint8Array(0), kept: [], passedOver: occurrences(content) }
    : keptOf(content, begun[0].length, places, except);
  return found && { ...found, marks: noteMarks ? KeyMarks.of(content) : null };
}

function keptOf(
  content: Buffer,
  from: number,
  places: readonly number[],
  except: KeyIds | null,
): Omit<Sifted, 'marks'> | null {
  const parts: Buffer[] = [];
  const kept: Sifted['kept'] = [];
  let length = 0;
  let passedOver = 0;
  let next = 0;
  let at = from;
  for (let position = 0; ; position++) {
    const start = afterBlanks(content, at);
    const end = content[start] === openBrace ? endOfObject(content, start) : -1;
    if (end < 0 || end - start > maxRecordBytes) return null;
    while (places[next]! < start) next++;
    const record = content.subarray(start, end);
    if (next < places.length && places[next]! < end && !except?.in(record)) {
      length += record.length;
      if (length > maxKeptBytes || kept.length === maxKept) return null;
      parts.push(record);
      kept.push({ position, end: length });
    } else passedOver++;
    at = afterBlanks(content, end);
    const mark = content[at++];
    if (mark === closeBracket) break;
    if (mark !== comma) return null;
  }
  at = afterBlanks(content, at);
  if (content[at] !== closeBrace || afterBlanks(content, at + 1) < content.length) return null;
  // Not of Buffer's pool, which no other thread can have.
  const bytes = new Uint8Array(length);
  parts.forEach((part, i) => {
    bytes.set(part, kept[i]!.end - part.length);
  });
  return { bytes, kept, passedOver };
}

function afterBlanks(content: Buffer, from: number): number {
  let at = from;
  while (
    at < content.length &&
    (content[at] === 0x20 || content[at] === 0x0a || content[at] === 0x0d || content[at] === 0x09)
  )
    at++;
  return at;
}

/** The index behind the object that begins there; -1: it has no end, or is nested too deep. */
function endOfObject(content: Buffer, from: number): number {
  const { length } = content;
  let depth = 0;
  let at = from;
  while (at < length) {
    let byte = content[at++]!;
    if (byte === quote) {
      for (byte = content[at++]!; byte !== quote; byte = content[at++]!) {
        if (byte === backslash) at++;
        if (at >= length) return -1;
      }
    } else if (byte === openBrace || byte === openBracket) {
      if (++depth > maxRecordDepth) return -1;
    } else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at;
  }
  return -1;
}
