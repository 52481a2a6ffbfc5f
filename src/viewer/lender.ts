import type { BoundQuestion } from '../model/question.js';
import type { Engine } from '../stores/store.js';

export interface Opened {
  engine: Engine;
  /** Throws `scan_limit` where these questions would read more than may be paid for. */
  check(bound: readonly BoundQuestion[], closure: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Lends an engine to whoever asks, and gives it back after `idleMs` without work: a DuckDB file that is held is one
 * that no ingest can write to.
 */
export class Lender {
  #opened: Promise<Opened> | null = null;
  #borrowers = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly open: () => Promise<Opened>,
    private readonly idleMs: number,
  ) {}

  async lend<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    this.#borrowers += 1;
    try {
      this.#opened ??= this.open();
      const opening = this.#opened;
      const opened = await opening.catch((error: unknown) => {
        if (this.#opened === opening) this.#opened = null;
        throw error;
      });
      return await work(opened);
    } finally {
      this.#borrowers -= 1;
      if (this.#borrowers === 0) this.#timer = setTimeout(() => void this.close().catch(() => undefined), this.idleMs);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const opened = this.#opened;
    this.#opened = null;
    if (opened) await (await opened).close();
  }
}
