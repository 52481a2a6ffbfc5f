import { KeytrailError } from '../errors.js';
import type { Question } from '../model/question.js';
import { selectQuestions } from '../queries/pack.js';
import type { GroupFlags } from './question-flags.js';

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
