import { type Command, Option } from 'commander';
import { KeytrailError } from '../errors.js';
import { procedureSteps } from '../queries/steps.js';
import { tacticNames } from '../queries/tactic-names.js';
import { collect, defaults, type EngineFlags, flagGroup, type ScopeFlags, scopeOptions } from './settings.js';

/** Which questions, beside those named one by one. */
export interface GroupFlags {
  all?: boolean;
  procedureStep?: string[];
  tactic?: string[];
}

/** One of these, perhaps several times. */
function several(option: Option, choices: readonly string[]): Option {
  return option.choices(choices).argParser((text: string, before: string[] | undefined) => {
    if (!choices.includes(text))
      throw new KeytrailError('usage', `${option.long} ${JSON.stringify(text)} is not there`, {
        hint: `Choose ${choices.join(', ')}.`,
      });
    return collect(text, before);
  });
}

export function groupOptions(command: Command): Command {
  const steps = Object.keys(procedureSteps);
  return flagGroup('Questions', command, (group) =>
    group
      .option('--all', 'every question that can be asked with the parameters given')
      .addOption(several(new Option('--procedure-step <step>', 'those of a step of the procedure'), steps))
      .addOption(several(new Option('--tactic <name>', 'those of a tactic of ATT&CK'), tacticNames)),
  );
}

export interface ParameterFlags extends ScopeFlags {
  key?: string[];
  param?: string[];
  params?: string;
  limit?: string;
}

export const parameterOptions = (command: Command): Command =>
  flagGroup('Parameters', scopeOptions(command), (group) =>
    group
      .option('--key <id>', 'access key id; may be given several times', collect)
      .option('--param <name=value>', 'a parameter of the question; a list takes commas or several --param', collect)
      .option('--params <file>', 'parameters as YAML or JSON, name: value; flags beat them')
      .option('--limit <rows>', 'rows at the most'),
  );

export interface ScanFlags extends EngineFlags {
  maxScan?: string;
  reuse?: string;
}

export const scanOptions = (command: Command): Command =>
  flagGroup('Athena', command, (group) =>
    group
      .option(
        '--max-scan <size>',
        `refuse to read more, by the sizes in S3: 500MB, 2TB, none (default: ${defaults.maxScan})`,
      )
      .option('--reuse <time>', 'take the result of an equal query no older than this, such as 1h'),
  );
