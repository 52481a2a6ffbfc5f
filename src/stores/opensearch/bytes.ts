const quote = 0x22;
const backslash = 0x5c;
/** From here on a native copy beats a loop. */
const shortBytes = 96;

/** Text under construction, in UTF-8. What is put needs room that was reserved before. */
export class Bytes {
  length = 0;

  constructor(public buffer: Buffer) {}

  reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  byte(byte: number): void {
    this.buffer[this.length++] = byte;
  }

  put(bytes: Uint8Array): void {
    this.copy(bytes, 0, bytes.length);
  }

  copy(bytes: Uint8Array, from: number, to: number): void {
    const { buffer } = this;
    let at = this.length;
    if (to - from > shortBytes) buffer.set(bytes.subarray(from, to), at);
    else for (let i = from; i < to; i++) buffer[at++] = bytes[i]!;
    this.length += to - from;
  }

  /** ASCII. */
  text(text: string): void {
    this.length += this.buffer.write(text, this.length, 'latin1');
  }

  /** JSON as the inside of a JSON text. */
  escaped(bytes: Uint8Array, from: number, to: number): void {
    const { buffer } = this;
    let at = this.length;
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!;
      if (byte === quote || byte === backslash) buffer[at++] = backslash;
      buffer[at++] = byte;
    }
    this.length = at;
  }
}
