import { hash } from 'node:crypto';
import type { LogName } from './event.js';

/** A log object in a bucket, or a file in a directory that mirrors one. */
export interface ObjectRef {
  /** Bucket name, or `file:` and the directory's real path. */
  bucket: string;
  /** Object key, or the file's path below the directory, `/`-separated. */
  key: string;
  /** ETag without quotes; for a file, its size and modification time. Changes when the content does. */
  version: string;
  /** S3's version id, where a notification gave it: the object can be read after it was overwritten or deleted. */
  versionId?: string;
  /** Compressed size in bytes. */
  size: number;
  /** ISO 8601 UTC. */
  lastModified: string;
}

/** What the key's layout says about an object. Source: "CloudTrail log file examples", "Flow log files". */
export interface ObjectOrigin {
  log: LogName;
  /** Account, Region and day (`YYYY-MM-DD`) from the path, where it has them. */
  account: string | null;
  region: string | null;
  day: string | null;
  /** The key from `AWSLogs/` on: the same in a bucket and in a copy of it. */
  path: string;
}

export type ObjectState = 'claimed' | 'done' | 'failed';

/** Records of an hour, which is given by its first second: `2026-03-02T08:00:00Z`. */
export interface HourCount {
  hour: string;
  records: number;
}

/** Ten days: a log file spans minutes, and one that was put together by others must not make a ledger's line of any size. */
export const maxHours = 240;

/** One line of the ledger, which lives in the store: what is known about one object. */
export interface LedgerEntry {
  /** `objectId(object)`. */
  id: string;
  bucket: string;
  key: string;
  version: string;
  size: number;
  log: LogName;
  account: string | null;
  region: string | null;
  day: string | null;
  /** The flow log that wrote it, as the file's name says. */
  flowLog: string | null;
  state: ObjectState;
  /** Who claimed it, and until when nobody else may; null once it is done or failed. */
  worker: string | null;
  leaseUntil: string | null;
  /** When it was delivered, ISO 8601 UTC: by CloudTrail's name for it, else S3's LastModified; null for other files. */
  delivered: string | null;
  /** How long its first event waited to be delivered, in seconds; null where either time is unknown. */
  lag: number | null;
  /** Why it failed. */
  reason: string | null;
  /** Of a sieve, the access key ids asked for, sorted, a blank between; null: every record was kept. */
  sieve: string | null;
  /** Of a sieve, a hash of every key id looked for, issued ones included: done means done for these. */
  lookedFor: string | null;
  read: number;
  stored: number;
  duplicates: number;
  deadLettered: number;
  /** CloudTrail data events among the records read. */
  dataEvents: number;
  /** Flow rows that say evidence was lost (log-status SKIPDATA). */
  skipData: number;
  /** First and last event time, null when the object has no event. */
  firstEvent: string | null;
  lastEvent: string | null;
  /** Records by the hour of their event (its first second), in order; at most `maxHours`, the rest is in none. */
  hours: readonly HourCount[];
  /** When the entry was written, ISO 8601 UTC. */
  updated: string;
}

/** Whether what the ledger has of an object keeps a worker from it; see `Store.claim`. */
export function stands(found: LedgerEntry, wanted: LedgerEntry, free: (claimed: LedgerEntry) => boolean): boolean {
  if (found.state === 'claimed') return !free(found);
  return found.state === 'done' && found.version === wanted.version && (found.lookedFor ?? null) === wanted.lookedFor;
}

/**
 * What could not be stored: never dropped, always with its reason and bytes, and with what it takes to read those
 * again without the object.
 */
export interface DeadLetter {
  /** 128-bit hash of object and position: a second attempt overwrites, never adds. */
  id: string;
  /** The event's, where it was an event and the store refused it; `raw` is then its record as JSON. */
  eventId: string | null;
  bucket: string;
  key: string;
  version: string;
  log: LogName;
  /** Of its object, as the ledger has them. */
  account: string | null;
  region: string | null;
  position: number;
  reason: string;
  /** As `Rejected` has them. */
  raw: Buffer;
  whole: boolean;
  header: string | null;
  /** ISO 8601 UTC. */
  time: string;
}

/** The place of a dead letter: which object, and where in it. Their order is that of these members. */
export type LetterPlace = Pick<DeadLetter, 'bucket' | 'key' | 'version' | 'position'>;

/** 128-bit hash, in hexadecimal, of parts that may hold any text. */
export function hash128(...parts: readonly string[]): string {
  return hash('sha256', `${parts.join('\0')}\0`).slice(0, 32);
}

/** The ledger's key of an object: bucket and key. A new version takes the place of the old one's line. */
export function objectId(object: Pick<ObjectRef, 'bucket' | 'key'>): string {
  return hash128(object.bucket, object.key);
}
