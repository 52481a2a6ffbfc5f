import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { KeytrailError, reasonOf } from '../errors.js';

/** A device, a pipe, or an output of this process: written to, since a rename onto it would take its place. */
export async function isStream(path: string): Promise<boolean> {
  if (/^\/dev\/(?:stdout|stderr|fd\/\d+)$/.test(resolve(path))) return true;
  const found = await stat(path).catch(() => null);
  return found !== null && !found.isFile() && !found.isDirectory();
}

/** Writes a file that only its owner may read; whole, or not at all, but for a stream. `flag` is what named it. */
export async function writeOut(file: string, text: string, flag = '--out'): Promise<void> {
  const draft = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    if (await isStream(file)) return await writeFile(file, text);
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    // Where its folder is none, there is no draft, and removing it fails as well.
    await rm(draft, { force: true }).catch(() => undefined);
    throw new KeytrailError('usage', `can't write ${file}: ${reasonOf(error)}`, {
      hint: `Name another file after ${flag}.`,
      cause: error,
    });
  }
}

/** Makes a folder and those above it. Not by `recursive`, which Node 20 never ends with below /proc. */
export async function makeFolder(folder: string, flag = '--out'): Promise<void> {
  const missing: string[] = [];
  try {
    for (let path = resolve(folder); !(await isFolder(path)); path = dirname(path)) missing.unshift(path);
    for (const path of missing) await mkdir(path);
  } catch (error) {
    throw new KeytrailError('usage', `can't make ${folder}: ${reasonOf(error)}`, {
      hint: `Name another folder after ${flag}.`,
      cause: error,
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  throw new Error(`${path} is no folder`);
}
