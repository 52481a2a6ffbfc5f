import { setTimeout as delay } from 'node:timers/promises';
import { KeytrailError } from '../errors.js';

/** Behind the SDK's own attempts, which are over within seconds: S3 may say SlowDown for longer. */
const pausesMs = [250, 1000, 3000, 10_000];

/** Goes on where waiting may help. An address that never answered is not waited for. */
export class Patience {
  #answered = false;

  /** AWS_MAX_ATTEMPTS=1, or the profile's max_attempts, is a wish not to try again. */
  constructor(private readonly maxAttempts: () => Promise<number>) {}

  /** Does it again after `source_unreachable`, up to four times. An abort throws the signal's reason. */
  async with<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        const result = await work();
        this.#answered = true;
        return result;
      } catch (error) {
        if (statusOf(error) !== undefined) this.#answered = true;
        if (!this.#answered || !(await this.pause(error, tries, signal))) throw error;
      }
    }
  }

  /** Waits after the failure of attempt number `tries` + 1; false, at once, where that is no use. */
  async pause(error: unknown, tries: number, signal?: AbortSignal): Promise<boolean> {
    const pauseMs = pausesMs[tries];
    if (!isUnreachable(error) || pauseMs === undefined) return false;
    if ((await this.maxAttempts()) <= 1) return false;
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal }).catch((reason: unknown) => {
      signal?.throwIfAborted();
      throw reason;
    });
    return true;
  }
}

export const isUnreachable = (error: unknown): boolean =>
  error instanceof KeytrailError && error.code === 'source_unreachable';

/** The status of the answer that an error stands for; undefined when there was none. */
function statusOf(error: unknown): number | undefined {
  const cause = (error as Error).cause as { $metadata?: { httpStatusCode?: number } } | undefined;
  return cause?.$metadata?.httpStatusCode;
}
