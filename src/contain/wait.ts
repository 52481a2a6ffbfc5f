import { setTimeout as sleep } from 'node:timers/promises';
import { KeytrailError } from '../errors.js';

/** Waiting that a signal breaks off, for work that has a journal. */
export interface Patience {
  /** Milliseconds. Throws `interrupted` when the signal comes first. */
  wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  /** Throws `interrupted`. */
  stopIfAborted(signal: AbortSignal | undefined): void;
}

/** `goBack` says how what was begun is taken back: `or undo`. */
export function patience(goBack: string): Patience {
  const interrupted = (cause: unknown): KeytrailError =>
    new KeytrailError('interrupted', 'interrupted; the journal has what was done', {
      hint: `Run the same command again to finish, ${goBack}.`,
      cause,
    });
  return {
    async wait(milliseconds, signal) {
      try {
        await sleep(milliseconds, undefined, signal ? { signal } : {});
      } catch (error) {
        throw interrupted(error);
      }
    },
    stopIfAborted(signal) {
      if (signal?.aborted) throw interrupted(signal.reason);
    },
  };
}
