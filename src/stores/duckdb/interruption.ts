import type { DuckDBConnection } from '@duckdb/node-api';
import type { KeytrailError } from '../../errors.js';
import { interruptedAsking } from '../interrupted.js';

const repeatMs = 50;

/** Ends what a connection does, now and later, once `signal` is aborted. */
export class Interruption {
  #repeat: NodeJS.Timeout | undefined;
  readonly #abort: () => void;

  constructor(
    connection: DuckDBConnection,
    private readonly path: string,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#abort = () => {
      // DuckDB forgets an interruption that comes a moment before a statement begins.
      this.#repeat = setInterval(() => connection.interrupt(), repeatMs);
      connection.interrupt();
    };
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** The error that stands for what was broken off; null when nothing was. */
  get error(): KeytrailError | null {
    if (!this.signal?.aborted) return null;
    return interruptedAsking(`duckdb:${this.path}`, this.signal);
  }

  end(): void {
    clearInterval(this.#repeat);
    this.signal?.removeEventListener('abort', this.#abort);
  }
}
