import { contractOf, positionIn } from '../model/contract.js';
import type { Enriched, LogEvent, Parsed, RawRecord, Rejected } from '../model/event.js';
import { hash128, type ObjectOrigin } from '../model/object.js';
import { type Slices, textAt } from '../model/slices.js';
import { detectEnvelope, type ParseOptions, unwrap } from './envelopes.js';
import { parseObject } from './json-object.js';
import { jsonRecords } from './json-records.js';
import { Skimmer } from './skim.js';
import { outlined, reject, type Span } from './span.js';
import { toSeconds } from './time.js';

const idText = /^[!-~]{1,128}$/;
const accountText = /^[!-~]{1,64}$/;

/**
 * The events of a CloudTrail log file, or of an envelope. `record` is the record as delivered, except that
 * `eventTime` has the form of `LogEvent.time`. The id is `eventID.recipientAccountId`, whatever the envelope: one
 * call by another account leaves a record in each account. Source: "CloudTrail record contents".
 * @throws KeytrailError `bad_object` after everything readable: the object is cut off or no such file.
 */
export async function* parseCloudTrail(
  bytes: AsyncIterable<Buffer>,
  _origin: ObjectOrigin,
  options: ParseOptions = {},
): AsyncIterable<Parsed[]> {
  let position = 0;
  for await (const spans of await recordsOf(bytes, options)) {
    const batch: Parsed[] = [];
    for (const span of spans) {
      if (options.keep?.(span) ?? true) batch.push(cloudTrailEvent(span, position));
      position++;
    }
    yield batch;
  }
}

async function recordsOf(
  bytes: AsyncIterable<Buffer>,
  { envelope: asked, keep, onSkipped }: ParseOptions,
): Promise<AsyncIterable<Span[]>> {
  const found = asked ? { envelope: asked, bytes } : await detectEnvelope('cloudtrail', bytes);
  // A skimmed event holds the chunk that it lies in. Where few are kept, that would be a chunk for each.
  if (found.envelope === null) return jsonRecords(found.bytes, 'Records', keep ? undefined : skimmer);
  const spans = unwrap(found.envelope, 'cloudtrail', found.bytes, onSkipped);
  return found.envelope === 'firehose' ? spans : checked(spans);
}

async function* checked(batches: AsyncIterable<Span[]>): AsyncIterable<Span[]> {
  for await (const spans of batches) yield spans.map((span) => outlined(span));
}

/** One record, as it lies in the object. */
export function cloudTrailEvent(span: Span, position: number): LogEvent | Rejected {
  const skimmed = span.slices && SkimmedEvent.of(span.slices, position);
  if (skimmed) return skimmed;
  const { raw, fault, outline } = span;
  if (fault !== null) return reject(raw, position, fault);
  const text = raw.toString('utf8');
  const record = parseObject(text, outline);
  if (typeof record === 'string') return reject(raw, position, record);
  const { eventTime } = record;
  if (eventTime === undefined) return reject(raw, position, 'eventTime is missing');
  const time = toSeconds(eventTime);
  if (time === null) return reject(raw, position, 'eventTime is not an ISO 8601 time with its offset from UTC');
  record.eventTime = time;
  return { id: idOf(record, text), time, record, bytes: raw.length, position };
}

/** Records of version 1.0 (2014) have no eventID, and hostile ones any: their bytes identify them. */
function idOf({ eventID, recipientAccountId }: RawRecord, text: string): string {
  if (typeof eventID !== 'string' || !idText.test(eventID)) return hash128('cloudtrail', text);
  return idFrom(eventID, typeof recipientAccountId === 'string' ? recipientAccountId : null);
}

const idFrom = (eventID: string, recipient: string | null): string =>
  `${eventID}.${recipient !== null && accountText.test(recipient) ? recipient : ''}`;

const contract = contractOf('cloudtrail');
const skimmer = new Skimmer(contract);
const timeAt = positionIn(contract, 'eventTime');
const idAt = positionIn(contract, 'eventID');
const recipientAt = positionIn(contract, 'recipientAccountId');

/** An event whose record is read only if somebody asks for it. */
class SkimmedEvent implements LogEvent {
  enrichment?: Enriched;
  #record: RawRecord | null = null;

  private constructor(
    readonly slices: Slices,
    readonly id: string,
    readonly time: string,
    readonly position: number,
  ) {}

  /** Null where the record has to be read to know its id or time. */
  static of(slices: Slices, position: number): SkimmedEvent | null {
    const time = toSeconds(textAt(slices, timeAt));
    const eventID = textAt(slices, idAt);
    if (time === null || eventID === null || !idText.test(eventID)) return null;
    return new SkimmedEvent(slices, idFrom(eventID, textAt(slices, recipientAt)), time, position);
  }

  get bytes(): number {
    return this.slices.to - this.slices.from;
  }

  get record(): RawRecord {
    if (this.#record === null) {
      const { bytes, from, to } = this.slices;
      this.#record = JSON.parse(bytes.toString('latin1', from, to)) as RawRecord;
      this.#record.eventTime = this.time;
    }
    return this.#record;
  }
}
