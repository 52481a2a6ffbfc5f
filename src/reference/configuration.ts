import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { environment } from '../cli/environment.js';
import { code, plain, table } from '../model/markdown.js';
import { packagePath } from '../model/paths.js';
import { commandsBelow, pathOf } from './cli.js';
import { limits } from './limits.js';

interface JobSchema {
  required: string[];
  properties: Record<string, { type?: string; enum?: string[]; description: string }>;
}

const variables = (): string =>
  table(
    ['variable', ''],
    environment.map(({ name, meaning, secret }) => [
      code(name),
      `${meaning}${secret ? ' (a secret: never a flag)' : ''}`,
    ]),
  );

function job(): string {
  const schema = JSON.parse(readFileSync(packagePath('ingest/jobs/schema.json'), 'utf8')) as JobSchema;
  const rows = Object.entries(schema.properties).map(([name, { type, enum: choices, description }]) => [
    code(name),
    choices?.join(', ') ?? type ?? '',
    schema.required.includes(name) ? 'yes' : '',
    plain(description),
  ]);
  return table(['key', 'type', 'required', ''], rows);
}

/** Flags that stand for something where they are not given, each once. */
function flagDefaults(tree: Command): string {
  const found = new Map<string, { flags: string; value: string; commands: string[] }>();
  for (const command of commandsBelow(tree))
    for (const { flags, defaultValue, hidden } of command.options) {
      if (defaultValue === undefined || defaultValue === false || defaultValue === true || hidden) continue;
      const value = String(defaultValue);
      const entry = found.get(`${flags} ${value}`) ?? { flags, value, commands: [] };
      entry.commands.push(pathOf(command));
      found.set(`${flags} ${value}`, entry);
    }
  const rows = [...found.values()].sort((a, b) => (a.flags < b.flags ? -1 : 1));
  return table(
    ['flag', 'default', 'of'],
    rows.map(({ flags, value, commands }) => [code(flags), code(value), commands.map(code).join(', ')]),
  );
}

const limitRows = (): string =>
  table(
    ['limit', 'value', 'beyond it', 'setting'],
    limits.map(({ what, value, beyond, setting }) => [what, value, beyond, setting ?? '']),
  );

/** docs/reference/configuration.md */
export const configurationPage = (
  tree: Command,
): string => `<!-- Written by \`npm run generate\`, from the lists in the code. -->

# Configuration

keytrail has no configuration file of its own. It reads flags ([all of them](cli.md)), the variables below, jobs of
\`ingest --job\`, and the AWS SDK's own settings: credential chain, profiles, \`AWS_REGION\`, \`AWS_ENDPOINT_URL\`,
\`AWS_MAX_ATTEMPTS\`. Colours follow \`NO_COLOR\`, \`FORCE_COLOR\` and \`TERM\`; \`COLUMNS\` sets the width of what is not
printed on a terminal. A flag beats a job, a job beats a variable.

## Variables
${variables()}

## Jobs
\`ingest/jobs/NAME.yaml\`, by \`keytrail ingest --job NAME\`; any file, by its path. Checked against
ingest/jobs/schema.json before anything is done.

${job()}

## Defaults of flags
${flagDefaults(tree)}

## Limits
What comes from logs, accounts, clusters and files is bounded. Where a limit has a setting, it is named.

${limitRows()}
`;
