import { setTimeout as delay } from 'node:timers/promises';
import { KeytrailError } from '../../errors.js';
import { interruptedWaiting } from '../interrupted.js';
import type { Wait } from '../store.js';

/** Short beside the gaps that a writer who shares the file leaves. */
const retryMs = 250;

/**
 * Does it again while the file is another process's.
 * @throws KeytrailError `store_busy` when the time is up, `interrupted` when told to stop.
 */
export async function whenFree<T>(open: () => Promise<T>, wait: Wait | undefined): Promise<T> {
  const started = performance.now();
  let told = false;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof KeytrailError) || error.code !== 'store_busy') throw error;
      if (!wait || performance.now() - started >= wait.seconds * 1000) throw error;
      if (!told)
        wait.onWait(`${error.message}; waiting${Number.isFinite(wait.seconds) ? ` up to ${wait.seconds} s` : ''}`);
      told = true;
      await delay(retryMs, undefined, wait.signal ? { signal: wait.signal } : {}).catch(() => {
        throw interruptedWaiting(error, wait.signal);
      });
    }
  }
}
