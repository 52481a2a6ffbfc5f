import { Command, Help, Option } from 'commander';
import { printable } from '../model/printable.js';
import { applyOutputFlags, type Context, colourChoices, type OutputFlags } from './context.js';

interface Entry {
  description: string;
  hidden?: true;
  /** Loads the module that knows its flags, arguments and subcommands. */
  load(): Promise<(command: Command, context: Context) => void>;
}

/** In the order in which `--help` shows them: the order in which a responder needs them. */
const entries: Readonly<Record<string, Entry>> = {
  demo: {
    description: 'generate an incident, ingest it, investigate the leaked key, plan the containment',
    load: async () => (await import('./commands/demo.js')).demoCommand,
  },
  ingest: {
    description: 'read logs from S3 or a directory into a store; run again, it takes only what is new',
    load: async () => (await import('./commands/ingest.js')).ingestCommand,
  },
  query: {
    description: 'the saved questions: list, show, run',
    load: async () => (await import('./commands/query.js')).queryCommand,
  },
  watch: {
    description: 'ask questions on a schedule, and tell of rows that were not there before',
    load: async () => (await import('./commands/watch.js')).watchCommand,
  },
  investigate: {
    description: 'everything the logs say about a credential and all that was issued from it',
    load: async () => (await import('./commands/investigate.js')).investigateCommand,
  },
  serve: {
    description: 'a viewer in the browser: ask the questions, follow what stands in the answers',
    load: async () => (await import('./commands/serve.js')).serveCommand,
  },
  coverage: {
    description: 'which hours of which log, account and Region are in the store, and which are missing',
    load: async () => (await import('./commands/coverage.js')).coverageCommand,
  },
  replay: {
    description: 'read the dead letters again, store what can be stored by now, and say why the rest can’t',
    load: async () => (await import('./commands/replay.js')).replayCommand,
  },
  contain: {
    description: 'plan, apply, verify and undo the containment of a credential',
    load: async () => (await import('./commands/contain.js')).containCommand,
  },
  harden: {
    description: 'what would make the next leak worse: settings of the account, each with its risk and its fix',
    load: async () => (await import('./commands/harden.js')).hardenCommand,
  },
  validate: {
    description: 'find altered and deleted CloudTrail log files, by the digests that AWS signed',
    load: async () => (await import('./commands/validate.js')).validateCommand,
  },
  setup: {
    description: 'prepare what keytrail and its users work with',
    load: async () => (await import('./commands/setup.js')).setupCommand,
  },
  policies: {
    description: 'what each command must be allowed in AWS, as IAM policies; asks nobody',
    load: async () => (await import('./commands/policies.js')).policiesCommand,
  },
  completion: {
    description: 'a script that completes commands, flags and their values, for bash, zsh or fish',
    load: async () => (await import('./commands/completion.js')).completionCommand,
  },
  doctor: {
    description: 'what works here and what does not',
    load: async () => (await import('./commands/doctor.js')).doctorCommand,
  },
  __complete: {
    description: 'what may stand in place of the last word',
    hidden: true,
    load: async () => (await import('./commands/completion.js')).completeCommand,
  },
};

const longestLine = 1000;
const outputHeading = 'Output:';

/** A command's own flags first, what holds for all commands last. */
const groupItems: Help['groupItems'] = (all, visible, groupOf) => {
  const rank = (heading: string): number => (heading === 'Options:' ? 0 : heading === outputHeading ? 2 : 1);
  const groups = Help.prototype.groupItems(all, visible, groupOf);
  return new Map([...groups].sort(([a], [b]) => rank(a) - rank(b)));
};

/** What holds for every command alike; commander hands it on only to commands that it makes afterwards. */
function settle(command: Command): void {
  command
    .optionsGroup(outputHeading)
    .option('-q, --quiet', 'no progress and no notes on standard error; results and errors all the same')
    .addOption(
      new Option('--color <when>', 'colour: auto is on a terminal, unless NO_COLOR or TERM=dumb say no').choices(
        colourChoices,
      ),
    )
    .option('--no-color', 'the same as --color never')
    .optionsGroup('')
    .exitOverride()
    .configureOutput({
      // What was typed may have been pasted from anywhere.
      outputError: (text, write) =>
        write(
          text
            .replace(/^error: /, 'keytrail: ')
            .split('\n')
            .map((line) => printable(line, longestLine))
            .join('\n'),
        ),
    });
  command.commands.forEach(settle);
}

/**
 * The tree of commands, without running any: for the command line itself, for completion and for the reference.
 * A command that isn't `wanted` has its name and description and nothing else, since to load all of them takes longer
 * than most of what they do. Without `wanted` the tree is whole.
 */
export async function buildProgram(context: Context, wanted?: (name: string) => boolean): Promise<Command> {
  const keytrail = new Command('keytrail')
    .description(
      'What did a leaked AWS credential do, and how is it contained? Answers from CloudTrail and VPC flow logs.',
    )
    .version(context.version)
    .showSuggestionAfterError()
    // A command that has both an action and subcommands must not take the flags of these.
    .enablePositionalOptions()
    // Flags and arguments of a command are in its own help.
    .configureHelp({ subcommandTerm: (command) => command.name(), groupItems })
    .hook('preAction', (_, command) => applyOutputFlags(command.optsWithGlobals<OutputFlags>(), context))
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
  for (const [name, { description, load, hidden = false }] of Object.entries(entries)) {
    const command = keytrail.command(name, { hidden }).description(description);
    if (wanted?.(name) ?? true) (await load())(command, context);
  }
  settle(keytrail);
  return keytrail;
}
