import { hash128 } from '../model/object.js';

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const hexWord = (word: number): string =>
  hexBytes[word >>> 24]! + hexBytes[(word >>> 16) & 255]! + hexBytes[(word >>> 8) & 255]! + hexBytes[word & 255]!;

/** Numbers that follow from a seed alone: a small chaotic generator with a counter (sfc32). Not for secrets. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(a: number, b: number, c: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    for (let round = 0; round < 12; round++) this.word();
  }

  /** 32 bits, unsigned. */
  word(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** At least 0, less than 1. */
  fraction(): number {
    return this.word() / 0x1_0000_0000;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.fraction() * list.length)]!;
  }

  /** One of the list, each as likely as its weight says. */
  weighted<T extends { weight: number }>(list: readonly T[]): T {
    let left = this.fraction() * list.reduce((sum, item) => sum + item.weight, 0);
    for (const item of list) {
      left -= item.weight;
      if (left < 0) return item;
    }
    return list[list.length - 1]!;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += hexWord(this.word());
    return text.slice(0, digits);
  }

  uuid(): string {
    const text = hexWord(this.word()) + hexWord(this.word());
    const rest = hexWord((this.word() & 0x3fff_ffff) | 0x8000_0000) + hexWord(this.word());
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-${rest.slice(0, 4)}-${rest.slice(4)}`;
  }

  letters(count: number, alphabet: string): string {
    let text = '';
    for (let index = 0; index < count; index++) text += alphabet[Math.floor(this.fraction() * alphabet.length)];
    return text;
  }

  bytes(count: number): Buffer {
    const buffer = Buffer.alloc(Math.ceil(count / 4) * 4);
    for (let offset = 0; offset < count; offset += 4) buffer.writeUInt32LE(this.word(), offset);
    return buffer.subarray(0, count);
  }
}

/** The generator of one thing, independent of how much was drawn for any other. */
export function randomOf(seed: number, ...labels: string[]): Random {
  const digest = hash128('scenario', String(seed), ...labels);
  const word = (index: number) => Number.parseInt(digest.slice(index * 8, index * 8 + 8), 16);
  return new Random(word(0), word(1), word(2));
}
