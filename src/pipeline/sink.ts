import type { LogEvent, LogName, Rejected } from '../model/event.js';
import type { DeadLetter } from '../model/object.js';
import type { Store } from '../stores/store.js';
import type { ObjectRun } from './object-run.js';
import { Slots } from './slots.js';

interface Batch {
  runs: ObjectRun[];
  events: LogEvent[];
  bytes: number;
}

const maxLetterBytes = 2 * 1024 * 1024;
/** What a letter weighs beside its bytes: an object can be millions of empty ones. */
const bytesPerLetter = 1024;
/** Lines of objects that are done, and wait for others to be written with them: each transaction has a price. */
const maxComplete = 256;

/**
 * Gathers the records of many objects into batches and writes them. An object's line in the ledger is written
 * only after every one of its records has an outcome and its dead letters are durable: whatever dies in between,
 * the object is read again and its events are found to be there already.
 */
export class Sink {
  readonly #batches = new Map<LogName, Batch>();
  readonly #writes: Slots;
  #letters: DeadLetter[] = [];
  #letterBytes = 0;
  #complete: ObjectRun[] = [];
  #settling: Promise<void> = Promise.resolve();
  /** While a full batch waits for its turn to be written. */
  #full: Promise<void> | null = null;

  constructor(
    private readonly store: Store,
    private readonly now: () => Date,
    private readonly onComplete: (run: ObjectRun) => void,
  ) {
    this.#writes = new Slots(store.batches.inFlight);
  }

  /**
   * Waits while enough writes are under way: that is what holds the readers back. All of them: else each would fill
   * one more batch before it waits. Where there is nothing to wait for, nothing is returned: a promise for each record
   * costs more than the rest.
   */
  event(run: ObjectRun, event: LogEvent): Promise<void> | undefined {
    if (this.#full) return this.#waited(run, event);
    run.saw(event);
    const { log } = run.origin;
    let batch = this.#batches.get(log);
    if (!batch) {
      batch = { runs: [], events: [], bytes: 0 };
      this.#batches.set(log, batch);
    }
    batch.runs.push(run);
    batch.events.push(event);
    batch.bytes += event.bytes;
    const { bytes, events } = this.store.batches;
    if (batch.bytes < bytes && batch.events.length < events) return undefined;
    this.#full = this.#write(log).finally(() => {
      this.#full = null;
    });
    return this.#full;
  }

  async #waited(run: ObjectRun, event: LogEvent): Promise<void> {
    while (this.#full) await this.#full;
    await this.event(run, event);
  }

  async reject(run: ObjectRun, rejected: Rejected): Promise<void> {
    this.#letter(run.reject(rejected, this.now()));
    if (this.#letterBytes >= maxLetterBytes) await this.#settle();
  }

  /** The object has been read, or failed for `reason`. */
  async end(run: ObjectRun, reason: string | null): Promise<void> {
    run.end(reason);
    if (!run.complete) return;
    this.#complete.push(run);
    if (this.#complete.length >= maxComplete) await this.#settle();
  }

  /** Writes what is gathered so far; when it resolves, it is durable. */
  async flush(): Promise<void> {
    for (const log of [...this.#batches.keys()]) await this.#write(log);
    await this.#writes.idle();
    await this.#settle();
  }

  /** Resolves when nothing is under way any more, whatever came of it. */
  async still(): Promise<void> {
    await this.#writes.idle().catch(() => undefined);
    await this.#settling.catch(() => undefined);
  }

  /** Writes the claims of objects under way again. In turn with the rest, so that no claim overwrites a final line. */
  renew(runs: Iterable<ObjectRun>): Promise<void> {
    this.#settling = this.#settling.then(async () => {
      const claimed = [...runs].filter((run) => !run.complete);
      if (claimed.length > 0) await this.store.record(claimed.map((run) => run.entry(this.now())));
    });
    return this.#settling;
  }

  async #write(log: LogName): Promise<void> {
    const batch = this.#batches.get(log);
    if (!batch) return;
    this.#batches.delete(log);
    await this.#writes.start(async () => {
      const outcomes = await this.store.write(log, batch.events);
      const now = this.now();
      batch.events.forEach((event, i) => {
        const run = batch.runs[i]!;
        const letter = run.settle(event, outcomes[i]!, now);
        if (letter) this.#letter(letter);
        if (run.complete) this.#complete.push(run);
      });
      if (this.#letterBytes >= maxLetterBytes || this.#complete.length >= maxComplete) await this.#settle();
    });
  }

  #letter(letter: DeadLetter): void {
    this.#letters.push(letter);
    this.#letterBytes += letter.raw.length + bytesPerLetter;
  }

  /** One after another, so that no ledger line overtakes the letters of its object. */
  #settle(): Promise<void> {
    this.#settling = this.#settling.then(async () => {
      const letters = this.#letters;
      const runs = this.#complete;
      this.#letters = [];
      this.#letterBytes = 0;
      this.#complete = [];
      if (letters.length > 0) await this.store.writeDeadLetters(letters);
      if (runs.length > 0) await this.store.record(runs.map((run) => run.entry(this.now())));
      for (const run of runs) this.onComplete(run);
    });
    return this.#settling;
  }
}
