import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { KeytrailError, reasonOf } from '../errors.js';

/** Writes a file that only its owner may read; whole, or not at all. */
export async function writeOut(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new KeytrailError('usage', `can't write ${file}: ${reasonOf(error)}`, {
      hint: 'Name another file after --out.',
      cause: error,
    });
  }
}
