import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { commandsBelow, commandTree } from '../../src/reference/cli.js';
import { commandsOf, inlineCommandsOf, pages, type Shown } from './blocks.js';
import { endless, ends, notRun } from './settings.js';

/** What a shell would hand over: words, quotes taken off, up to a pipe or redirection. */
function wordsOf(command: string): string[] {
  const words: string[] = [];
  for (const [, double, single, bare] of command.matchAll(/"([^"]*)"|'([^']*)'|((?:[^\s"'\\]|\\.)+)/g)) {
    if (bare !== undefined && /^(?:[|>#;]|&&)/.test(bare)) break;
    words.push(double ?? single ?? bare!);
  }
  return words;
}

/** Variables before a command, and the two ways to call it from a checkout, are taken off. */
const asKeytrail = (text: string): string =>
  text
    .replace(/^(?:[A-Z_][A-Z0-9_]*=\S* )+/, '')
    .replace(/^npm run (?:-s )?keytrail -- /, 'keytrail ')
    .replace(/^npm run (?:-s )?demo(?: --)?/, 'keytrail demo');

/** Why the tree of commands does not take it, or null. A placeholder such as KEY_ID is a value like another. */
async function complaintOf(text: string): Promise<string | null> {
  const [, ...words] = wordsOf(asKeytrail(text));
  const tree = await commandTree();
  for (const command of commandsBelow(tree)) command.action(() => undefined);
  const outputs = { writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined };
  for (const command of [tree, ...commandsBelow(tree)]) command.configureOutput(outputs).exitOverride();
  try {
    await tree.parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    const code = error instanceof CommanderError ? error.code : '';
    return ['commander.helpDisplayed', 'commander.version'].includes(code) ? null : (error as Error).message;
  }
}

const where = ({ page, line, text }: Shown, complaint: string): string => `${page}:${line}: ${text}: ${complaint}`;

async function complaintsOf(commands: readonly Shown[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const command of commands) {
    const complaint = await complaintOf(command.text);
    if (complaint !== null) complaints.push(where(command, complaint));
  }
  return complaints;
}

const isKeytrail = ({ text }: Shown): boolean => asKeytrail(text).startsWith('keytrail ');

test('every command in a block of a page is one that there is, with flags that there are', async () => {
  const commands = pages.flatMap((page) => commandsOf(page)).filter(isKeytrail);
  expect(commands.length).toBeGreaterThan(20);
  expect(await complaintsOf(commands)).toEqual([]);
});

test('every command named in running text begins as one that there is', async () => {
  const tree = await commandTree();
  const questions = readdirSync('queries').filter((name) => !name.includes('.'));
  const all = [...pages, ...questions.map((id) => join('queries', id, 'README.md'))].flatMap((page) =>
    inlineCommandsOf(page),
  );
  const wrong = all.filter(({ text }) => {
    let command = tree;
    const words = wordsOf(text).slice(1);
    for (const word of words) command = command.commands.find((child) => child.name() === word) ?? command;
    const flags = words.filter((word) => /^--(?!help|version)[a-z]/.test(word));
    return (
      (command === tree && !/ --(?:help|version)$/.test(text)) ||
      flags.some((flag) => !command.options.some(({ long }) => long === flag.split('=')[0]))
    );
  });
  expect(wrong.map((command) => where(command, 'there is no such command or flag'))).toEqual([]);
});

test('npm scripts that pages name are there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name]) => ({
      page,
      name: name!,
    })),
  );
  expect(named.filter(({ name }) => scripts[name] === undefined)).toEqual([]);
});

test('no setting of the commands’ test is left over from a command that is gone', () => {
  const shown = pages.flatMap((page) => commandsOf(page)).map(({ text }) => text);
  const idle = [...endless, ...ends, ...notRun].filter(({ command }) => !shown.some((text) => command.test(text)));
  expect(idle.map(({ command }) => String(command))).toEqual([]);
});
