import { KeytrailError, reasonOf } from '../errors.js';
import { parsers } from '../logs/parser.js';
import { isRejected, type LogName } from '../model/event.js';
import { type LedgerEntry, type ObjectRef, objectId } from '../model/object.js';
import { inflate } from '../s3/gunzip.js';
import { classify } from '../s3/layout.js';
import type { ObjectSource } from '../s3/source.js';
import type { Store } from '../stores/store.js';
import { ObjectRun } from './object-run.js';
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
  /** When aborted, objects under way are finished and no other is begun. */
  signal?: AbortSignal;
}

/** What became of objects that were offered. */
export interface Taken {
  /** Being read; each `settled` resolves when its line in the ledger is final. */
  runs: ObjectRun[];
  /** Held by another live worker: to be offered again. */
  held: ObjectRef[];
  /** Done already. */
  done: ObjectRef[];
  /** No log of those asked for. */
  other: ObjectRef[];
}

const objectsAtOnce = 4;
const idleFlushMs = 200;

/** Errors that concern one object; any other ends the run. */
const ofOneObject: ReadonlySet<string> = new Set(['bad_object', 'source_denied', 'source_not_found']);

/** Reads objects, whoever names them, and writes their records; many at once, each under a claim in the ledger. */
export class Ingestor {
  readonly summary = emptySummary();
  readonly #worker = new Worker();
  readonly #readers = new Slots(objectsAtOnce);
  readonly #sink: Sink;
  readonly #open = new Set<ObjectRun>();
  readonly #started: number;
  #reading = 0;
  #idle: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | null = null;

  constructor(private readonly options: IngestOptions) {
    this.#started = options.now().getTime();
    this.#sink = new Sink(options.store, options.now, (run) => {
      this.#open.delete(run);
      addRun(this.summary, run);
      run.recorded();
      this.#progress();
    });
  }

  async open(): Promise<void> {
    await this.options.store.prepare();
    this.#renewal = setInterval(() => this.#renew(), leaseMs / 3);
    this.#renewal.unref();
  }

  /** Claims what is new among these objects and begins to read it; waits for free readers. */
  async take(objects: readonly ObjectRef[]): Promise<Taken> {
    this.#check();
    const { store, logs, now } = this.options;
    const offered: ObjectRun[] = [];
    const taken: Taken = { runs: [], held: [], done: [], other: [] };
    for (const object of objects) {
      const found = classify(object.key);
      if (found.kind === 'log' && logs.includes(found.origin.log)) {
        offered.push(new ObjectRun(object, found.origin, this.#worker));
        continue;
      }
      const what = found.kind === 'log' ? `${found.origin.log} (not asked for)` : found.what;
      this.summary.other[what] = (this.summary.other[what] ?? 0) + 1;
      taken.other.push(object);
    }
    const entries = offered.map((run) => run.entry(now()));
    const standing = await store.claim(entries, (claimed) => this.#worker.isFree(claimed, now()));
    for (const run of offered) {
      const other = standing.get(objectId(run.object));
      if (!other) taken.runs.push(run);
      else if (isHeld(other)) taken.held.push(run.object);
      else taken.done.push(run.object);
    }
    this.summary.objects.seen += taken.runs.length + taken.done.length;
    this.summary.objects.skipped += taken.done.length;
    for (const run of taken.runs) this.#open.add(run);
    this.#progress();
    for (const run of taken.runs) await this.#readers.start(() => this.#read(run));
    return taken;
  }

  /** Resolves when everything taken is durable; then nothing is under way. */
  async close(): Promise<void> {
    try {
      await this.#readers.idle();
      clearTimeout(this.#idle);
      await this.#sink.flush();
      this.#check();
    } finally {
      clearTimeout(this.#idle);
      clearInterval(this.#renewal);
      await this.#renewing;
    }
    this.#progress();
  }

  async #read(run: ObjectRun): Promise<void> {
    this.#reading++;
    clearTimeout(this.#idle);
    try {
      await this.#sink.end(run, await this.#stream(run));
    } finally {
      this.#reading--;
      if (this.#reading === 0) this.#flushWhenIdle();
    }
  }

  /** Why the object could not be read to its end, or null. */
  async #stream(run: ObjectRun): Promise<string | null> {
    try {
      const bytes = inflate(await this.options.source.read(run.object));
      for await (const batch of parsers[run.origin.log].parse(bytes, run.origin))
        for (const parsed of batch) {
          if (isRejected(parsed)) await this.#sink.reject(run, parsed);
          else await this.#sink.event(run, parsed);
        }
      return null;
    } catch (error) {
      if (!(error instanceof KeytrailError) || !ofOneObject.has(error.code)) throw error;
      return reasonOf(error);
    }
  }

  /** Nothing more may come for a while, and somebody may wait for these objects to be durable. */
  #flushWhenIdle(): void {
    this.#idle = setTimeout(() => {
      this.#sink.flush().catch((error: unknown) => this.#fail(error));
    }, idleFlushMs);
  }

  #renew(): void {
    this.#renewing = this.#sink.renew(this.#open).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #progress(): void {
    this.summary.seconds = (this.options.now().getTime() - this.#started) / 1000;
    this.options.onProgress(this.summary);
  }
}

const isHeld = ({ state }: LedgerEntry): boolean => state === 'claimed';
