import { reasonOf } from '../errors.js';
import type { ContainClients } from './aws.js';
import { differences, type Facts, inWords } from './fact.js';
import { readFact } from './facts/index.js';
import { cutoff, type PlannedAction } from './step.js';
import { patience } from './wait.js';

/** IAM is eventually consistent ("Changes that I make are not always immediately visible"): 31 s in all. */
export const defaultDelays: readonly number[] = [1000, 2000, 4000, 8000, 16_000];

/** How far ahead sessions are revoked: for clocks that differ, and for what IAM needs to spread a policy. */
const cutoffAhead = 30_000;

export interface Check {
  ok: boolean;
  /** Where not ok: what was read instead, or why nothing could be. */
  detail: string;
  /** Whether nothing could be read. */
  unread: boolean;
}

/** The fact as the action leaves it, the cutoff being the whole second after half a minute from now. */
export function goalOf({ fact, to }: PlannedAction, now: Date): Facts {
  const time = new Date(Math.ceil((now.getTime() + cutoffAhead) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return { [fact]: to === null ? null : to.replace(cutoff, time) };
}

export function holds(wanted: Facts, read: Facts): boolean {
  return differences(wanted, read).length === 0;
}

/** The present value of the action's fact. */
export async function readOf(clients: ContainClients, { fact }: PlannedAction): Promise<Facts> {
  return { [fact]: await readFact(clients, fact) };
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

export async function readOnce(wanted: Facts, read: () => Promise<Facts>): Promise<Check> {
  try {
    const differing = differences(wanted, await read());
    return { ok: differing.length === 0, detail: differing.map(inWords).join('; '), unread: false };
  } catch (error) {
    return { ok: false, detail: reasonOf(error), unread: true };
  }
}

export const { wait, stopIfAborted } = patience('or undo');
