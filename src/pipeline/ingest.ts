import { KeytrailError, reasonOf } from '../errors.js';
import { parsers } from '../logs/parser.js';
import { isRejected, type LogName } from '../model/event.js';
import { type ObjectRef, objectId } from '../model/object.js';
import { inflate } from '../s3/gunzip.js';
import { classify } from '../s3/layout.js';
import type { ObjectSource } from '../s3/source.js';
import type { Store } from '../stores/store.js';
import { ObjectRun } from './object-run.js';
import { Sink } from './sink.js';
import { Slots } from './slots.js';

export interface IngestSummary {
  /** `seen` = `done` + `skipped` (done in an earlier run) + `failed`. */
  objects: { seen: number; done: number; skipped: number; failed: number };
  /** `read` = `stored` + `duplicates` + `deadLettered`. */
  records: { read: number; stored: number; duplicates: number; deadLettered: number };
  /** Compressed bytes of the objects read. */
  bytes: number;
  seconds: number;
  /** Objects that are no log of those asked for, by what they are. */
  other: Record<string, number>;
  /** The objects that failed, at most 100, in key order. */
  failures: { key: string; reason: string }[];
}

export interface IngestOptions {
  source: ObjectSource;
  store: Store;
  logs: readonly LogName[];
  now: () => Date;
  /** Called after each object with the summary so far. */
  onProgress: (summary: Readonly<IngestSummary>) => void;
  /** When aborted, objects under way are finished and no other is begun. */
  signal?: AbortSignal;
}

const objectsAtOnce = 4;
const maxFailures = 100;

/** Errors that concern one object; any other ends the run. */
const ofOneObject: ReadonlySet<string> = new Set(['bad_object', 'source_denied', 'source_not_found']);

/** Streams every new object of the source into the store. Run again after any failure: it goes on where it stopped. */
export async function ingest({ source, store, logs, now, onProgress, signal }: IngestOptions): Promise<IngestSummary> {
  const started = now().getTime();
  const summary: IngestSummary = {
    objects: { seen: 0, done: 0, skipped: 0, failed: 0 },
    records: { read: 0, stored: 0, duplicates: 0, deadLettered: 0 },
    bytes: 0,
    seconds: 0,
    other: {},
    failures: [],
  };
  const progress = () => {
    summary.seconds = (now().getTime() - started) / 1000;
    onProgress(summary);
  };
  const sink = new Sink(store, now, (run) => {
    const { reason, counts } = run;
    summary.objects[reason === null ? 'done' : 'failed']++;
    if (reason !== null && summary.failures.length < maxFailures)
      summary.failures.push({ key: run.object.key, reason });
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) summary.records[name] += counts[name];
    summary.bytes += run.object.size;
    progress();
  });
  const readers = new Slots(objectsAtOnce);

  await store.prepare();
  for await (const page of source.list()) {
    for (const run of await newRuns(page)) {
      if (signal?.aborted) break;
      await readers.start(() => read(run));
    }
    if (signal?.aborted) break;
  }
  await readers.idle();
  await sink.close();
  summary.failures.sort((a, b) => (a.key < b.key ? -1 : 1));
  progress();
  return summary;

  /** The page's objects that are of the logs asked for and not done yet; claimed in the ledger. */
  async function newRuns(page: readonly ObjectRef[]): Promise<ObjectRun[]> {
    const runs: ObjectRun[] = [];
    for (const object of page) {
      const found = classify(object.key);
      if (found.kind === 'log' && logs.includes(found.origin.log)) {
        summary.objects.seen++;
        runs.push(new ObjectRun(object, found.origin));
        continue;
      }
      const what = found.kind === 'log' ? `${found.origin.log} (not asked for)` : found.what;
      summary.other[what] = (summary.other[what] ?? 0) + 1;
    }
    const known = await store.ledger(runs.map((run) => objectId(run.object)));
    const fresh = runs.filter((run) => known.get(objectId(run.object))?.state !== 'done');
    summary.objects.skipped += runs.length - fresh.length;
    await store.record(fresh.map((run) => run.entry(now())));
    progress();
    return fresh;
  }

  async function read(run: ObjectRun): Promise<void> {
    try {
      const bytes = inflate(await source.read(run.object));
      for await (const batch of parsers[run.origin.log].parse(bytes, run.origin))
        for (const parsed of batch) {
          if (isRejected(parsed)) await sink.reject(run, parsed);
          else await sink.event(run, parsed);
        }
    } catch (error) {
      if (!(error instanceof KeytrailError) || !ofOneObject.has(error.code)) throw error;
      await sink.end(run, reasonOf(error));
      return;
    }
    await sink.end(run, null);
  }
}
