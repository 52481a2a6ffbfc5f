import type { LogEvent, Rejected } from '../model/event.js';
import { toJson } from '../model/exact-json.js';
import {
  type DeadLetter,
  hash128,
  type LedgerEntry,
  type ObjectOrigin,
  type ObjectRef,
  objectId,
} from '../model/object.js';
import { fileName } from '../s3/file-name.js';
import type { Outcome } from '../stores/store.js';
import { EventSpan, isDataEvent, isSkipData, lagOf } from './event-span.js';
import type { Reading } from './reading.js';
import type { Worker } from './worker.js';

/** What is counted of one object while it is read and written; becomes its line in the ledger. */
export class ObjectRun {
  /** Events handed to the store whose outcome is not known yet. */
  #pending = 0;
  #ended = false;
  #reason: string | null = null;
  #stored = 0;
  #duplicates = 0;
  #deadLettered = 0;
  #read = 0;
  #dataEvents = 0;
  #skipData = 0;
  readonly #span = new EventSpan();
  #released = false;
  #markSettled: () => void = () => undefined;
  /** Resolves when the object's line in the ledger says done or failed. */
  readonly settled = new Promise<void>((resolve) => {
    this.#markSettled = resolve;
  });

  constructor(
    /** Of another version, where that is what was read. */
    public object: ObjectRef,
    readonly origin: ObjectOrigin,
    private readonly worker: Worker,
    /** A sieve's; null where every record is kept. */
    readonly reading: Reading | null = null,
  ) {}

  saw(event: LogEvent): void {
    this.#read++;
    this.#pending++;
    this.#span.add(event.time);
    const { log } = this.origin;
    if (log === 'cloudtrail' && isDataEvent(event)) this.#dataEvents++;
    if (log === 'vpcflow' && isSkipData(event)) this.#skipData++;
  }

  /** Takes the store's word on one event; returns the letter where it refused. */
  settle(event: LogEvent, outcome: Outcome, now: Date): DeadLetter | null {
    this.#pending--;
    if (outcome === 'stored') this.#stored++;
    else if (outcome === 'duplicate') this.#duplicates++;
    else {
      // The bytes as read are gone by now; the record's JSON is the same evidence.
      const raw = Buffer.from(toJson(event.record, event.record));
      const letter = { position: event.position, reason: outcome.refused, raw, whole: true, header: null };
      return this.#letter(letter, event.id, now);
    }
    return null;
  }

  reject(rejected: Rejected, now: Date): DeadLetter {
    this.#read++;
    return this.#letter(rejected, null, now);
  }

  /** Reading is over; `reason` says why it failed. */
  end(reason: string | null): void {
    this.#ended = true;
    this.#reason = reason;
  }

  /** Read to the end, and every outcome known. */
  get complete(): boolean {
    return this.#ended && this.#pending === 0;
  }

  recorded(): void {
    this.#markSettled();
  }

  /** Given up: its claim lasts no longer. */
  release(): void {
    this.#released = true;
  }

  get reason(): string | null {
    return this.#reason;
  }

  get counts() {
    return {
      read: this.#read,
      stored: this.#stored,
      duplicates: this.#duplicates,
      deadLettered: this.#deadLettered,
    };
  }

  entry(now: Date): LedgerEntry {
    const { bucket, key, version, size, lastModified } = this.object;
    const { log, account, region, day } = this.origin;
    const { flowLog, delivered: named } = fileName(key);
    // A file's time is that of whoever copied it.
    const delivered = named ?? (bucket.startsWith('file:') ? null : lastModified);
    const span = this.#span.entry();
    const entry: LedgerEntry = {
      id: objectId(this.object),
      bucket,
      key,
      version,
      size,
      log,
      account,
      region,
      day,
      flowLog,
      state: this.complete ? (this.#reason === null ? 'done' : 'failed') : 'claimed',
      worker: this.complete ? null : this.worker.id,
      leaseUntil: this.complete ? null : this.#released ? now.toISOString() : this.worker.leaseFrom(now),
      delivered,
      lag: lagOf(span.firstEvent, delivered),
      reason: this.#reason,
      sieve: null,
      lookedFor: null,
      ...this.counts,
      dataEvents: this.#dataEvents,
      skipData: this.#skipData,
      ...span,
      updated: now.toISOString(),
    };
    return this.reading ? this.reading.added(entry) : entry;
  }

  #letter(rejected: Omit<Rejected, 'rejected'>, eventId: string | null, now: Date): DeadLetter {
    this.#deadLettered++;
    const { bucket, key, version } = this.object;
    const { log, account, region } = this.origin;
    const { position, reason, raw, whole, header } = rejected;
    return {
      id: hash128(bucket, key, version, String(position)),
      eventId,
      bucket,
      key,
      version,
      log,
      account,
      region,
      position,
      reason,
      raw,
      whole,
      header,
      time: now.toISOString(),
    };
  }
}
