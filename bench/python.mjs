/** Peers that PyPI carries, each in a virtual environment of its own below `.cache`, made once. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './children.mjs';

const cache = join(import.meta.dirname, '..', '.cache');

/** The interpreter that has these packages; null, with a line that says why, where they can't be had. `pip`: argument lists. */
export async function pythonWith(name, pip, tell) {
  const folder = join(cache, `python-${name}`);
  const pythonIn = (place) => join(place, 'bin', 'python');
  if (existsSync(folder)) return pythonIn(folder);
  const made = `${folder}.${process.pid}`;
  try {
    tell(`installing ${name} in ${folder} …`);
    await mkdir(cache, { recursive: true });
    await run('python3', ['-m', 'venv', made]);
    for (const args of pip)
      await run(pythonIn(made), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args]);
    await rename(made, folder);
    return pythonIn(folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    tell(`${name} is left out: ${error.message.split('\n')[0]}`);
    return null;
  }
}
