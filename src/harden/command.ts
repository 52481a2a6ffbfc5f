import { shellWord } from '../model/shell.js';

/** A command line of the aws CLI: `aws iam get-user --user-name NAME`. A value of `true` is a flag without one. */
export function awsCommand(call: string, options: Readonly<Record<string, string | true>> = {}): string {
  const words = Object.entries(options).map(([name, value]) => {
    if (value === true) return `--${name}`;
    // A value that begins like a flag would be taken for one.
    return value.startsWith('-') ? `--${name}=${shellWord(value)}` : `--${name} ${shellWord(value)}`;
  });
  return ['aws', call, ...words].join(' ');
}
