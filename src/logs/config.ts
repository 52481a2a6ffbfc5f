import type { LogEvent, Parsed, RawRecord, Rejected } from '../model/event.js';
import { hash128, type ObjectOrigin } from '../model/object.js';
import type { ParseOptions } from './envelopes.js';
import { parseObject } from './json-object.js';
import { jsonRecords } from './json-records.js';
import { reject, type Span } from './span.js';
import { toSeconds } from './time.js';

/** Names that the developer guide's examples of the files use, by the ones that AWS Config writes. */
const otherNames = {
  awsAccountId: 'accountId',
  ARN: 'arn',
  configurationStateId: 'configurationStateID',
  configurationItemVersion: 'snapshotVersion',
  availabilityZone: 'availibilityZone',
} as const;

/**
 * The configuration items of an AWS Config history file or snapshot; what lies around them (`fileVersion`,
 * `configSnapshotId`) is left alone. `record` is the item as delivered, except that `configurationItemCaptureTime`
 * has the form of `LogEvent.time`. Source: "Example configuration history and snapshot files".
 * @throws KeytrailError `bad_object` after everything readable: the object is cut off or no such file.
 */
export async function* parseConfig(
  bytes: AsyncIterable<Buffer>,
  _origin: ObjectOrigin,
  { keep }: ParseOptions = {},
): AsyncIterable<Parsed[]> {
  let position = 0;
  for await (const spans of jsonRecords(bytes, 'configurationItems'))
    yield spans.flatMap((span) => {
      const at = position++;
      return (keep?.(span) ?? true) ? [configEvent(span, at)] : [];
    });
}

/** One record, as it lies in the object. */
export function configEvent({ raw, fault, outline }: Span, position: number): LogEvent | Rejected {
  if (fault !== null) return reject(raw, position, fault);
  const text = raw.toString('utf8');
  const record = parseObject(text, outline);
  if (typeof record === 'string') return reject(raw, position, record);
  rename(record);
  const captured = record.configurationItemCaptureTime;
  if (captured === undefined) return reject(raw, position, 'configurationItemCaptureTime is missing');
  const time = toSeconds(captured);
  if (time === null) return reject(raw, position, 'configurationItemCaptureTime is not an ISO 8601 time');
  const id = idOf(record, text);
  record.configurationItemCaptureTime = time;
  return { id, time, record, bytes: raw.length, position };
}

function rename(record: RawRecord): void {
  for (const [name, other] of Object.entries(otherNames)) {
    if (record[name] !== undefined || record[other] === undefined) continue;
    record[name] = record[other];
    delete record[other];
  }
}

/**
 * Items have no id of their own. One is a state of a resource: the resource (account, Region, type, id), when the
 * state was captured, and the state's id, which alone is no more than a point in time. So an item has the same id in
 * the history file and in each daily snapshot that repeats it, and is stored once.
 */
function idOf(record: RawRecord, text: string): string {
  const { awsAccountId, awsRegion, resourceType, resourceId, configurationItemCaptureTime: captured } = record;
  const state = record.configurationStateId;
  if (typeof resourceType !== 'string' || typeof resourceId !== 'string') return hash128('config', text);
  return hash128(
    'config',
    JSON.stringify([awsAccountId, awsRegion, resourceType, resourceId, captured, String(state)]),
  );
}
