import { KeytrailError, reasonOf } from '../errors.js';

/** What `doctor` says of one thing. Nothing in it is a secret. */
export interface Finding {
  what: string;
  /** `warn`: works, and may not go on so; `FAIL`: a command that needs this will fail. */
  level: 'ok' | 'warn' | 'FAIL';
  detail: string;
  /** What to do about it, as an imperative sentence or a command. */
  fix?: string;
}

export const ok = (what: string, detail: string): Finding => ({ what, level: 'ok', detail });
export const warn = (what: string, detail: string, fix: string): Finding => ({ what, level: 'warn', detail, fix });
export const fail = (what: string, detail: string, fix: string): Finding => ({ what, level: 'FAIL', detail, fix });

/** What an error says, and its hint as the fix. */
export function failed(what: string, error: unknown, fix = 'See what it says; KEYTRAIL_DEBUG=1 shows more.'): Finding {
  return {
    ...fail(what, reasonOf(error), fix),
    ...(error instanceof KeytrailError && error.hint ? { fix: error.hint } : {}),
  };
}

/** Findings of a check, or the one that it could not be made. */
export async function checked(what: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [failed(what, error)];
  }
}
