import { createRequire } from 'node:module';
import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { reasonOf } from '../errors.js';

type ZlibSync = typeof import('zlib-sync');

/** What one slice of deflate data gave. */
export interface Step {
  output: Buffer[];
  state: 'more' | 'ended' | 'corrupt';
  /** Bytes of the slice that belong to the stream when it ended; null when the engine can't tell. */
  consumed: number | null;
}

/** Inflates one raw deflate stream (RFC 1951), a slice at a time. */
export interface RawInflate {
  push(slice: Buffer): Promise<Step>;
  close(): void;
}

const outputBytes = 64 * 1024;
const corrupt: Step = { output: [], state: 'corrupt', consumed: null };

/**
 * zlib-sync 0.1.10 never calls inflateEnd: each stream leaves about 48 KB behind for the life of the process.
 * It inflates faster than node:zlib and without a trip through the thread pool, which pays for interactive runs
 * of some hundred objects; a backfill of a million would leave 48 GB. So it serves this many streams, at most 50 MB.
 */
const nativeStreams = 1000;
let nativeStreamsOpened = 0;

const loaded = loadNative();

/** Whether the optional zlib-sync can be used, and if not, why. */
export const nativeInflate: { readonly available: boolean; readonly reason: string | null } = {
  available: loaded.zlib !== null,
  reason: loaded.reason,
};

function loadNative(): { zlib: ZlibSync | null; reason: string | null } {
  try {
    return { zlib: createRequire(import.meta.url)('zlib-sync') as ZlibSync, reason: null };
  } catch (error) {
    const [firstLine = ''] = reasonOf(error).split('\n');
    return { zlib: null, reason: `zlib-sync can't be loaded: ${firstLine}` };
  }
}

/** An engine for one stream: zlib-sync while it is available and affordable, else node:zlib; `native` forces either. */
export function openRawInflate(native?: boolean): RawInflate {
  const zlib = loaded.zlib;
  if (zlib === null || !(native ?? nativeStreamsOpened < nativeStreams)) return new NodeRawInflate();
  nativeStreamsOpened++;
  return new NativeRawInflate(zlib);
}

const nothing = Buffer.alloc(0);

class NativeRawInflate implements RawInflate {
  private readonly stream: InstanceType<ZlibSync['Inflate']>;

  constructor(private readonly zlib: ZlibSync) {
    this.stream = new zlib.Inflate({ windowBits: -15, chunkSize: outputBytes });
  }

  async push(slice: Buffer): Promise<Step> {
    const { stream, zlib } = this;
    const output: Buffer[] = [];
    let input = slice;
    for (;;) {
      stream.push(input, zlib.Z_SYNC_FLUSH);
      const { err } = stream;
      // An empty push with nothing pending makes no progress: that is how the draining ends.
      if (err === zlib.Z_BUF_ERROR) break;
      if (err !== zlib.Z_OK && err !== zlib.Z_STREAM_END) return corrupt;
      const result = stream.result as Buffer;
      if (result.length > 0) output.push(result);
      if (err === zlib.Z_STREAM_END) return { output, state: 'ended', consumed: null };
      // push() stops when its input is used up, though the output may have filled its buffer (which grows by
      // outputBytes) and more be pending. A buffer that isn't full has nothing pending.
      if (result.length % outputBytes !== 0) break;
      input = nothing;
    }
    return { output, state: 'more', consumed: null };
  }

  close(): void {
    // zlib-sync has no way to release a stream; see nativeStreams.
  }
}

class NodeRawInflate implements RawInflate {
  private readonly stream: InflateRaw;
  private pushed = 0;
  private failed = false;
  private settle: () => void = () => {};

  constructor() {
    // A slice's whole output must fit: node:zlib pauses a write whose output nobody reads.
    const options = { chunkSize: outputBytes, readableHighWaterMark: 8 * 1024 * 1024 };
    this.stream = createInflateRaw(options);
    this.stream.on('error', () => {
      this.failed = true;
      this.settle();
    });
  }

  async push(slice: Buffer): Promise<Step> {
    const { stream } = this;
    await new Promise<void>((resolve) => {
      this.settle = resolve;
      stream.write(slice, () => resolve());
    });
    if (this.failed) return corrupt;
    const output: Buffer[] = [];
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) output.push(chunk);
    const before = this.pushed;
    this.pushed += slice.length;
    // bytesWritten counts what zlib consumed. A stream that ends exactly with a slice shows it at the next one.
    const ended = stream.bytesWritten < this.pushed;
    return { output, state: ended ? 'ended' : 'more', consumed: ended ? stream.bytesWritten - before : null };
  }

  close(): void {
    this.stream.destroy();
  }
}
