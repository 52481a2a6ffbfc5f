import type { LogEvent, Parsed, RawRecord, Rejected } from '../model/event.js';
import { hash128 } from '../model/object.js';
import { jsonRecords } from './json-records.js';
import { reject, type Span } from './span.js';
import { toSeconds } from './time.js';

const idText = /^[!-~]{1,128}$/;
const accountText = /^[!-~]{1,64}$/;

/**
 * The events of a CloudTrail log file. `record` is the record as delivered, except that `eventTime` has the form
 * of `LogEvent.time`. The id is `eventID.recipientAccountId`: one call by another account leaves a record in each
 * account. Source: "CloudTrail record contents".
 * @throws KeytrailError `bad_object` after everything readable: the object is cut off or no such file.
 */
export async function* parseCloudTrail(bytes: AsyncIterable<Buffer>): AsyncIterable<Parsed[]> {
  let position = 0;
  for await (const spans of jsonRecords(bytes)) {
    const batch: Parsed[] = [];
    for (const span of spans) batch.push(toEvent(span, position++));
    yield batch;
  }
}

function toEvent({ raw, fault }: Span, position: number): LogEvent | Rejected {
  if (fault !== null) return reject(raw, position, fault);
  const text = raw.toString('utf8');
  const record = parseObject(text);
  if (typeof record === 'string') return reject(raw, position, record);
  const { eventTime } = record;
  if (eventTime === undefined) return reject(raw, position, 'eventTime is missing');
  const time = toSeconds(eventTime);
  if (time === null) return reject(raw, position, 'eventTime is not an ISO 8601 time with its offset from UTC');
  record.eventTime = time;
  return { id: idOf(record, text), time, record, bytes: raw.length, position };
}

/** The object, or why the text is none. */
function parseObject(text: string): RawRecord | string {
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

/** Records of version 1.0 (2014) have no eventID, and hostile ones any: their bytes identify them. */
function idOf({ eventID, recipientAccountId }: RawRecord, text: string): string {
  if (typeof eventID !== 'string' || !idText.test(eventID)) return hash128('cloudtrail', text);
  const account = typeof recipientAccountId === 'string' && accountText.test(recipientAccountId);
  return `${eventID}.${account ? recipientAccountId : ''}`;
}
