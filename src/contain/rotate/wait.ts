import { setTimeout as sleep } from 'node:timers/promises';
import { KeytrailError } from '../../errors.js';

/** Milliseconds between looks at what is eventually consistent: 30 s in all. */
export const defaultDelays: readonly number[] = [1000, 1000, 2000, 2000, 4000, 4000, 8000, 8000];

/** Throws `interrupted`. */
export async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal ? { signal } : {});
  } catch (error) {
    throw interrupted(error);
  }
}

export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal.reason);
}

function interrupted(cause: unknown): KeytrailError {
  return new KeytrailError('interrupted', 'interrupted; the journal has what was done', {
    hint: 'Run the same command again to finish, or with --undo.',
    cause,
  });
}
