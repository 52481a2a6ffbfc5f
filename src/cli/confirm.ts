import { KeytrailError } from '../errors.js';
import type { Context } from './context.js';

/** Throws `usage` unless `yes` was given, or is typed on a terminal; `show` says first what will be done. */
export async function confirmed(yes: boolean | undefined, show: () => string, context: Context): Promise<void> {
  if (yes) return;
  context.err(show());
  if (await asked('Type yes to go on: ', context)) return;
  throw new KeytrailError('usage', 'nothing was changed: it was not confirmed', {
    hint: 'Answer yes on a terminal, or give --yes.',
  });
}

async function asked(question: string, context: Context): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question, { signal: context.signal })).trim() === 'yes';
  } finally {
    terminal.close();
  }
}
