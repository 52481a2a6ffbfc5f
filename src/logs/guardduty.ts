import type { LogEvent, Parsed, RawRecord, Rejected } from '../model/event.js';
import { addMember, ExactNumber, isExact, markExact, membersOf } from '../model/exact-json.js';
import { hash128, type ObjectOrigin } from '../model/object.js';
import type { ParseOptions } from './envelopes.js';
import { parseObject } from './json-object.js';
import { lines } from './lines.js';
import { maxRecordBytes, outlined, reject, type Span } from './span.js';
import { toSeconds } from './time.js';

/**
 * The findings of a GuardDuty export: JSON, one a line, in lower camel case; the capitalised names that the aws CLI
 * prints are turned into those. `record` is the finding, except that `updatedAt` has the form of `LogEvent.time`.
 * Source: "Exporting generated GuardDuty findings to Amazon S3 buckets".
 * @throws KeytrailError `bad_object` after everything readable: the object is cut off.
 */
export async function* parseGuardDuty(
  bytes: AsyncIterable<Buffer>,
  _origin: ObjectOrigin,
  { keep }: ParseOptions = {},
): AsyncIterable<Parsed[]> {
  let position = 0;
  for await (const spans of lines(bytes, maxRecordBytes)) {
    const batch: Parsed[] = [];
    for (const span of spans) {
      if (isBlank(span)) continue;
      if (keep?.(span) ?? true) batch.push(guardDutyEvent(span, position));
      position++;
    }
    yield batch;
  }
}

/** White space between findings is nothing that was lost. */
function isBlank({ raw, fault }: Span): boolean {
  return fault === null && raw.length < 64 && raw.toString('latin1').trim() === '';
}

/** One record, as it lies in the object. */
export function guardDutyEvent(span: Span, position: number): LogEvent | Rejected {
  const { raw, fault, outline } = outlined(span);
  if (fault !== null) return reject(raw, position, fault);
  const text = raw.toString('utf8');
  const parsed = parseObject(text, outline);
  if (typeof parsed === 'string') return reject(raw, position, parsed);
  const record = parsed.Id !== undefined && parsed.id === undefined ? renamed(parsed) : parsed;
  const { updatedAt } = record;
  if (updatedAt === undefined) return reject(raw, position, 'updatedAt is missing');
  const time = toSeconds(updatedAt);
  if (time === null) return reject(raw, position, 'updatedAt is not an ISO 8601 time');
  const id = idOf(record, text);
  record.updatedAt = time;
  return { id, time, record, bytes: raw.length, position };
}

function renamed(finding: RawRecord): RawRecord {
  const record = lowerCamel(finding) as RawRecord;
  return isExact(finding) ? markExact(record) : record;
}

/** `value` is at most `maxRecordDepth` deep. A name that is taken in lower camel case stays as it is. */
function lowerCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamel);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  const object: RawRecord = {};
  for (const [name, inner] of membersOf(value)) {
    const lower = name.slice(0, 1).toLowerCase() + name.slice(1);
    addMember(object, Object.hasOwn(value, lower) ? name : lower, lowerCamel(inner));
  }
  return object;
}

/**
 * GuardDuty exports a finding again, under the same id, whenever it occurs again: each state is an event of its own,
 * told apart by its update time to the millisecond. The id holds for that account and Region only.
 */
function idOf({ id, accountId, region, updatedAt }: RawRecord, text: string): string {
  if (typeof id !== 'string' || id === '') return hash128('guardduty', text);
  const moment = Date.parse(updatedAt as string);
  return hash128('guardduty', JSON.stringify([accountId, region, id, Number.isNaN(moment) ? updatedAt : moment]));
}
