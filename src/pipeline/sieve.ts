import { KeytrailError } from '../errors.js';
import { KeyIds, markOf } from '../logs/sieve.js';
import type { LogName } from '../model/event.js';
import { hash128, type LedgerEntry, type ObjectRef, objectId } from '../model/object.js';
import type { Store } from '../stores/store.js';
import type { ObjectRun } from './object-run.js';
import { type Earlier, Reading, type Wanted } from './reading.js';
import { Sifter } from './sifter.js';

export interface SieveOptions {
  /** The access key ids asked for. */
  keyIds: readonly string[];
  /** All keys that were issued from these, at any depth, as far as the store knows. */
  descendants: (store: Store, keyIds: readonly string[]) => Promise<readonly string[]>;
}

/** An object that was read, or found done, and what it takes to read it for more keys. */
interface Seen {
  object: ObjectRef;
  line: (now: Date) => LedgerEntry;
  countedAs: Earlier['countedAs'];
  sieved: number;
  /** Of the key ids that occur in it; null: unknown. */
  marks: Uint32Array | null;
}

const anything = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z', accounts: [], regions: [], keyIds: [] };

/** Logs whose records may name a key; of others a sieve would keep nothing. */
export const namingLogs: readonly LogName[] = ['cloudtrail', 'config', 'guardduty'];

/** The ledger holds the keys asked for in each line. */
export const maxKeyIds = 100;
/** 64 MB; objects beyond it are read again in full. */
const maxMarks = 16_000_000;
const linesAtOnce = 500;

const hashOf = (ids: Iterable<string>): string => hash128(...[...ids].sort());

/** The keys that the store was sieved for; empty for a store of whole logs; null for one that holds nothing yet. */
async function sievedFor(store: Store): Promise<string[] | null> {
  const logs = await store.coverage(anything);
  return logs.length === 0 ? null : [...new Set(logs.flatMap(({ sieve }) => sieve ?? []))].sort();
}

/** @throws KeytrailError `store_mixed` for a sieve's store: what it lacks would pass for what did not happen. */
export async function refuseSieved(store: Store): Promise<void> {
  const keys = (await sievedFor(store)) ?? [];
  if (keys.length === 0) return;
  throw new KeytrailError('store_mixed', `${store.uri} is a sieve's: it holds only what names ${keys.join(', ')}`, {
    hint: `Ingest whole logs into another store, or go on with --only-key ${keys[0]}.`,
  });
}

/**
 * Reads objects for the records that name certain keys or a key issued from them. Which keys were issued shows only
 * in what was kept, so that objects are read again, for the new keys alone, until there are none. Which objects to
 * read again is known from the first reading: four bytes are kept of each key id that occurs in an object.
 */
export class Sieve {
  #keyIds: readonly string[];
  /** Every id looked for so far. */
  #ids = new Set<string>();
  #wanted: Wanted | null = null;
  #seen = new Map<string, Seen>();
  #marks = 0;
  readonly #sifter = new Sifter();
  /** True once objects are read a second time. */
  again = false;

  constructor(private readonly options: SieveOptions) {
    if (options.keyIds.length > maxKeyIds)
      throw new KeytrailError('usage', `a sieve takes at most ${maxKeyIds} keys, not ${options.keyIds.length}`, {
        hint: 'Ingest whole logs, and ask for each key.',
      });
    this.#keyIds = options.keyIds;
    this.#sifter.start();
  }

  /** To be used again, or not at all. */
  async close(): Promise<void> {
    await this.#sifter.stop();
  }

  /**
   * Looks for the store's own keys, too, and for what is known to be issued from them.
   * @throws KeytrailError `store_mixed` for a store of whole logs, of which a sieve would add only a part.
   */
  async open(store: Store): Promise<void> {
    if (this.#wanted) return;
    const held = await sievedFor(store);
    if (held?.length === 0)
      throw new KeytrailError('store_mixed', `${store.uri} holds whole logs`, {
        hint: 'Give the sieve a store of its own, or ingest without --only-key.',
      });
    this.#keyIds = [...new Set([...this.#keyIds, ...(held ?? [])])].sort();
    const issued = held === null ? [] : await this.options.descendants(store, this.#keyIds);
    this.#ids = new Set([...this.#keyIds, ...issued]);
    this.#wanted = this.#want([...this.#ids], null);
  }

  /** Why the log's objects are left alone, or null: only those that name no key, and only beside others. */
  leaves(log: LogName, logs: readonly LogName[]): string | null {
    return namingLogs.includes(log) || logs.length === 1 ? null : `${log} (its records name no key)`;
  }

  reading(object: ObjectRef, log: LogName): Reading {
    const wanted = this.#wanted!;
    const read = (what: Wanted, earlier: Earlier | null, notesMarks: boolean) =>
      new Reading(what, earlier, notesMarks, this.#sifter);
    if (!namingLogs.includes(log))
      return read({ ...wanted, lookedFor: 'everything', ids: null, sought: null }, null, false);
    const seen = this.#seen.get(objectId(object));
    if (!seen) return read(wanted, null, true);
    const { countedAs, sieved } = seen;
    // What was in the part that could not be read the first time, nobody knows.
    if (countedAs === 'failed')
      return read({ ...wanted, ...this.#look([...this.#ids], null) }, { line: null, countedAs, sieved }, true);
    const line = seen.line(new Date(0));
    return read(wanted, { line, countedAs, sieved }, seen.marks === null);
  }

  /** An object that was read before this run, for the same keys. */
  standing(object: ObjectRef, entry: LedgerEntry): void {
    if (!namingLogs.includes(entry.log) || this.#seen.has(entry.id)) return;
    this.#seen.set(entry.id, { object, line: () => entry, countedAs: 'skipped', sieved: 0, marks: null });
  }

  settled(run: ObjectRun): void {
    const { object, origin, reading } = run;
    if (!reading || !namingLogs.includes(origin.log)) return;
    const id = objectId(object);
    const marks = reading.notesMarks ? reading.takeMarks() : (this.#seen.get(id)?.marks ?? null);
    if (reading.notesMarks) this.#marks += marks?.length ?? 0;
    this.#seen.set(id, {
      object,
      line: (now) => run.entry(now),
      countedAs: run.reason === null ? 'done' : 'failed',
      sieved: reading.sieved,
      marks: this.#marks > maxMarks ? null : marks,
    });
  }

  /** The objects to read again for keys that have come to light; null when none has. */
  async next(store: Store, now: () => Date): Promise<ObjectRef[] | null> {
    const issued = await this.options.descendants(store, this.#keyIds);
    const fresh = issued.filter((id) => !this.#ids.has(id));
    if (fresh.length === 0) {
      await this.#conclude(store, now);
      return null;
    }
    const except = [...this.#ids];
    for (const id of fresh) this.#ids.add(id);
    this.#wanted = this.#want(fresh, except);
    this.again = true;
    const marks = new Set(fresh.map(markOf));
    const mayName = ({ countedAs, marks: found }: Seen): boolean =>
      countedAs === 'failed' || found === null || marks.has(null) || found.some((mark) => marks.has(mark));
    return [...this.#seen.values()].filter(mayName).map(({ object }) => object);
  }

  /** Objects that were not read again, for nothing was to be found there, are as good as read for every key. */
  async #conclude(store: Store, now: () => Date): Promise<void> {
    const { lookedFor } = this.#wanted!;
    let lines: LedgerEntry[] = [];
    for (const seen of this.#seen.values()) {
      const line = seen.line(now());
      if (seen.countedAs === 'failed' || line.lookedFor === lookedFor) continue;
      lines.push({ ...line, lookedFor });
      if (lines.length < linesAtOnce) continue;
      await store.record(lines);
      lines = [];
    }
    if (lines.length > 0) await store.record(lines);
  }

  #want(ids: readonly string[], except: readonly string[] | null): Wanted {
    return { sieve: this.#keyIds.join(' '), lookedFor: hashOf(this.#ids), ...this.#look(ids, except) };
  }

  #look(ids: readonly string[], except: readonly string[] | null): Pick<Wanted, 'ids' | 'except' | 'sought'> {
    return { ids: new KeyIds(ids), except: except && new KeyIds(except), sought: { ids, except } };
  }
}
