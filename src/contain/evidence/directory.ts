import { chmod, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KeytrailError, reasonOf } from '../../errors.js';
import { checkName } from './manifest.js';
import type { EvidenceSink } from './sink.js';

/** A folder that only its owner may read; made where absent. Throws `usage` where it is not empty, or no folder. */
export async function directorySink(path: string): Promise<EvidenceSink> {
  const directory = resolve(path);
  try {
    await makeFolder(directory);
    if ((await readdir(directory)).length > 0)
      throw new KeytrailError('usage', `${path} is not empty: evidence is never written over`, {
        hint: 'Name a new folder after --out.',
      });
    await chmod(directory, 0o700);
  } catch (error) {
    throw error instanceof KeytrailError ? error : unwritable(path, error);
  }
  return new DirectorySink(path, directory);
}

class DirectorySink implements EvidenceSink {
  constructor(
    readonly location: string,
    private readonly directory: string,
  ) {}

  async put(name: string, content: Buffer): Promise<void> {
    checkName(name);
    const path = join(this.directory, name);
    try {
      await makeFolder(dirname(path));
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(dirname(path));
    } catch (error) {
      throw unwritable(path, error);
    }
  }
}

/** One that is there is left as it is. Folder by folder: Node 20 never ends with `recursive` below /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

/** A new file is found after a crash only once its folder is on disk. Windows can't open one. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function unwritable(path: string, cause: unknown): KeytrailError {
  return new KeytrailError('usage', `can't write evidence to ${path}: ${reasonOf(cause)}`, {
    hint: 'Name a new folder that you can write to after --out.',
    cause,
  });
}
