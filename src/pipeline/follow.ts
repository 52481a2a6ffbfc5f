import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '../stores/store.js';
import { type IngestOptions, ingest } from './ingest.js';
import type { Turns } from './sessions.js';
import { interrupted, isInterrupted, Pauses, sleep } from './trouble.js';

/** How long work under way may go on once the run is told to stop. */
const graceMs = 8000;
/** How long letting go of it may take then. */
const releaseMs = 1000;
/** A run that is told to stop has ended after so long. */
export const endsWithinMs = graceMs + releaseMs;

export interface FollowOptions extends Omit<IngestOptions, 'store' | 'signal' | 'abandon'> {
  /** Opened when there is work, and again after a failure that passes. */
  openStore(): Promise<Store>;
  turns?: Turns;
  /** Aborted: nothing new is begun, what is under way is ended or, after 8 s, given up. */
  stop: AbortSignal;
  /** A failure that may pass, and how long is waited before the next attempt. */
  onTrouble: (error: unknown, pauseMs: number) => void;
  /** A sign of life: the source answered. */
  onAlive: () => void;
}

/** A signal that is aborted so long after `stop`, and the end of that. */
export function abandonAfter(stop: AbortSignal): { abandon: AbortSignal; end: () => void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const count = (): void => {
    timer = setTimeout(() => controller.abort(interrupted()), graceMs);
  };
  if (stop.aborted) count();
  else stop.addEventListener('abort', count, { once: true });
  return {
    abandon: controller.signal,
    end: () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', count);
    },
  };
}

/** Waits for work to end; where everything is given up already, no longer than it may take to let go. */
export async function settle(work: Promise<unknown>, abandon: AbortSignal): Promise<void> {
  let letGo: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    letGo = () => void delay(releaseMs).then(resolve);
  });
  if (abandon.aborted) letGo();
  else abandon.addEventListener('abort', letGo, { once: true });
  try {
    await Promise.race([work, given]);
  } finally {
    abandon.removeEventListener('abort', letGo);
  }
}

/**
 * Reads the source again and again, every `everyMs` from one end to the next start, until told to stop. The ledger
 * says what is new, whenever it came. Between two scans the store is closed.
 */
export async function followScans(options: FollowOptions & { everyMs: number }): Promise<void> {
  const { openStore, stop, onTrouble, onAlive, everyMs } = options;
  const { abandon, end } = abandonAfter(stop);
  const pauses = new Pauses(stop, onTrouble);
  const scan = async (): Promise<void> => {
    const store = await openStore();
    try {
      await ingest({ ...options, store, signal: stop, abandon });
    } finally {
      await store.close();
    }
  };
  try {
    while (!stop.aborted) {
      try {
        await settle(scan(), abandon);
        onAlive();
        pauses.reset();
        await sleep(everyMs, stop);
      } catch (error) {
        if (stop.aborted && isInterrupted(error)) return;
        await pauses.after(error);
      }
    }
  } finally {
    end();
  }
}
