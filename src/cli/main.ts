#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { KeytrailError, reasonOf } from '../errors.js';
import { printable } from '../model/printable.js';
import { containCommand } from './commands/contain.js';
import { coverageCommand } from './commands/coverage.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { hardenCommand } from './commands/harden.js';
import { ingestCommand } from './commands/ingest.js';
import { investigateCommand } from './commands/investigate.js';
import { queryCommand } from './commands/query.js';
import { replayCommand } from './commands/replay.js';
import { serveCommand } from './commands/serve.js';
import { setupCommand } from './commands/setup.js';
import { validateCommand } from './commands/validate.js';
import { watchCommand } from './commands/watch.js';
import { type Context, processContext } from './context.js';

/** The order in which `--help` shows them: the order in which a responder needs them. */
const commands = [
  demoCommand,
  ingestCommand,
  queryCommand,
  watchCommand,
  investigateCommand,
  serveCommand,
  coverageCommand,
  replayCommand,
  containCommand,
  hardenCommand,
  validateCommand,
  setupCommand,
  doctorCommand,
];

function program(context: Context): Command {
  const keytrail = new Command('keytrail')
    .description(
      'What did a leaked AWS credential do, and how is it contained? Answers from CloudTrail and VPC flow logs.',
    )
    .version(context.version)
    .showSuggestionAfterError()
    // A command that has both an action and subcommands must not take the flags of these.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
Start here:
  keytrail demo                                           a generated incident, from logs to plan
  keytrail ingest s3://my-trail-bucket --store duckdb:incident.duckdb
  keytrail investigate AKIA… --store duckdb:incident.duckdb --out report.html
  keytrail contain plan AKIA… --store duckdb:incident.duckdb --out plan.json

Exit codes: 0 done; 1 failed; 2 wrong use; 3 done in part. contain: 4 unverifiable; 5 not contained.`,
    );
  for (const command of commands) command(keytrail, context);
  const settle = (command: Command): void => {
    command
      .exitOverride()
      .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'keytrail: ')) });
    command.commands.forEach(settle);
  };
  settle(keytrail);
  return keytrail;
}

const context = processContext();
try {
  await program(context).parseAsync();
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
