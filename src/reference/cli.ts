import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Context } from '../cli/context.js';
import { buildProgram } from '../cli/program.js';
import { packagePath } from '../model/paths.js';

const helpWidth = 100;

/** A context for a tree of commands that is only looked at: it hears and says nothing. */
const silent = (): Context => ({
  env: {},
  out: () => undefined,
  err: () => undefined,
  note: () => undefined,
  quiet: true,
  width: helpWidth,
  colour: false,
  unicode: false,
  interactive: false,
  now: () => new Date(0),
  version: (JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string }).version,
  signal: new AbortController().signal,
});

/** The whole tree, to be described and parsed with, not to be run. */
export const commandTree = (): Promise<Command> => buildProgram(silent());

/** `contain plan`, without the program's own name. */
export function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}

/** All commands below one, each before its own subcommands. */
export const commandsBelow = (command: Command): Command[] =>
  command.commands.flatMap((child) => [child, ...commandsBelow(child)]);

/** As `--help` prints it, with what follows the flags. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (more) => (text += more), getOutHelpWidth: () => helpWidth });
  command.outputHelp();
  return text.trimEnd();
}

/** docs/reference/cli.md */
export function cliPage(tree: Command): string {
  const sections = commandsBelow(tree).map(
    (command) => `## keytrail ${pathOf(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  );
  const index = commandsBelow(tree).map((command) => {
    const path = pathOf(command);
    return `- [${path}](#keytrail-${path.replaceAll(' ', '-')}): ${command.description()}`;
  });
  return `<!-- Written by \`npm run generate\`, from the commands themselves. -->

# The command line

Every command with every flag, as \`--help\` prints it.

${index.join('\n')}

${sections.join('\n')}`;
}
