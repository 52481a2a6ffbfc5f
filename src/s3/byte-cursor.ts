/** Reads a stream of chunks as slices of a chosen size, and takes bytes back. */
export class ByteCursor {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Buffer>) {
    this.chunks = bytes[Symbol.asyncIterator]();
  }

  /** Between 1 and `most` bytes; null at the end. */
  async next(most: number): Promise<Buffer | null> {
    while (this.held.length === 0) {
      const chunk = await this.chunks.next();
      if (chunk.done) return null;
      this.held = chunk.value;
    }
    const slice = this.held.subarray(0, most);
    this.held = this.held.subarray(slice.length);
    return slice;
  }

  /** `count` bytes, fewer only at the end. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      const part = await this.next(missing);
      if (part === null) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  putBack(bytes: Buffer): void {
    if (bytes.length > 0) this.held = this.held.length === 0 ? bytes : Buffer.concat([bytes, this.held]);
  }

  /** Lets the source release what it holds. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}
