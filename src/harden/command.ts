/** Text as one word of a POSIX shell. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A command line of the aws CLI: `aws iam get-user --user-name NAME`. A value of `true` is a flag without one. */
export function awsCommand(call: string, options: Readonly<Record<string, string | true>> = {}): string {
  const words = Object.entries(options).map(([name, value]) => {
    if (value === true) return `--${name}`;
    // A value that begins like a flag would be taken for one.
    return value.startsWith('-') ? `--${name}=${word(value)}` : `--${name} ${word(value)}`;
  });
  return ['aws', call, ...words].join(' ');
}
