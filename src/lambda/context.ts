import { readFileSync } from 'node:fs';
import type { Context } from '../cli/context.js';
import { packagePath } from '../model/paths.js';

/** What the parts of the command line that a function shares with it touch of the process. Lambda keeps both outputs. */
export function lambdaContext(): Context {
  const { env, stdout, stderr } = process;
  const err = (text: string) => void stderr.write(text);
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return {
    env,
    out: (text) => void stdout.write(text),
    err,
    note: err,
    quiet: false,
    width: Number.POSITIVE_INFINITY,
    colour: false,
    unicode: false,
    interactive: false,
    now: () => new Date(),
    version,
    // Lambda tells no function to stop: it ends when its time is up.
    signal: new AbortController().signal,
  };
}
