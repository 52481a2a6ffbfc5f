/** One id in a million that is not there passes for one that may be: each costs a look at the table's ids, all of them. */
const bitsPerId = 29;
const probes = 20;
/** A part's bits, as a power of two: of the first and of the largest, 1 and 8 MB. */
const [firstBits, mostBits] = [23, 26];

interface Part {
  bits: Uint32Array;
  mask: number;
  /** How many ids it still takes. */
  room: number;
}

/**
 * Tells of most ids that they were never added, in memory of some four bytes each: a Bloom filter, in parts that are
 * added as it grows.
 */
export class IdFilter {
  readonly #parts: Part[] = [];
  /** Two hashes of the id at hand. */
  #start = 0;
  #step = 0;

  /** False: it was never added. */
  mayHave(id: string): boolean {
    this.#hash(id, 0, id.length);
    for (const part of this.#parts) if (this.#in(part)) return true;
    return false;
  }

  add(id: string): void {
    this.#add(id, 0, id.length);
  }

  /** Adds the lines of a text. */
  addLines(text: string): void {
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from);
      const to = end < 0 ? text.length : end;
      this.#add(text, from, to);
      from = to + 1;
    }
  }

  #in({ bits, mask }: Part): boolean {
    let at = this.#start & mask;
    for (let probe = 0; probe < probes; probe++) {
      if ((bits[at >>> 5]! & (1 << (at & 31))) === 0) return false;
      at = (at + this.#step) & mask;
    }
    return true;
  }

  #add(text: string, from: number, to: number): void {
    this.#hash(text, from, to);
    let part = this.#parts.at(-1);
    if (part === undefined || part.room === 0) part = this.#grow();
    part.room--;
    const { bits, mask } = part;
    let at = this.#start & mask;
    for (let probe = 0; probe < probes; probe++) {
      bits[at >>> 5]! |= 1 << (at & 31);
      at = (at + this.#step) & mask;
    }
  }

  #grow(): Part {
    const size = 2 ** Math.min(firstBits + this.#parts.length, mostBits);
    const part = { bits: new Uint32Array(size / 32), mask: size - 1, room: Math.floor(size / bitsPerId) };
    this.#parts.push(part);
    return part;
  }

  #hash(text: string, from: number, to: number): void {
    let first = 0x811c9dc5;
    let second = 0x9747b28c;
    for (let at = from; at < to; at++) {
      const unit = text.charCodeAt(at);
      first = Math.imul(first ^ unit, 0x01000193);
      second = Math.imul(second ^ unit, 0x5bd1e995);
      second ^= second >>> 15;
    }
    this.#start = mixed(first);
    // Odd, so that its steps lead to every bit.
    this.#step = mixed(second) | 1;
  }
}

/** Each bit of the hash depends on each of the value's. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
