import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Unavailable } from './service.js';

const run = promisify(execFile);

/** What a command printed on both outputs. Throws Unavailable with its last line when it fails or takes 4 minutes. */
export async function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  try {
    const { stdout, stderr } = await run(command, args, { env: { ...process.env, ...env }, timeout: 240_000 });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    const last = (stdout + stderr).trim().split('\n').at(-1) || message;
    throw new Unavailable(`${command} failed: ${last.slice(0, 200)}`);
  }
}

/** The full path of a program on PATH. */
export function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/**
 * A folder that `fill` makes once and later runs find whole: it is filled under another name and renamed,
 * so neither an interrupted fill nor two runs at once can leave a part.
 */
export async function filledOnce(folder: string, fill: (partial: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    await fill(partial);
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
