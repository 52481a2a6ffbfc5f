import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import {
  type Compressors,
  type FileMetaData,
  parquetMetadata,
  parquetRead,
  parquetSchema,
  snappyUncompress,
} from 'hyparquet';
import { maxInflatedBytes } from './parquet-limits.js';

/**
 * A process that reads one Parquet file from its standard input; ./parquet.ts starts it, and says why there is one.
 * It says `ready`, and then answers each message with another `ParquetReply`.
 */
export type ParquetReply =
  /** Rows in order, a text or null for each of `columns`. */
  { columns: string[]; rows: (string | null)[][] } | { end: true } | { fault: string } | { ready: true };

const rowsPerReply = 1000;
/** Rows that are decoded at a time, at most; a page is decoded again for each part of it. */
const rowsPerRead = 65_536;

let inflated = 0;

function bounded(length: number): number {
  inflated += length;
  if (!(length >= 0) || inflated > maxInflatedBytes) throw new Error('its pages are too large');
  return length;
}

const compressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: bounded(length) + 1 }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: bounded(length) + 1 }),
  SNAPPY: (input, length) => {
    const output = new Uint8Array(bounded(length));
    snappyUncompress(input, output);
    return output;
  },
};

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value, (_name, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
}

async function* read(input: Promise<Buffer>): AsyncGenerator<ParquetReply> {
  const bytes = await input;
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const metadata: FileMetaData = parquetMetadata(file, { geoparquet: false });
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const source = {
    byteLength: file.byteLength,
    slice: (start: number, end?: number) => Promise.resolve(file.slice(start, end)),
  };
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += rowsPerRead) {
      const rowEnd = Math.min(groupEnd, rowStart + rowsPerRead);
      let rows: unknown[][] = [];
      inflated = 0;
      await parquetRead({
        file: source,
        metadata,
        compressors,
        rowStart,
        rowEnd,
        geoparquet: false,
        onComplete: (found) => {
          rows = found as unknown[][];
        },
      });
      if (rows.length !== rowEnd - rowStart) throw new Error('it holds fewer rows than it says');
      for (let at = 0; at < rows.length; at += rowsPerReply)
        yield { columns, rows: rows.slice(at, at + rowsPerReply).map((row) => columns.map((_, i) => textOf(row[i]))) };
    }
    groupStart = groupEnd;
  }
  yield { end: true };
}

// Taken in at once: nobody asks before all of it is sent.
const replies = read(buffer(process.stdin));
process.on('message', () => {
  replies.next().then(
    ({ value }) => process.send?.(value),
    (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
process.send?.({ ready: true });
