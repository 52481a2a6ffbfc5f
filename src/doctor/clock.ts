import { type Finding, fail, ok, warn } from './finding.js';

/** AWS refuses requests that are further off ("Signature Version 4: RequestTimeTooSkewed", 5 to 15 minutes by service). */
const tooFar = 300;
const far = 30;

/** This machine's clock against another's, both in milliseconds; that one tells whole seconds. */
export function clock(whose: string, theirs: number, ours: Date): Finding {
  const seconds = Math.round((ours.getTime() - theirs) / 1000);
  const off = Math.abs(seconds);
  const detail = `${off} s ${seconds < 0 ? 'behind' : 'ahead of'} ${whose}`;
  const fix = 'Set it and keep it right: timedatectl set-ntp true, or chronyc makestep.';
  if (!Number.isFinite(seconds) || off <= 2) return ok('clock', `as ${whose}'s`);
  if (off > tooFar) return fail('clock', detail, fix);
  return off > far ? warn('clock', detail, fix) : ok('clock', detail);
}
