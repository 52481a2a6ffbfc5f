import { closeSync, openSync, readSync } from 'node:fs';

/** A plan with the policies of its targets is far below this, and so is anything else that a user hands over. */
export const mostFileBytes = 32 * 1024 * 1024;

const stepBytes = 64 * 1024;

/** A file that a user named, as a whole. One that is larger, or never ends (`/dev/zero`), throws. */
export function readBytes(path: string, most = mostFileBytes): Buffer {
  const file = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let size = 0; ; ) {
      const part = Buffer.allocUnsafe(stepBytes);
      const read = readSync(file, part);
      if (read === 0) return Buffer.concat(parts);
      size += read;
      if (size > most) throw new Error(`it is larger than ${most / 1024 / 1024} MB`);
      parts.push(part.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}

export const readText = (path: string): string => readBytes(path).toString('utf8');
