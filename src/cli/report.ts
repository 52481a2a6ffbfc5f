import { KeytrailError, reasonOf } from '../errors.js';
import type { LedgerEntry } from '../model/object.js';
import type { Handled } from '../pipeline/follow-queue.js';
import type { IngestSummary } from '../pipeline/ingest.js';
import type { Log } from './log.js';

/** Counts the same things. */
interface Counted {
  object(entry: LedgerEntry): void;
  message(handled: Handled): void;
  trouble(error: unknown): void;
}

/** Never negative: clocks differ. */
export const lagSeconds = (time: string, now: Date): number => Math.max(0, (now.getTime() - Date.parse(time)) / 1000);

/** A line for each object and message, where that is wanted, and for all that went wrong. */
export function reporter(log: Log, everyObject: boolean, now: () => Date, metrics: Counted | null = null) {
  return {
    onObject(entry: LedgerEntry): void {
      metrics?.object(entry);
      const { bucket, key, read, stored, duplicates, deadLettered, size, delivered, reason } = entry;
      const fields = { log: entry.log, bucket, key, read, stored, duplicates, deadLettered, bytes: size };
      if (reason !== null) log.warn('object failed', { ...fields, reason });
      else if (everyObject) {
        const lag = delivered === null ? {} : { lagSeconds: Math.round(lagSeconds(delivered, now())) };
        log.info('object done', { ...fields, ...lag });
      }
    },
    onMessage(handled: Handled): void {
      metrics?.message(handled);
      const { message, outcome, reasons, ignored } = handled;
      const fields = { id: message.id, deliveries: message.deliveries };
      if (outcome === 'left') log.warn('message left', { ...fields, reasons });
      else if (outcome === 'released') log.info('message released', fields);
      else if (ignored.length > 0) log.info('message ignored', { ...fields, what: ignored });
    },
    onTrouble(error: unknown, pauseMs: number): void {
      metrics?.trouble(error);
      const code = error instanceof KeytrailError ? error.code : 'internal';
      log.warn('trouble', { code, error: reasonOf(error), ...(pauseMs > 0 ? { retryInMs: pauseMs } : {}) });
    },
  };
}

export const totals = ({ objects, records, bytes }: IngestSummary) => ({ ...objects, ...records, bytes });
