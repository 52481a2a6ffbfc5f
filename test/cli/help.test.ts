import type { Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { type Context, outputWidth } from '../../src/cli/context.js';
import { buildProgram } from '../../src/cli/program.js';

/** Nothing of it is touched until a command runs. */
const context = { version: '0', env: {}, width: outputWidth({}, {}) } as Context;
const program = await buildProgram(context);

const isHidden = (command: Command): boolean =>
  !command.parent?.createHelp().visibleCommands(command.parent).includes(command);
const everyCommand = (command: Command): Command[] => [
  command,
  ...command.commands.filter((each) => !isHidden(each)).flatMap(everyCommand),
];

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : 'keytrail';

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 120 });
  command.outputHelp();
  return text;
}

/** The words after `keytrail` of each line that is one to type, with what the shell would take out of it. */
const examplesIn = (help: string): string[][] =>
  help
    .replace(/ \\\n +/g, ' ')
    .split('\n')
    .filter((line) => /^ {2}(\S.*<\()?keytrail /.test(line))
    .map((line) => line.slice(line.indexOf('keytrail ') + 'keytrail '.length))
    // Two blanks and more are before a remark; >, | and ) end what keytrail is given.
    .map((line) => line.split(/ {2,}| [>|] |\)/)[0]!.match(/"[^"]*"|'[^']*'|\S+/g) ?? []);

function optionOf(command: Command, word: string): Option {
  const [flag] = word.split('=');
  const option = command.options.find(({ long, short }) => flag === long || flag === short);
  if (!option) throw new Error(`${pathOf(command)} has no ${flag}`);
  return option;
}

/** Throws where commander would: at a command, a flag, a value or a number of arguments that is not there. */
function check(words: readonly string[]): void {
  let command = program;
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word.startsWith('-')) {
      const option = optionOf(command, word);
      if (!option.required || word.includes('=')) continue;
      const value = words[++at];
      if (value === undefined) throw new Error(`${word} lacks its value`);
      if (option.argChoices && !option.argChoices.includes(value)) throw new Error(`${word} has no ${value}`);
    } else {
      const sub = operands.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (sub) command = sub;
      else operands.push(word);
    }
  }
  const args = command.registeredArguments;
  const most = args.some(({ variadic }) => variadic) ? Number.POSITIVE_INFINITY : args.length;
  const least = args.filter(({ required }) => required).length;
  if (operands.length < least || operands.length > most) throw new Error(`${pathOf(command)} ${operands.join(' ')}`);
  for (const { mandatory, long } of command.options)
    if (mandatory && !words.some((word) => word.split('=')[0] === long)) throw new Error(`it lacks ${long}`);
}

describe.each(everyCommand(program).map((command) => [pathOf(command), command] as const))('%s', (path, command) => {
  const help = helpOf(command);

  test('says what it does, and what each flag does', () => {
    expect(command.description()).not.toBe('');
    for (const { flags, description } of command.options) expect(description, flags).not.toBe('');
  });

  test('shows by example how it is typed', () => {
    const examples = examplesIn(help);
    expect(examples).not.toEqual([]);
    for (const words of examples) expect(() => check(words), words.join(' ')).not.toThrow();
    if (command.parent) expect(examples.map((words) => `keytrail ${words.join(' ')}`).join('\n')).toContain(path);
  });
});

test('an example that can not be typed is found', () => {
  for (const words of [
    'query rnu key-owner',
    'query run --formt csv',
    'query run --format cvs',
    'contain apply',
    'contain find',
  ])
    expect(() => check(words.split(' ')), words).toThrow();
});
