import type { DuckDBConnection } from '@duckdb/node-api';
import type { KeytrailError } from '../../errors.js';
import { interruptedAsking } from '../interrupted.js';

const repeatMs = 50;

/** Ends what connections do, now and later, once `signal` is aborted; `connections` may become more. */
export class Interruption {
  #repeat: NodeJS.Timeout | undefined;
  readonly #abort: () => void;

  constructor(
    connections: readonly DuckDBConnection[],
    private readonly path: string,
    private readonly signal: AbortSignal | undefined,
  ) {
    const interrupt = (): void => {
      for (const connection of connections) connection.interrupt();
    };
    this.#abort = () => {
      // DuckDB forgets an interruption that comes a moment before a statement begins.
      this.#repeat = setInterval(interrupt, repeatMs);
      interrupt();
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
