import { type Command, Option } from 'commander';
import { KeytrailError } from '../errors.js';
import type { Question } from '../model/question.js';
import { selectQuestions } from '../queries/pack.js';
import { procedureSteps } from '../queries/steps.js';
import { allTactics } from '../queries/tactics.js';
import { collect, flagGroup } from './settings.js';

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
      .addOption(several(new Option('--tactic <name>', 'those of a tactic of ATT&CK'), allTactics())),
  );
}

export const isGroup = ({ all, procedureStep, tactic }: GroupFlags): boolean =>
  all === true || procedureStep !== undefined || tactic !== undefined;

/** Throws `usage` where none is named, or too much. */
export function chosenQuestions(ids: readonly string[], flags: GroupFlags): Question[] {
  if (ids.length === 0 && !isGroup(flags))
    throw new KeytrailError('usage', 'no question was named', {
      hint: 'Name one or more (keytrail query list shows them), or give --all, --procedure-step or --tactic.',
    });
  if (flags.all && ids.length > 0)
    throw new KeytrailError('usage', '--all and names of questions exclude each other', { hint: 'Leave one out.' });
  return selectQuestions({ ids, steps: flags.procedureStep ?? [], tactics: flags.tactic ?? [] });
}
