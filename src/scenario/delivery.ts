import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { Random } from './random.js';

/** One line or record, ready to be written. */
export interface Piece {
  /** Seconds since 1970. */
  time: number;
  text: string;
}

/** How the files of one log begin, go on, end and are called. */
export interface FileStyle {
  head: string;
  separator: string;
  tail: string;
  /** Path below the directory of a file that is delivered at this time. */
  name: (delivered: number) => string;
}

export interface Delivered {
  files: number;
  /** Compressed. */
  bytes: number;
}

const chunkLength = 256 * 1024;
const maxWaiting = 4 * chunkLength;

/** Log files are delivered at full five minutes, some minutes after their last event. */
const deliveryTime = (last: number): number => Math.ceil((last + 120) / 300) * 300;

/** Sizes, from `low` to `high` and more often small than large, that add up to the total; only a lone one may be below. */
export function fileSizes(total: number, low: number, high: number, random: Random): number[] {
  const sizes: number[] = [];
  for (let left = total; left > 0; ) {
    let size = Math.round(low * (high / low) ** random.fraction());
    if (left <= size + low) size = left <= high ? left : left - low;
    sizes.push(size);
    left -= size;
  }
  return sizes;
}

class OpenFile {
  readonly #gzip: Gzip;
  readonly #finished: Promise<void>;
  #pending: string;

  constructor(
    readonly partial: string,
    head: string,
  ) {
    this.#gzip = createGzip();
    this.#finished = pipeline(this.#gzip, createWriteStream(partial));
    // Awaited in close; until then a failure must not count as unhandled.
    this.#finished.catch(() => undefined);
    this.#pending = head;
  }

  add(text: string): boolean {
    this.#pending += text;
    return this.#pending.length < chunkLength;
  }

  /** Resolves when more may be added. */
  async flush(): Promise<void> {
    const chunk = this.#pending;
    this.#pending = '';
    this.#gzip.write(chunk);
    // Several chunks may wait: compression goes on in its thread while the next records are made.
    if (this.#gzip.writableLength > maxWaiting) await Promise.race([once(this.#gzip, 'drain'), this.#finished]);
  }

  async close(tail: string): Promise<number> {
    this.#gzip.end(this.#pending + tail);
    await this.#finished;
    return (await stat(this.partial)).size;
  }
}

/** Writes pieces into files of the given sizes. A file takes its name when it is whole. */
export async function deliver(
  directory: string,
  style: FileStyle,
  pieces: Iterable<Piece>,
  sizes: readonly number[],
  onFile: (delivered: Delivered & { pieces: number }) => void,
): Promise<void> {
  const iterator = pieces[Symbol.iterator]();
  for (const size of sizes) {
    const file = new OpenFile(path.join(directory, '.partial'), style.head);
    let last = 0;
    for (let index = 0; index < size; index++) {
      const next = iterator.next();
      if (next.done) throw new RangeError('fewer pieces than the sizes add up to');
      last = next.value.time;
      if (!file.add(index === 0 ? next.value.text : style.separator + next.value.text)) await file.flush();
    }
    const bytes = await file.close(style.tail);
    const target = path.join(directory, style.name(deliveryTime(last)));
    await mkdir(path.dirname(target), { recursive: true });
    await rename(file.partial, target);
    onFile({ files: 1, bytes, pieces: size });
  }
}
