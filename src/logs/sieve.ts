/** Bytes that look for one of many key ids share this much of their beginning: `AKIA`, `ASIA`. */
const stemBytes = 4;
/** The next may begin with the last letter of one. */
const stemStep = stemBytes - 1;
/** Up to so many ids, looking for each is quicker than looking at every key id there is. */
const fewIds = 3;

/** Finds access key ids in bytes. They are ASCII, and no writer of JSON spells their letters in another way. */
export class KeyIds {
  readonly #ids: ReadonlySet<string>;
  readonly #needles: readonly Buffer[];
  readonly #stems: readonly Buffer[];
  readonly #lengths: readonly number[];
  /** Bytes of the longest id. */
  readonly longest: number;

  /** `ids`: capital letters and digits, at least 16 each. */
  constructor(ids: Iterable<string>) {
    this.#ids = new Set(ids);
    const all = [...this.#ids];
    this.#needles = all.length <= fewIds ? all.map((id) => Buffer.from(id, 'latin1')) : [];
    this.#stems = [...new Set(all.map((id) => id.slice(0, stemBytes)))].map((stem) => Buffer.from(stem, 'latin1'));
    this.#lengths = [...new Set(all.map(({ length }) => length))];
    this.longest = Math.max(0, ...this.#lengths);
  }

  /** Whether any of them is in these bytes. */
  in(bytes: Buffer): boolean {
    if (this.#ids.size <= fewIds) return this.#needles.some((needle) => bytes.includes(needle));
    return this.#stems.some((stem) => {
      for (let at = bytes.indexOf(stem); at >= 0; at = bytes.indexOf(stem, at + stemStep))
        if (this.#startsAt(bytes, at)) return true;
      return false;
    });
  }

  /** Where each of them is in these bytes, in order. */
  places(bytes: Buffer): number[] {
    const found: number[] = [];
    if (this.#ids.size <= fewIds) {
      for (const needle of this.#needles)
        for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) found.push(at);
    } else
      for (const stem of this.#stems)
        for (let at = bytes.indexOf(stem); at >= 0; at = bytes.indexOf(stem, at + stemStep))
          if (this.#startsAt(bytes, at)) found.push(at);
    return found.sort((a, b) => a - b);
  }

  #startsAt(bytes: Buffer, at: number): boolean {
    return this.#lengths.some((length) => this.#ids.has(bytes.toString('latin1', at, at + length)));
  }
}

/** Joins the end of one chunk with the beginning of the next, so that what straddles them is found, and found once. */
export class Border {
  #tail: Buffer = Buffer.alloc(0);

  /** `length`: bytes of what is looked for; anything shorter may be found twice. */
  constructor(private readonly length: number) {}

  /** What lies around this chunk's beginning; shorter than `length` where nothing can straddle it. */
  before(chunk: Buffer): Buffer {
    const most = this.length - 1;
    const border = Buffer.concat([this.#tail, chunk.subarray(0, most)]);
    const end = chunk.length >= most ? chunk : border;
    // A copy: what was inflated is not to be kept for its last bytes.
    this.#tail = Buffer.from(end.subarray(Math.max(0, end.length - most)));
    return border;
  }
}

const idLength = 20;
const idShape = /^A[KS]IA[A-Z0-9]{16}$/;
/** What distinguishes the beginnings of ids, less their `A`: a search goes by the first byte, and `A` is everywhere. */
const idStems = [Buffer.from('SIA'), Buffer.from('KIA')];
const letterA = 0x41;
/** Of one object; so many ids are no log. */
const maxMarks = 1_000_000;

/** FNV-1a. Two ids in four thousand million meet on one, which costs a reading in vain. */
function mark(bytes: Buffer, at: number): number {
  let hash = 0x811c9dc5;
  for (let i = at + 1; i < at + idLength; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

/** What `KeyMarks` remembers of a key id; null for ids that it doesn't see, because they look like none of AWS's. */
export function markOf(keyId: string): number | null {
  return idShape.test(keyId) ? mark(Buffer.from(keyId, 'latin1'), 0) : null;
}

/** Remembers, in four bytes each, which key ids occur in bytes that come in chunks. */
export class KeyMarks {
  readonly #marks = new Set<number>();
  readonly #border = new Border(idLength);

  add(chunk: Buffer): void {
    this.#find(this.#border.before(chunk));
    this.#find(chunk);
  }

  /** All at once. */
  static of(bytes: Buffer): Uint32Array | null {
    const marks = new KeyMarks();
    marks.#find(bytes);
    return marks.take();
  }

  /** Null where there are too many to remember. */
  take(): Uint32Array | null {
    return this.#marks.size > maxMarks ? null : Uint32Array.from(this.#marks);
  }

  #find(bytes: Buffer): void {
    if (this.#marks.size > maxMarks) return;
    for (const stem of idStems)
      for (let at = bytes.indexOf(stem); at >= 0; at = bytes.indexOf(stem, at + stem.length)) {
        if (at - 1 + idLength > bytes.length) break;
        if (bytes[at - 1] === letterA) this.#marks.add(mark(bytes, at - 1));
      }
  }
}
