import type { LogEvent, Parsed, RawRecord } from '../model/event.js';
import { hash128, type ObjectOrigin } from '../model/object.js';
import { lines } from './lines.js';
import { reject } from './span.js';
import { fromEpoch } from './time.js';
import { defaultFields, knownFields, numberFields, originFields } from './vpcflow-fields.js';

const fieldName = /^[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*$/;
const wholeNumber = /^\d{1,16}$/;
const byteOrderMark = '\ufeff';

/** The columns of the rows that follow, or why those rows can't be read. */
type Header = { fields: readonly string[] } | { fault: string };

/**
 * The rows of a VPC flow log file in text format. The file's header names the fields, which any file may choose
 * for itself; without one, rows must be of the default format. `record` has every field under its header name
 * (`-` as null, numbers as numbers, the rest as text) and the key's account and Region as `aws-account-id` and
 * `aws-region`. Time is `start`, or `end` where there is no start. `position` is the row's number.
 * @throws KeytrailError `bad_object` after everything readable: the object is cut off.
 */
export async function* parseVpcFlow(bytes: AsyncIterable<Buffer>, origin: ObjectOrigin): AsyncIterable<Parsed[]> {
  let header: Header | null = null;
  let row = 0;
  let first = true;
  for await (const spans of lines(bytes)) {
    const batch: Parsed[] = [];
    for (const { raw, fault } of spans) {
      const line = fault === null ? raw.toString('utf8') : '';
      const text = first && line.startsWith(byteOrderMark) ? line.slice(1) : line;
      first = false;
      const tokens = tokensOf(text);
      if (fault === null && tokens.length === 0) continue;
      if (isHeader(tokens)) header = toHeader(tokens);
      else {
        const event = fault ?? toEvent(text, tokens, header, origin, row, raw.length);
        batch.push(typeof event === 'string' ? reject(raw, row, event) : event);
        row++;
      }
    }
    if (batch.length > 0) yield batch;
  }
}

function tokensOf(text: string): string[] {
  const tokens = text.split(' ');
  // AWS writes single spaces; a file that passed through other hands may not have them.
  if (!tokens.includes('') && !text.includes('\t')) return tokens;
  return text.split(/[ \t]+/).filter((token) => token !== '');
}

/**
 * True for a line of field names. Every row that counts has a time, hence digits that begin no name: a value that
 * somebody chose (an instance's tag) can't make a row pass for a header.
 */
function isHeader(tokens: readonly string[]): boolean {
  return tokens.every((token) => fieldName.test(token)) && tokens.some((token) => knownFields.has(token));
}

function toHeader(fields: readonly string[]): Header {
  const taken = new Set<string>(Object.values(originFields));
  for (const field of fields) {
    if (taken.has(field)) return { fault: `the header names ${field}, which is taken already` };
    taken.add(field);
  }
  return { fields };
}

/** The event of a row, or why it is none. */
function toEvent(
  text: string,
  tokens: readonly string[],
  header: Header | null,
  origin: ObjectOrigin,
  row: number,
  bytes: number,
): LogEvent | string {
  const record = header === null ? defaultRecord(tokens) : toRecord(tokens, header);
  if (typeof record === 'string') return record;
  const seconds = record.start ?? record.end;
  if (typeof seconds !== 'number') return 'the row has neither start nor end';
  const time = fromEpoch(seconds);
  if (time === null) return `${seconds} seconds since 1970 is not a time`;
  record[originFields.account] = origin.account;
  record[originFields.region] = origin.region;
  return { id: idOf(origin, row, text), time, record, bytes, position: row };
}

/**
 * Rows have no id of their own. The path, without bucket, version or ETag, gives a row the same id in a bucket and
 * in a copy of it. The row's number tells equal rows of a file apart, and its text gives the changed rows of an
 * overwritten file new ids, so that neither hides the other as a duplicate.
 */
function idOf(origin: ObjectOrigin, row: number, text: string): string {
  return hash128('vpcflow', origin.path, String(row), text);
}

function defaultRecord(tokens: readonly string[]): RawRecord | string {
  if (tokens.length !== defaultFields.length) {
    return `the file has no header and the row ${tokens.length} fields, not the ${defaultFields.length} of the default format`;
  }
  // 14 fields of another format would be read under wrong names: the default format is version 2, always.
  if (tokens[0] !== '2') return 'the file has no header and the row is not of version 2, the default format';
  return toRecord(tokens, { fields: defaultFields });
}

function toRecord(tokens: readonly string[], header: Header): RawRecord | string {
  if ('fault' in header) return header.fault;
  const { fields } = header;
  if (tokens.length !== fields.length) {
    return `the row has ${tokens.length} fields, and the header names ${fields.length}`;
  }
  const record: RawRecord = {};
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at]!;
    const token = tokens[at]!;
    if (token === '-') record[field] = null;
    else if (!numberFields.has(field)) record[field] = token;
    else {
      const number = wholeNumber.test(token) ? Number(token) : Number.NaN;
      if (!Number.isSafeInteger(number)) return `${field} is not a whole number`;
      record[field] = number;
    }
  }
  return record;
}
