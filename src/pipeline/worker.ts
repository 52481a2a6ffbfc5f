import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { LedgerEntry } from '../model/object.js';

/** How long a claim lasts without being renewed. */
export const leaseMs = 60_000;

/** One running ingest, as the ledger names it: `host:pid:random`. */
export class Worker {
  readonly id = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;

  leaseFrom(now: Date): string {
    return new Date(now.getTime() + leaseMs).toISOString();
  }

  /** Whether another's claim may be taken over: its lease has run out, or it died on this host. */
  isFree({ worker, leaseUntil }: LedgerEntry, now: Date): boolean {
    if (worker === null || leaseUntil === null || leaseUntil <= now.toISOString()) return true;
    const [host, pid] = worker.split(':');
    return host === hostname() && !isAlive(Number(pid));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process can't be signalled, and is alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
