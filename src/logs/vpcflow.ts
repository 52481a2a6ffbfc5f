import type { Kept, LogEvent, Parsed, RawRecord } from '../model/event.js';
import type { ObjectOrigin } from '../model/object.js';
import { detectEnvelope, type ParseOptions, unwrap } from './envelopes.js';
import { lines } from './lines.js';
import { peek } from './peek.js';
import { RowSkimmer } from './skim-row.js';
import { reject } from './span.js';
import { isParquetRow, parquetMagic, parquetRow, parseParquetFlows } from './vpcflow-parquet.js';
import { type Header, isHeader, toEvent, toHeader } from './vpcflow-row.js';

/**
 * The rows of a flow log file, in text format, Parquet (known by its name or first bytes) or an envelope; of a VPC,
 * a subnet, an interface or a Transit Gateway. In text the file's header names the fields, which any file may choose
 * for itself; without one, rows must be of the default format. `record` has every field under its header name
 * (`-` as null, numbers as numbers, the rest as text) and the key's account and Region as `aws-account-id` and
 * `aws-region`. Time is `start`, or `end` where there is no start. `position` is the row's number.
 * @throws KeytrailError `bad_object` after everything readable: the object is cut off.
 */
export async function* parseVpcFlow(
  bytes: AsyncIterable<Buffer>,
  origin: ObjectOrigin,
  { envelope: asked, onSkipped }: ParseOptions = {},
): AsyncIterable<Parsed[]> {
  const { head, all } = await peek(bytes, parquetMagic.length);
  if (head.equals(parquetMagic) || (head.length > 0 && origin.path.endsWith('.parquet'))) {
    yield* parseParquetFlows(all, origin);
    return;
  }
  const found = asked ? { envelope: asked, bytes: all } : await detectEnvelope('vpcflow', all);
  const spans =
    found.envelope === null ? lines(found.bytes) : unwrap(found.envelope, 'vpcflow', found.bytes, onSkipped);

  let header: Header | null = null;
  let names: string | null = null;
  let skimmer: RowSkimmer | null = null;
  let row = 0;
  for await (const pieces of spans) {
    const batch: Parsed[] = [];
    for (const { raw, fault } of pieces) {
      const skimmed = fault === null ? (skimmer?.skim(raw, row) ?? null) : null;
      if (skimmed) {
        batch.push(skimmed);
        row++;
        continue;
      }
      const text = fault === null ? raw.toString('utf8') : '';
      const tokens = tokensOf(text);
      if (fault === null && tokens.length === 0) continue;
      if (isHeader(tokens)) {
        header = toHeader(tokens);
        names = tokens.join(' ');
        skimmer = skimmerOf(header, origin);
      } else {
        const event = fault ?? toEvent({ number: row, tokens, text, bytes: raw.length }, header, origin);
        batch.push(typeof event === 'string' ? reject(raw, row, event, names) : event);
        row++;
      }
    }
    if (batch.length > 0) yield batch;
  }
}

function skimmerOf(header: Header, origin: ObjectOrigin): RowSkimmer | null {
  if ('fault' in header) return null;
  const toRecord = (raw: Buffer): RawRecord => {
    const text = raw.toString('latin1');
    const row = { number: 0, tokens: tokensOf(text), text, bytes: raw.length };
    return (toEvent(row, header, origin) as LogEvent).record;
  };
  return RowSkimmer.of(header.fields, origin, toRecord);
}

/** A row by itself, under the header that its object had. */
export function flowEvent({ raw, position, header }: Kept, origin: ObjectOrigin): Parsed {
  if (isParquetRow(raw)) return parquetRow(raw, position, origin);
  const text = raw.toString('utf8');
  const row = { number: position, tokens: tokensOf(text), text, bytes: raw.length };
  const event = toEvent(row, header === null ? null : toHeader(header.split(' ')), origin);
  return typeof event === 'string' ? reject(raw, position, event, header) : event;
}

function tokensOf(text: string): string[] {
  const tokens = text.split(' ');
  // AWS writes single spaces; a file that passed through other hands may not have them.
  if (!tokens.includes('') && !text.includes('\t') && !text.includes('\n')) return tokens;
  return text.split(/[ \t\r\n]+/).filter((token) => token !== '');
}
