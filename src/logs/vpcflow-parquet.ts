import type { Parsed } from '../model/event.js';
import type { ObjectOrigin } from '../model/object.js';
import { parquetRows } from './parquet.js';
import { reject } from './span.js';
import { toEvent, toHeader } from './vpcflow-row.js';

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
      const row = { number: number++, tokens, text, bytes: Buffer.byteLength(text) };
      const event = toEvent(row, header, origin);
      return typeof event === 'string' ? reject(Buffer.from(text), row.number, event) : event;
    });
  }
}
