import type { LogEvent, RawRecord } from '../model/event.js';
import { ExactNumber, markExact } from '../model/exact-json.js';
import { hash128, type ObjectOrigin } from '../model/object.js';
import { fromEpoch } from './time.js';
import { defaultFields, knownFields, numberFields, originFields, transitGatewayFields } from './vpcflow-fields.js';

const fieldName = /^[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*$/;
const wholeNumber = /^\d{1,40}$/;

/** The columns of the rows that follow, or why those rows can't be read. */
export type Header = { fields: readonly string[] } | { fault: string };

/** A row as it lies in the object: its number there, its fields as text (`-`: not applicable). */
export interface Row {
  number: number;
  tokens: readonly string[];
  /** What the id is made from: the row's text, or what stands for it. */
  text: string;
  bytes: number;
}

/**
 * True for a line of field names. Every row that counts has a time, hence digits that begin no name: a value that
 * somebody chose (an instance's tag) can't make a row pass for a header.
 */
export function isHeader(tokens: readonly string[]): boolean {
  return tokens.every((token) => fieldName.test(token)) && tokens.some((token) => knownFields.has(token));
}

export function toHeader(fields: readonly string[]): Header {
  const taken = new Set<string>(Object.values(originFields));
  for (const field of fields) {
    if (taken.has(field)) return { fault: `the header names ${field}, which is taken already` };
    taken.add(field);
  }
  return { fields };
}

/** The event of a row, or why it is none. `header` null: the object has none so far. */
export function toEvent(row: Row, header: Header | null, origin: ObjectOrigin): LogEvent | string {
  const { tokens, number, text, bytes } = row;
  const record = header === null ? defaultRecord(tokens) : toRecord(tokens, header);
  if (typeof record === 'string') return record;
  const seconds = record.start ?? record.end;
  if (typeof seconds !== 'number') return 'the row has neither start nor end';
  const time = fromEpoch(seconds);
  if (time === null) return `${seconds} seconds since 1970 is not a time`;
  record[originFields.account] = origin.account;
  record[originFields.region] = origin.region;
  return { id: idOf(origin, number, text), time, record, bytes, position: number };
}

/**
 * Rows have no id of their own. The path, without bucket, version or ETag, gives a row the same id in a bucket and
 * in a copy of it, inflated or not. The row's number tells equal rows of a file apart, and its text gives the changed rows of an
 * overwritten file new ids, so that neither hides the other as a duplicate.
 */
function idOf(origin: ObjectOrigin, row: number, text: string): string {
  return hash128('vpcflow', origin.path.replace(/\.gz$/, ''), String(row), text);
}

function defaultRecord(tokens: readonly string[]): RawRecord | string {
  // CloudWatch Logs and Firehose get rows without a header.
  if (tokens.length === transitGatewayFields.length && tokens[0] === '6' && tokens[1] === 'TransitGateway')
    return toRecord(tokens, { fields: transitGatewayFields });
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
      if (!wholeNumber.test(token)) return `${field} is not a whole number`;
      const number = Number(token);
      // What is no double is as good a number; it has no zeros before it, as JSON wants it.
      if (Number.isSafeInteger(number)) record[field] = number;
      else markExact(record)[field] = new ExactNumber(token.replace(/^0+/, ''));
    }
  }
  return record;
}
