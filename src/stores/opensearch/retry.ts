import { setTimeout as sleep } from 'node:timers/promises';

const firstDelayMs = 100;
const maxDelayMs = 10_000;

/**
 * Waits before attempt number `attempt` + 1: longer each time, and jittered, so that many writers don't come back in
 * step. False, at once, where the wait would end after `deadline` (ms since the epoch).
 */
export async function pause(attempt: number, deadline: number): Promise<boolean> {
  const delay = Math.min(maxDelayMs, firstDelayMs * 2 ** attempt) * (0.5 + Math.random() / 2);
  if (Date.now() + delay > deadline) return false;
  await sleep(delay);
  return true;
}
