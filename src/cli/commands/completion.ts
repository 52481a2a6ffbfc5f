import { Argument, type Command } from 'commander';
import { complete } from '../completion/candidates.js';
import { completionScripts } from '../completion/scripts.js';
import type { Context } from '../context.js';

export function completionCommand(command: Command, context: Context): void {
  command
    .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(completionScripts)))
    .addHelpText(
      'after',
      `
Examples:
  source <(keytrail completion bash)      in ~/.bashrc
  source <(keytrail completion zsh)       in ~/.zshrc, after compinit
  keytrail completion fish > ~/.config/fish/completions/keytrail.fish
The script asks keytrail itself, which must be on the path: it stays true when keytrail changes.`,
    )
    .action((shell: string) => context.out(completionScripts[shell]!));
}

/** What the scripts ask; hidden from people. */
export function completeCommand(command: Command, context: Context): void {
  command.argument('[words...]').action(async (words: string[]) => {
    const { candidates, files } = await complete(words, command.parent!);
    const lines = candidates.map(({ value, description }) => `${value}\t${description}`);
    context.out(`${[...lines, files === null ? ':' : `:files${files}`].join('\n')}\n`);
  });
}
