import { reasonOf } from '../errors.js';

/** An object that a message names. What the message does not say is null, and S3 is to be asked. */
export interface NamedObject {
  bucket: string;
  key: string;
  /** Without quotes. */
  etag: string | null;
  versionId: string | null;
  /** In bytes. */
  size: number | null;
  /** When S3 had taken it, ISO 8601 UTC. */
  time: string | null;
}

/** What a message says. One with `poison` is to stay on its queue, whatever else it names. */
export interface Notification {
  objects: NamedObject[];
  /** Parts that name nothing to read, such as `s3:TestEvent` or `ObjectRemoved:Delete`. */
  ignored: string[];
  /** Why a part can't be understood, or null. One clause, no trailing full stop. */
  poison: string | null;
}

type Json = Record<string, unknown>;

/** SNS around EventBridge around nothing else: deeper envelopes are nobody's. */
const maxEnvelopes = 3;
const maxKeyBytes = 1024;
/** S3 names one. Each may cost a request, and the other messages that were received with it wait meanwhile. */
export const maxNamedObjects = 1000;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const poison = (reason: string): Notification => ({ objects: [], ignored: [], poison: reason });
const ignore = (what: string): Notification => ({ objects: [], ignored: [what], poison: null });
const named = (object: NamedObject): Notification => ({ objects: [object], ignored: [], poison: null });

/**
 * What a queue's message names: an S3 event, one that came through SNS (enveloped or raw) or EventBridge, or
 * CloudTrail's own notice of a delivery. Any text may come in; it never throws.
 * Sources: "Event message structure" (keys are URL-encoded), "EventBridge event message structure" (they are not),
 * "Amazon SNS message formats", "Configuring Amazon SNS notifications for CloudTrail".
 */
export function parseNotification(body: string): Notification {
  const found = parseText(body, 0);
  return found.objects.length <= maxNamedObjects ? found : poison(`names more than ${maxNamedObjects} objects`);
}

function parseText(text: string, envelopes: number): Notification {
  if (envelopes > maxEnvelopes) return poison('envelope in envelope in envelope');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return poison(`not JSON: ${reasonOf(error)}`);
  }
  if (!isObject(value)) return poison('not a JSON object');
  if (value.Event === 's3:TestEvent') return ignore('s3:TestEvent');
  if (Array.isArray(value.Records)) return together(value.Records.map(parseRecord), 'Records');
  if (value.source === 'aws.s3') return parseEventBridge(value);
  if (typeof value.s3Bucket === 'string') return parseCloudTrail(value);
  if (typeof value.Message === 'string') return parseText(value.Message, envelopes + 1);
  return poison('neither an S3 event, an SNS notification, an EventBridge event nor a CloudTrail notice');
}

function together(parts: readonly Notification[], list: string): Notification {
  if (parts.length === 0) return poison(`${list} is empty`);
  return {
    objects: parts.flatMap(({ objects }) => objects),
    ignored: parts.flatMap(({ ignored }) => ignored),
    poison: parts.find((part) => part.poison !== null)?.poison ?? null,
  };
}

function parseRecord(record: unknown): Notification {
  if (!isObject(record)) return poison('a record is no JSON object');
  if (record.eventSource !== 'aws:s3') return poison('a record of another event source than aws:s3');
  if (typeof record.eventName !== 'string') return poison('a record lacks eventName');
  const name = record.eventName.replace(/^s3:/, '');
  if (!name.startsWith('ObjectCreated:')) return ignore(name);
  const { bucket, object } = isObject(record.s3) ? record.s3 : {};
  if (!isObject(bucket) || !isObject(object)) return poison('a record lacks s3.bucket or s3.object');
  const key = typeof object.key === 'string' ? decodeKey(object.key) : null;
  return nameOf(bucket.name, key, { ...object, time: record.eventTime });
}

function parseEventBridge(event: Json): Notification {
  const type = event['detail-type'];
  if (typeof type !== 'string') return poison('an EventBridge event lacks detail-type');
  if (type !== 'Object Created') return ignore(type);
  const { bucket, object } = isObject(event.detail) ? event.detail : {};
  if (!isObject(bucket) || !isObject(object)) return poison('an EventBridge event lacks detail.bucket or .object');
  const { key, size, etag, eTag, 'version-id': versionId } = object;
  return nameOf(bucket.name, key, { size, eTag: etag ?? eTag, versionId, time: event.time });
}

function parseCloudTrail({ s3Bucket, s3ObjectKey }: Json): Notification {
  if (!Array.isArray(s3ObjectKey)) return poison('a CloudTrail notice lacks s3ObjectKey');
  return together(
    s3ObjectKey.map((key: unknown) => nameOf(s3Bucket, key, {})),
    's3ObjectKey',
  );
}

interface Details {
  size?: unknown;
  eTag?: unknown;
  versionId?: unknown;
  time?: unknown;
}

/** Only what may safely stand in a request is taken; details that look wrong count as absent. */
function nameOf(bucket: unknown, key: unknown, { size, eTag, versionId, time }: Details): Notification {
  if (typeof bucket !== 'string' || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return poison('no bucket name');
  if (typeof key !== 'string' || key === '' || Buffer.byteLength(key) > maxKeyBytes) return poison('no object key');
  return named({
    bucket,
    key,
    etag: typeof eTag === 'string' ? (/^"?([!#-~]{1,128}?)"?$/.exec(eTag)?.[1] ?? null) : null,
    versionId: typeof versionId === 'string' && /^[\w.-]{1,1024}$/.test(versionId) ? versionId : null,
    size: Number.isSafeInteger(size) && Number(size) >= 0 ? Number(size) : null,
    time: timeOf(time),
  });
}

/** Encoded as in a URL's query, where `+` is a space; null where it is not. */
function decodeKey(key: string): string | null {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function timeOf(time: unknown): string | null {
  if (typeof time !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(time)) return null;
  const date = new Date(/Z$|[+-]\d{2}:?\d{2}$/.test(time) ? time : `${time}Z`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
