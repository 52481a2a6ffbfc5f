import { gate } from '../logs/gate.js';
import { type KeyIds, KeyMarks } from '../logs/sieve.js';
import type { Sifted } from '../logs/sift.js';
import type { Span } from '../logs/span.js';
import type { LedgerEntry } from '../model/object.js';
import { EventSpan, lagOf } from './event-span.js';
import type { Sifter, Sought } from './sifter.js';

/** What a reading looks for. */
export interface Wanted {
  /** Members of the ledger's line. */
  sieve: string;
  lookedFor: string;
  /** Null: every record is kept. */
  ids: KeyIds | null;
  /** Records that name one of these were kept by an earlier reading. */
  except: KeyIds | null;
  /** The same for the thread; null where every record is kept. */
  sought: Sought | null;
}

/** What an earlier reading left: the line whose counts this one adds to, and how many records it passed over. */
export interface Earlier {
  line: LedgerEntry | null;
  /** The object's part of `objects` in the summary, from which it is taken. */
  countedAs: 'done' | 'skipped' | 'failed';
  sieved: number;
}

/** One reading of one object by a sieve. */
export class Reading {
  #marks: KeyMarks | null;
  #siftedMarks: Uint32Array | null = null;
  #passedOver = 0;

  constructor(
    readonly wanted: Wanted,
    readonly earlier: Earlier | null,
    readonly notesMarks: boolean,
    readonly sifter: Sifter,
  ) {
    this.#marks = notesMarks ? new KeyMarks() : null;
  }

  /** Which key ids occur in the object, read to its end or not; null: not noted, or too many. They are not kept. */
  takeMarks(): Uint32Array | null {
    const marks = this.#marks?.take() ?? this.#siftedMarks;
    this.#marks = null;
    this.#siftedMarks = null;
    return marks;
  }

  /** What a whole CloudTrail object holds; null: it takes another way. */
  async sift(bytes: Buffer): Promise<Sifted | null> {
    const { sought } = this.wanted;
    const sifted = sought && (await this.sifter.sift(bytes, sought, this.notesMarks));
    if (sifted) {
      this.#marks = null;
      this.#siftedMarks = sifted.marks;
      this.#passedOver += sifted.passedOver;
    }
    return sifted;
  }

  /** The inflated bytes, on their way to the parser. */
  async *#noted(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const chunk of bytes) {
      this.#marks?.add(chunk);
      yield chunk;
    }
  }

  /** The inflated bytes of a CloudTrail object; an empty one's where it names none of the keys. */
  gated(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    const { ids } = this.wanted;
    const all = this.#noted(bytes);
    return ids === null
      ? all
      : gate(all, ids, (records) => {
          this.#passedOver += records;
        });
  }

  /** What can't be read may name anything: it is kept, as a dead letter, once. */
  readonly keep = ({ raw, fault }: Span): boolean => {
    const { ids, except } = this.wanted;
    const kept = ids === null || (fault === null ? ids.in(raw) && !except?.in(raw) : except === null);
    if (!kept) this.#passedOver++;
    return kept;
  };

  /** Records of the object that name none of the keys looked for, now or earlier. */
  get sieved(): number {
    return this.#passedOver - (this.earlier?.line?.read ?? 0);
  }

  /** The object's line: the sum of its readings. */
  added(entry: LedgerEntry): LedgerEntry {
    const { sieve, lookedFor } = this.wanted;
    const before = this.earlier?.line;
    if (!before) return { ...entry, sieve, lookedFor };
    const span = new EventSpan();
    span.addEntry(before);
    span.addEntry(entry);
    return {
      ...entry,
      sieve,
      lookedFor,
      read: before.read + entry.read,
      stored: before.stored + entry.stored,
      duplicates: before.duplicates + entry.duplicates,
      deadLettered: before.deadLettered + entry.deadLettered,
      dataEvents: before.dataEvents + entry.dataEvents,
      skipData: before.skipData + entry.skipData,
      ...span.entry(),
      lag: lagOf(span.entry().firstEvent, entry.delivered),
    };
  }
}
