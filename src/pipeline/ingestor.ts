import { setImmediate as turn } from 'node:timers/promises';
import type { Enrichment } from '../enrich/enrich.js';
import { toEnrich } from '../enrich/to-enrich.js';
import { KeytrailError, reasonOf } from '../errors.js';
import type { Envelope } from '../logs/envelopes.js';
import { isRejected, type LogEvent, type LogName, type Parsed } from '../model/event.js';
import { type LedgerEntry, type ObjectRef, objectId } from '../model/object.js';
import { type Classified, classify } from '../s3/layout.js';
import type { Selection } from '../s3/selection.js';
import type { ObjectSource } from '../s3/source.js';
import type { Store } from '../stores/store.js';
import { ObjectRun } from './object-run.js';
import { recordsOf, storedOf } from './records.js';
import { refuseSieved, type Sieve } from './sieve.js';
import { Sink } from './sink.js';
import { Slots } from './slots.js';
import { addRun, emptySummary, type IngestSummary } from './summary.js';
import { leaseMs, Worker } from './worker.js';

export interface IngestOptions {
  source: ObjectSource;
  store: Store;
  logs: readonly LogName[];
  now: () => Date;
  /** Called after each object with the summary so far. */
  onProgress: (summary: Readonly<IngestSummary>) => void;
  /** Called with each object's final line in the ledger. */
  onObject?: (entry: LedgerEntry) => void;
  /** To be added to, where several ingests make one summary. */
  summary?: IngestSummary;
  /** Which of the source's objects are read; `from` and `to` go by the day of delivery, with a day to spare. */
  select?: Omit<Selection, 'logs'>;
  /** What is added to each event from databases at hand. */
  enrichment?: Pick<Enrichment, 'enrich'>;
  /** What the records come wrapped in; objects whose key tells no log are then taken for the one log asked for. */
  envelope?: Envelope;
  /** Keeps only what names certain keys. */
  sieve?: Sieve;
  /** Objects read at once. Absent: 16 of a bucket, whose latency that hides; 4 of a directory, which has none. */
  concurrency?: number;
  /** When aborted, objects under way are finished and no other is begun. */
  signal?: AbortSignal;
  /** When aborted, objects under way are given up, and are anybody's again. */
  abandon?: AbortSignal;
}

/** What became of objects that were offered. */
export interface Taken {
  /** Being read, some perhaps since before; each `settled` resolves when its line in the ledger is final. */
  runs: ObjectRun[];
  /** Held by another live worker, or another version is being read: to be offered again. */
  held: ObjectRef[];
  /** Done already. */
  done: ObjectRef[];
  /** No log of those asked for. */
  other: ObjectRef[];
}

const objectsAtOnce = { bucket: 16, directory: 4 };
/** How long what was read may wait to be written: when no more is read, and while a large object still is. */
const idleFlushMs = 200;
const busyFlushMs = 1000;
/** So long is read before a store that has answered is heard: what is at hand gives no turn by itself. */
const turnMs = 2;

const abandoned = Symbol('abandoned');

/** Errors that concern one object; any other ends the run. */
const ofOneObject: ReadonlySet<string> = new Set(['bad_object', 'source_denied', 'source_not_found']);

/** Reads objects, whoever names them, and writes their records; many at once, each under a claim in the ledger. */
export class Ingestor {
  readonly summary: IngestSummary;
  /** Rejects when the ingest as a whole has failed: what is open will not settle any more. */
  readonly failed: Promise<never>;
  readonly #worker = new Worker();
  readonly #readers: Slots;
  readonly #sink: Sink;
  readonly #open = new Map<string, ObjectRun>();
  readonly #started: number;
  #reading = 0;
  #idle: NodeJS.Timeout | undefined;
  #busy: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | null = null;
  #tellFailure: (error: unknown) => void = () => undefined;
  /** One `take` after another: an object that one has claimed is open when the next looks. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: IngestOptions) {
    this.#started = options.now().getTime();
    const { concurrency, source } = options;
    this.#readers = new Slots(concurrency ?? (source.lists ? objectsAtOnce.bucket : objectsAtOnce.directory));
    this.summary = options.summary ?? emptySummary();
    this.failed = new Promise((_, reject) => {
      this.#tellFailure = reject;
    });
    // Whoever does not wait for it learns of the failure from `take` and `close`.
    this.failed.catch(() => undefined);
    this.#sink = new Sink(options.store, options.now, (run) => {
      this.#open.delete(objectId(run.object));
      addRun(this.summary, run);
      options.sieve?.settled(run);
      run.recorded();
      options.onObject?.(run.entry(options.now()));
      this.#progress();
    });
  }

  async open(): Promise<void> {
    const { store, sieve } = this.options;
    await store.prepare();
    await (sieve ? sieve.open(store) : refuseSieved(store));
    this.#renewal = setInterval(() => this.#renew(), leaseMs / 3);
    this.#renewal.unref();
  }

  /** Claims what is new among these objects and begins to read it; waits for free readers. */
  take(objects: readonly ObjectRef[]): Promise<Taken> {
    const taken = this.#turn.then(() => this.#take(objects));
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  async #take(objects: readonly ObjectRef[]): Promise<Taken> {
    this.#check();
    const { store, now, sieve } = this.options;
    const offered = new Map<string, ObjectRun>();
    const taken: Taken = { runs: [], held: [], done: [], other: [] };
    for (const object of objects) {
      const id = objectId(object);
      const open = this.#open.get(id);
      const before = open ?? offered.get(id);
      if (before) {
        // One version after another: they share a line in the ledger.
        if (before.object.version !== object.version) taken.held.push(object);
        else if (open) taken.runs.push(open);
        continue;
      }
      const found = classify(object.key, assumed(this.options));
      const why = this.#leaves(found);
      if (found.kind === 'log' && why === null) {
        const reading = sieve?.reading(object, found.origin.log) ?? null;
        offered.set(id, new ObjectRun(object, found.origin, this.#worker, reading));
        continue;
      }
      this.leave(why ?? 'unrecognised');
      taken.other.push(object);
    }
    const entries = [...offered.values()].map((run) => run.entry(now()));
    const standing = await store.claim(entries, (claimed) => this.#worker.isFree(claimed, now()));
    const begun: ObjectRun[] = [];
    for (const [id, run] of offered) {
      const other = standing.get(id);
      if (!other) begun.push(run);
      else if (isHeld(other)) taken.held.push(run.object);
      else {
        taken.done.push(run.object);
        sieve?.standing(run.object, other);
      }
    }
    // What is read again was counted before.
    if (!sieve?.again) {
      this.summary.objects.seen += begun.length + taken.done.length;
      this.summary.objects.skipped += taken.done.length;
    }
    for (const run of begun) this.#open.set(objectId(run.object), run);
    this.#progress();
    for (const run of begun) await this.#readers.start(() => this.#read(run));
    taken.runs.push(...begun);
    return taken;
  }

  /** Counts an object that is left alone, by why. */
  leave(why: string): void {
    this.summary.other[why] = (this.summary.other[why] ?? 0) + 1;
  }

  /** Why an object is left alone; null when it is not. */
  #leaves(found: Classified): string | null {
    if (found.kind === 'other') return found.what;
    const { logs, sieve } = this.options;
    const { log } = found.origin;
    return logs.includes(log) ? (sieve?.leaves(log, logs) ?? null) : `${log} (not asked for)`;
  }

  /** Resolves when everything taken is durable; then nothing is under way. */
  async close(): Promise<void> {
    try {
      await this.#readers.idle();
      this.#dropTimers();
      await this.#sink.flush();
      this.#check();
      for (const run of this.#open.values()) run.release();
      await this.#sink.renew(this.#open.values());
    } finally {
      this.#dropTimers();
      clearInterval(this.#renewal);
      await this.#renewing;
      await this.#sink.still();
      // What was given up, or lost with the store, is for another run to count.
      this.summary.objects.seen -= this.#open.size;
    }
    this.#progress();
  }

  async #read(run: ObjectRun): Promise<void> {
    this.#reading++;
    clearTimeout(this.#idle);
    try {
      const reason = await this.#stream(run);
      if (reason !== abandoned) await this.#sink.end(run, reason);
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#reading--;
      if (this.#reading === 0) this.#idle = this.#flushIn(idleFlushMs);
      else this.#busy ??= this.#flushIn(busyFlushMs);
    }
  }

  #enriched({ origin }: ObjectRun, event: LogEvent): LogEvent {
    const { enrichment } = this.options;
    if (enrichment) event.enrichment = enrichment.enrich(origin.log, toEnrich(origin.log, event));
    return event;
  }

  #records(run: ObjectRun, stored: AsyncIterable<Buffer>): AsyncIterable<Parsed[]> {
    const { envelope } = this.options;
    const { other } = this.summary;
    return recordsOf(run, stored, {
      ...(envelope === undefined ? {} : { envelope }),
      onSkipped: (what) => {
        other[what] = (other[what] ?? 0) + 1;
      },
    });
  }

  /** Why the object could not be read to its end, or null. */
  async #stream(run: ObjectRun): Promise<string | typeof abandoned | null> {
    const { source, abandon } = this.options;
    // Nobody delivers nothing: what was in it is lost, or still being written.
    if (run.object.size === 0) return 'the object has 0 bytes';
    try {
      abandon?.throwIfAborted();
      let since = performance.now();
      for await (const batch of this.#records(run, await storedOf(run, source, abandon))) {
        for (const parsed of batch) {
          if (isRejected(parsed)) await this.#sink.reject(run, parsed);
          else {
            const full = this.#sink.event(run, this.#enriched(run, parsed));
            if (full) await full;
          }
        }
        if (performance.now() - since < turnMs) continue;
        await turn();
        since = performance.now();
      }
      return null;
    } catch (error) {
      if (abandon?.aborted) return abandoned;
      if (!(error instanceof KeytrailError) || !ofOneObject.has(error.code)) throw error;
      return reasonOf(error);
    }
  }

  /** Batches may take long to fill, and somebody may wait for these objects to be durable. */
  #flushIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#dropTimers();
      this.#sink.flush().catch((error: unknown) => this.#fail(error));
    }, ms);
  }

  #dropTimers(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#busy);
    this.#busy = undefined;
  }

  #renew(): void {
    this.#renewing = this.#sink.renew(this.#open.values()).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#tellFailure(error);
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #progress(): void {
    this.summary.seconds = (this.options.now().getTime() - this.#started) / 1000;
    this.options.onProgress(this.summary);
  }
}

/** The log that an object is taken for whose key does not tell. */
export const assumed = ({ envelope, logs }: Pick<IngestOptions, 'envelope' | 'logs'>): LogName | undefined =>
  envelope === undefined ? undefined : logs[0];

const isHeld = ({ state }: LedgerEntry): boolean => state === 'claimed';
