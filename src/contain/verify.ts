import { setTimeout as sleep } from 'node:timers/promises';
import { KeytrailError, reasonOf } from '../errors.js';
import { differences, type Facts, inWords } from './state.js';
import type { PlannedAction } from './step.js';

/** IAM is eventually consistent ("Changes that I make are not always immediately visible"): 31 s in all. */
export const defaultDelays: readonly number[] = [1000, 2000, 4000, 8000, 16_000];

export interface Check {
  ok: boolean;
  /** Where not ok: what was read instead. */
  detail: string;
}

/** The facts as the action leaves them. */
export function goalOf(action: PlannedAction): Facts {
  return Object.fromEntries(action.changes.map(({ fact, to }) => [fact, to]));
}

export function holds(wanted: Facts, read: Facts): boolean {
  return differences(wanted, read).length === 0;
}

/** Reads until the account shows `wanted`, once more after each delay (milliseconds). Throws only `interrupted`. */
export async function readBack(
  wanted: Facts,
  read: () => Promise<Facts>,
  delays: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Check> {
  let check = await readOnce(wanted, read);
  for (const delay of delays) {
    if (check.ok) break;
    await wait(delay, signal);
    check = await readOnce(wanted, read);
  }
  return check;
}

async function readOnce(wanted: Facts, read: () => Promise<Facts>): Promise<Check> {
  try {
    const differing = differences(wanted, await read());
    return { ok: differing.length === 0, detail: differing.map(inWords).join('; ') };
  } catch (error) {
    return { ok: false, detail: reasonOf(error) };
  }
}

async function wait(delay: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(delay, undefined, signal ? { signal } : {});
  } catch (error) {
    throw interrupted(error);
  }
}

export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal.reason);
}

function interrupted(cause: unknown): KeytrailError {
  return new KeytrailError('interrupted', 'interrupted; the journal has what was done', {
    hint: 'Run the same command again to finish, or undo.',
    cause,
  });
}
