import { KeytrailError } from '../errors.js';
import { members, parseTime } from '../queries/parameters.js';
import type { Selection } from '../s3/selection.js';
import type { ScopeFlags } from './settings.js';

/** The objects asked for, by flag or job: times checked, lists taken apart. What was not given is absent. */
export function selectionOf(flags: ScopeFlags, now: Date): Omit<Selection, 'logs'> {
  const { accounts, regions } = flags;
  const from = flags.from === undefined ? undefined : parseTime(flags.from, 'from', now);
  const to = flags.to === undefined ? undefined : parseTime(flags.to, 'to', now);
  if (from !== undefined && to !== undefined && from >= to)
    throw new KeytrailError('bad_parameter', `from (${from}) is not before to (${to})`, {
      hint: 'Swap them, or leave one out.',
    });
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(accounts === undefined ? {} : { accounts: members(accounts) }),
    ...(regions === undefined ? {} : { regions: members(regions) }),
  };
}
