import { type ObjectRef, objectId } from '../model/object.js';
import { classify } from '../s3/layout.js';
import type { Store } from '../stores/store.js';
import { type Choice, chosen } from './chosen.js';

/** The log objects of a source, by what the ledger says of each. */
export interface Comparison {
  objects: {
    /** Read to the end, as they are now. */
    ingested: number;
    failed: number;
    /** Claimed by a worker that has not finished. */
    unfinished: number;
    /** Read, and overwritten since. */
    changed: number;
    /** Not in the ledger. */
    absent: number;
  };
  /** Keys of those that were not read as they are, in the order of the listing; at most 100 of each kind. */
  examples: { failed: string[]; unfinished: string[]; changed: string[]; absent: string[] };
}

const maxExamples = 100;
const objectsPerRead = 1000;

/** Tells which of a source's log objects are in the store: what a listing has and the ledger lacks is evidence not read. */
export async function compare(
  choice: Choice & { store: Pick<Store, 'entries'>; signal?: AbortSignal },
): Promise<Comparison> {
  const { store, logs, assume, signal } = choice;
  const comparison: Comparison = {
    objects: { ingested: 0, failed: 0, unfinished: 0, changed: 0, absent: 0 },
    examples: { failed: [], unfinished: [], changed: [], absent: [] },
  };
  const look = async (objects: readonly ObjectRef[]): Promise<void> => {
    const lines = await store.entries(objects.map(objectId));
    for (const object of objects) {
      const line = lines.get(objectId(object));
      const state = !line
        ? 'absent'
        : line.state === 'claimed'
          ? 'unfinished'
          : line.version !== object.version
            ? 'changed'
            : line.state === 'failed'
              ? 'failed'
              : 'ingested';
      comparison.objects[state]++;
      if (state !== 'ingested' && comparison.examples[state].length < maxExamples)
        comparison.examples[state].push(object.key);
    }
  };
  for await (const page of chosen(choice, () => undefined)) {
    signal?.throwIfAborted();
    const wanted = page.filter(({ key }) => {
      const found = classify(key, assume);
      return found.kind === 'log' && logs.includes(found.origin.log);
    });
    for (let start = 0; start < wanted.length; start += objectsPerRead)
      await look(wanted.slice(start, start + objectsPerRead));
  }
  return comparison;
}
