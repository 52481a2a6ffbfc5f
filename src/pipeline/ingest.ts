import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectRef } from '../model/object.js';
import { chosen } from './chosen.js';
import { assumed, type IngestOptions, Ingestor } from './ingestor.js';
import { addUnlisted, emptySummary, type IngestSummary } from './summary.js';

export type { IngestOptions } from './ingestor.js';
export type { IngestSummary } from './summary.js';

/** Few enough that several workers share a listing fairly; a sieve is through with as many in less than a second. */
const objectsPerClaim = 64;
const siftedPerClaim = 512;
/** Where none of the last was new. */
const doneBeforePerClaim = 1000;
const heldRetryMs = 1000;

/** Offers objects, some at a time; returns those that others hold. Breaks off at an abort. */
async function offer(
  ingestor: Ingestor,
  objects: readonly ObjectRef[],
  perClaim: number,
  signal?: AbortSignal,
): Promise<ObjectRef[]> {
  const left: ObjectRef[] = [];
  let size = perClaim;
  for (let start = 0; start < objects.length && !signal?.aborted; ) {
    const some = objects.slice(start, start + size);
    const { runs, held } = await ingestor.take(some);
    left.push(...held);
    start += size;
    size = runs.length + held.length === 0 ? doneBeforePerClaim : perClaim;
  }
  return left;
}

/** The objects of a source that are wanted; the others are counted. */
function wantedOf(options: IngestOptions, ingestor: Ingestor): AsyncIterable<ObjectRef[]> {
  options.source.tell?.((found) => {
    if ('what' in found) ingestor.leave(found.what);
    else addUnlisted(ingestor.summary, found.key, found.reason);
  });
  return chosen({ ...options, assume: assumed(options) }, (why) => ingestor.leave(why));
}

/** One way through the objects of a source, or through those given. */
async function pass(options: IngestOptions, given?: readonly ObjectRef[]): Promise<void> {
  const { signal, sieve } = options;
  const perClaim = sieve ? siftedPerClaim : objectsPerClaim;
  const ingestor = new Ingestor(options);
  await ingestor.open();
  let failed = true;
  try {
    let held: ObjectRef[] = [];
    for await (const page of given ? [given] : wantedOf(options, ingestor)) {
      held.push(...(await offer(ingestor, page, perClaim, signal)));
      if (signal?.aborted) break;
    }
    // What others hold is theirs to finish, or ours when they die.
    while (held.length > 0 && !signal?.aborted) {
      await delay(heldRetryMs, undefined, { ...(signal ? { signal } : {}) }).catch(() => undefined);
      held = await offer(ingestor, held, perClaim, signal);
    }
    failed = false;
  } finally {
    // After a failure too: what is under way must end before the store is closed. The first error is the one to tell.
    await ingestor.close().catch((error: unknown) => {
      if (!failed) throw error;
    });
  }
}

/**
 * Streams every new object of the source into the store. Run again after any failure: it goes on where it stopped.
 * Several may run on one store at a time; each object is one worker's, and what a dead worker left is taken over.
 * A sieve goes again for the keys that come to light, until there are none.
 */
export async function ingest(options: IngestOptions): Promise<IngestSummary> {
  const { store, sieve, now, signal } = options;
  const started = now().getTime();
  const summary = options.summary ?? emptySummary();
  if (sieve) summary.records.sieved ??= 0;
  try {
    await pass({ ...options, summary });
    while (sieve && !signal?.aborted) {
      const again = await sieve.next(store, now);
      if (again === null) break;
      await pass({ ...options, summary }, again);
    }
  } finally {
    await sieve?.close();
  }
  summary.seconds = (now().getTime() - started) / 1000;
  return summary;
}
