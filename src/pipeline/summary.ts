import type { ObjectRun } from './object-run.js';

export interface IngestSummary {
  /** `seen` = `done` + `skipped` (done before, or by another worker) + `failed`. */
  objects: { seen: number; done: number; skipped: number; failed: number };
  /** `read` = `stored` + `duplicates` + `deadLettered`; beside them, of a sieve, the records that it passed over. */
  records: { read: number; stored: number; duplicates: number; deadLettered: number; sieved?: number };
  /** Compressed bytes of the objects read. */
  bytes: number;
  seconds: number;
  /** What is no log of those asked for, by what it is. */
  other: Record<string, number>;
  /** The objects that failed, and folders that could not be read, at most 100, in key order. */
  failures: { key: string; reason: string }[];
}

const maxFailures = 100;

export const emptySummary = (): IngestSummary => ({
  objects: { seen: 0, done: 0, skipped: 0, failed: 0 },
  records: { read: 0, stored: 0, duplicates: 0, deadLettered: 0 },
  bytes: 0,
  seconds: 0,
  other: {},
  failures: [],
});

/** Adds an object whose line in the ledger is final. */
export function addRun(summary: IngestSummary, { object, reason, counts, reading }: ObjectRun): void {
  summary.objects[reason === null ? 'done' : 'failed']++;
  if (reading) {
    const { earlier, sieved } = reading;
    summary.records.sieved = (summary.records.sieved ?? 0) + sieved - (earlier?.sieved ?? 0);
    if (earlier) summary.objects[earlier.countedAs]--;
    summary.failures = summary.failures.filter(({ key }) => key !== object.key);
  }
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) summary.records[name] += counts[name];
  summary.bytes += object.size;
  if (reason !== null) addFailure(summary, object.key, reason);
}

/** Adds a file or folder that could not even be listed. */
export function addUnlisted(summary: IngestSummary, key: string, reason: string): void {
  summary.objects.seen++;
  summary.objects.failed++;
  addFailure(summary, key, reason);
}

function addFailure({ failures }: IngestSummary, key: string, reason: string): void {
  // Who follows a source comes by the same object again and again.
  const before = failures.find((failure) => failure.key === key);
  if (before) before.reason = reason;
  if (before || failures.length >= maxFailures) return;
  failures.push({ key, reason });
  failures.sort((a, b) => (a.key < b.key ? -1 : 1));
}
