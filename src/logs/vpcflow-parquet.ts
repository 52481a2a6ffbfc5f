import type { Parsed } from '../model/event.js';
import type { ObjectOrigin } from '../model/object.js';
import { parquetRows } from './parquet.js';
import { reject } from './span.js';
import { type Header, type Row, toEvent, toHeader } from './vpcflow-row.js';

/** The first bytes of a Parquet file, and the last. */
export const parquetMagic = Buffer.from('PAR1');

/**
 * The rows of a flow log file in Parquet, as the events that a text file with the same rows would give, apart from
 * their ids: there is no text to make the id from, so that the row's fields, written as such a line, stand for it.
 * Columns have their fields' names with `_` for `-`. Source: "Flow log files".
 * @throws KeytrailError `bad_object` after everything readable.
 */
export async function* parseParquetFlows(bytes: AsyncIterable<Buffer>, origin: ObjectOrigin): AsyncIterable<Parsed[]> {
  let number = 0;
  for await (const { columns, rows } of parquetRows(bytes)) {
    const fields = columns.map((column) => column.replaceAll('_', '-'));
    const header = toHeader(fields);
    yield rows.map((values) => {
      const tokens = values.map((value) => value ?? '-');
      const text = JSON.stringify(fields.map((field, at) => [field, tokens[at]]));
      return rowOrReject({ number: number++, tokens, text, bytes: Buffer.byteLength(text) }, header, origin);
    });
  }
}

function rowOrReject(row: Row, header: Header, origin: ObjectOrigin): Parsed {
  const event = toEvent(row, header, origin);
  return typeof event === 'string' ? reject(Buffer.from(row.text), row.number, event) : event;
}

/** Whether the bytes of a rejected row are of a Parquet file. No row of text begins like this and has a time. */
export const isParquetRow = (raw: Buffer): boolean => raw.subarray(0, 3).toString() === '[["';

/** A rejected row of a Parquet file once more. */
export function parquetRow(raw: Buffer, number: number, origin: ObjectOrigin): Parsed {
  const text = raw.toString('utf8');
  const pairs = parsePairs(text);
  if (pairs === null) return reject(raw, number, 'the row is no list of fields and values');
  const header = toHeader(pairs.map(([field]) => field));
  return rowOrReject({ number, tokens: pairs.map(([, token]) => token), text, bytes: raw.length }, header, origin);
}

function parsePairs(text: string): [string, string][] | null {
  let pairs: unknown;
  try {
    pairs = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const isPair = (pair: unknown): pair is [string, string] =>
    Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
  return Array.isArray(pairs) && pairs.every(isPair) ? pairs : null;
}
