import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCode, KeytrailError } from '../errors.js';

/** What goes by without anybody's doing, if one waits. */
const passing: ReadonlySet<ErrorCode> = new Set(['source_unreachable', 'store_unreachable']);

export const passes = (error: unknown): boolean => error instanceof KeytrailError && passing.has(error.code);

export const interrupted = (): KeytrailError => new KeytrailError('interrupted', 'stopped before the end');

export const isInterrupted = (error: unknown): boolean =>
  error instanceof KeytrailError && error.code === 'interrupted';

const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/** Waits longer each time in a row, and not at all once `stop` is aborted. Those in trouble together wait together. */
export class Pauses {
  #inRow = 0;
  #pausing: Promise<void> | null = null;

  constructor(
    private readonly stop: AbortSignal,
    private readonly onTrouble: (error: unknown, pauseMs: number) => void,
  ) {}

  /** @throws the error itself when it does not pass, or when there is no time to wait. */
  async after(error: unknown): Promise<void> {
    if (!passes(error) || this.stop.aborted) throw error;
    this.#pausing ??= this.#pause(error).finally(() => {
      this.#pausing = null;
    });
    await this.#pausing;
  }

  async #pause(error: unknown): Promise<void> {
    const pauseMs = Math.min(firstPauseMs * 2 ** this.#inRow++, longestPauseMs);
    this.onTrouble(error, pauseMs);
    await sleep(pauseMs, this.stop);
  }

  /** All is well again. */
  reset(): void {
    this.#inRow = 0;
  }
}

/** Ends early, without an error, when `stop` is aborted. */
export async function sleep(ms: number, stop: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: stop }).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
}
