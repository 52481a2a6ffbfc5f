import type { Store } from '../stores/store.js';
import { type IngestOptions, Ingestor } from './ingestor.js';
import { interrupted, Pauses, sleep } from './trouble.js';

/** When to let go of a store that only one process can have, so that others get at it. */
export interface Turns {
  /** After so long without work. */
  idleMs: number;
  /** After so long with work, too. */
  holdMs: number;
  /** For so long at least. */
  gapMs: number;
}

export interface SessionOptions {
  openStore(): Promise<Store>;
  ingest: Omit<IngestOptions, 'store'>;
  /** Absent: the store is kept open to the end. */
  turns?: Turns;
  stop: AbortSignal;
  abandon: AbortSignal;
  onTrouble: (error: unknown, pauseMs: number) => void;
}

class Session {
  users = 0;
  retired = false;
  failed = false;
  idle: NodeJS.Timeout | undefined;
  readonly since = Date.now();
  tellClosed: () => void = () => undefined;
  readonly closed = new Promise<void>((resolve) => {
    this.tellClosed = resolve;
  });

  constructor(
    readonly store: Store,
    readonly ingestor: Ingestor,
  ) {}
}

/**
 * An ingestor for work that comes now and then: opened for it, closed between, and opened anew after a failure that
 * passes. The work is done again then, so it must bear that; with the ledger, taking objects does.
 */
export class Sessions {
  readonly #pauses: Pauses;
  readonly #abandoned: Promise<never>;
  #opening: Promise<Session> | null = null;
  #ending = false;
  /** The one before this one lets go of the store before this one asks for it. */
  #before: Promise<void> = Promise.resolve();

  constructor(private readonly options: SessionOptions) {
    const { stop, abandon, onTrouble } = options;
    this.#pauses = new Pauses(stop, onTrouble);
    this.#abandoned = new Promise((_, reject) => {
      abandon.addEventListener('abort', () => reject(interrupted()), { once: true });
    });
    this.#abandoned.catch(() => undefined);
  }

  /** @throws KeytrailError `interrupted` when all is abandoned, and whatever does not pass. */
  async use<T>(work: (ingestor: Ingestor) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#once(work);
      } catch (error) {
        await this.#pauses.after(error);
      }
    }
  }

  async #once<T>(work: (ingestor: Ingestor) => Promise<T>): Promise<T> {
    const session = await this.#enter();
    try {
      const result = await Promise.race([work(session.ingestor), session.ingestor.failed, this.#abandoned]);
      this.#pauses.reset();
      return result;
    } catch (error) {
      session.failed ||= !this.options.abandon.aborted;
      this.#retire(session);
      throw error;
    } finally {
      this.#leave(session);
    }
  }

  /** Resolves when the store is closed; no work may be under way, but what was abandoned. */
  async close(): Promise<void> {
    this.#ending = true;
    const session = await this.#opening?.catch(() => undefined);
    if (session) this.#retire(session);
    await this.#before;
  }

  async #enter(): Promise<Session> {
    const { turns, abandon } = this.options;
    for (;;) {
      await this.#before;
      if (abandon.aborted) throw interrupted();
      this.#opening ??= this.#open();
      const opening = this.#opening;
      const session = await opening.catch((error: unknown) => {
        if (this.#opening === opening) this.#opening = null;
        throw error;
      });
      if (session.retired) continue;
      if (turns && Date.now() - session.since > turns.holdMs) {
        this.#retire(session);
        continue;
      }
      session.users++;
      clearTimeout(session.idle);
      return session;
    }
  }

  async #open(): Promise<Session> {
    const store = await this.options.openStore();
    try {
      const ingestor = new Ingestor({ ...this.options.ingest, store, abandon: this.options.abandon });
      await ingestor.open();
      return new Session(store, ingestor);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  #leave(session: Session): void {
    if (--session.users > 0) return;
    const { turns } = this.options;
    if (session.retired) void this.#close(session);
    else if (turns) session.idle = setTimeout(() => this.#retire(session), turns.idleMs);
  }

  /** Lets nobody in any more; it is closed when the last one leaves. */
  #retire(session: Session): void {
    if (session.retired) return;
    session.retired = true;
    clearTimeout(session.idle);
    this.#opening = null;
    this.#before = session.closed;
    if (session.users === 0) void this.#close(session);
  }

  async #close({ ingestor, store, failed, tellClosed }: Session): Promise<void> {
    const { turns, stop, onTrouble } = this.options;
    for (const part of [ingestor, store])
      await part.close().catch((error: unknown) => {
        // Of a failure those who worked with it know.
        if (!failed) onTrouble(error, 0);
      });
    if (turns && !this.#ending) await sleep(turns.gapMs, stop);
    tellClosed();
  }
}
