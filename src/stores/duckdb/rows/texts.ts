/** A text of up to so many bytes lies in its place in the vector; of a longer one, a pointer to it. */
const inlineBytes = 12;
/** Of a `duckdb_string_t`, each of four bytes. */
export const wordsPerText = 4;
const firstBytes = 256 * 1024;
/** Of a UTF-16 code unit in UTF-8: what a shorter text is given room for. */
const mostPerUnit = 3;
const longText = 64 * 1024;
/** Grown beyond that, by a record of many MB, it is not kept. */
const keptBytes = 8 * 1024 * 1024;

/** The bytes of a chunk's texts, in UTF-8. */
export class Texts {
  bytes: Buffer = Buffer.allocUnsafeSlow(firstBytes);
  length = 0;

  /** Copies bytes; where they lie now. */
  copy(from: Uint8Array, begin: number, end: number): number {
    const at = this.#room(end - begin);
    this.bytes.set(from.subarray(begin, end), at);
    this.length += end - begin;
    return at;
  }

  /** Writes a text; where it begins, `length` is where it ends. Half a surrogate pair becomes U+FFFD. */
  write(text: string): number {
    const at = this.#room(text.length > longText ? Buffer.byteLength(text) : text.length * mostPerUnit);
    this.length += this.bytes.write(text, at, 'utf8');
    return at;
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > keptBytes) this.bytes = Buffer.allocUnsafeSlow(firstBytes);
  }

  #room(more: number): number {
    if (this.length + more > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + more));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    return this.length;
  }
}

/**
 * Puts a text into the words of a vector of VARCHAR as DuckDB's C API lays out a `duckdb_string_t`: four bytes of
 * length, then either the text or its first four bytes and a pointer, in whose place is left where in `bytes` it lies.
 */
export function putText(words: Uint32Array, row: number, bytes: Uint8Array, from: number, length: number): void {
  let word = row * wordsPerText;
  words[word++] = length;
  const end = from + length;
  if (length > inlineBytes) {
    words[word++] = bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24);
    words[word] = from;
    return;
  }
  let bits = 0;
  let shift = 0;
  for (let at = from; at < end; at++) {
    bits |= bytes[at]! << shift;
    shift += 8;
    if (shift < 32) continue;
    words[word++] = bits;
    bits = 0;
    shift = 0;
  }
  if (shift > 0) words[word] = bits;
}

/** Makes pointers of what `putText` left in their places: into memory that begins at `low` and `high`. */
export function pointTo(words: Uint32Array, rows: number, low: number, high: number): void {
  for (let word = 0; word < rows * wordsPerText; word += wordsPerText) {
    if (words[word]! <= inlineBytes) continue;
    const sum = words[word + 2]! + low;
    words[word + 2] = sum;
    words[word + 3] = sum > 0xffff_ffff ? high + 1 : high;
  }
}
