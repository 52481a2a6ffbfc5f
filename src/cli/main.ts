#!/usr/bin/env node
import { CommanderError } from 'commander';
import { KeytrailError, reasonOf } from '../errors.js';
import { printable } from '../model/printable.js';
import { processContext } from './context.js';
import { buildProgram } from './program.js';

const context = processContext();
const words = process.argv.slice(2);
try {
  const program = await buildProgram(context, (name) => words.includes(name));
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const known = error instanceof KeytrailError;
    const hint = known ? error.hint : 'This is a fault of keytrail; KEYTRAIL_DEBUG=1 shows where.';
    context.err(`keytrail: ${printable(`${reasonOf(error).replace(/\.$/, '')}${hint ? `. ${hint}` : ''}`)}\n`);
    if (context.env.KEYTRAIL_DEBUG && error instanceof Error) context.err(`${error.stack}\n`);
    process.exitCode = known ? error.exitCode : 1;
  }
}
