import { existsSync } from 'node:fs';
import { KeytrailError } from '../errors.js';

/** A plan that was begun is what its undo needs: it must not be written over. `flag` is what named the file. */
export async function checkPlanOut(file: string, flag = '--out'): Promise<void> {
  const { journalPathOf } = await import('../contain/journal.js');
  const journal = journalPathOf(file);
  if (existsSync(journal))
    throw new KeytrailError('usage', `${file} was applied: its journal ${journal} is there, and undo needs both`, {
      hint: `Name another ${flag === '--out' ? 'file' : 'folder'} after ${flag}.`,
    });
}
