import type { Trace } from '../../model/trace.js';
import { accountAndName } from '../target.js';

/** What leads to an account: a clause each, in a stable order. */
export type Reach = ReadonlyMap<string, string[]>;

/**
 * The accounts that a credential leads to, by id: its own, those of roles that were assumed with it, and those in which
 * something was made with it from `since` on. Pure.
 */
export function reachOf(trace: Trace, home: string | null, since: string | null): Reach {
  const reach = new Map<string, string[]>();
  const add = (account: string, why: string) => {
    if (!/^\d{12}$/.test(account)) return;
    const known = reach.get(account) ?? [];
    if (!known.includes(why)) reach.set(account, [...known, why]);
  };
  if (home !== null) add(home, `${trace.keyId} is its own`);
  for (const { arn } of trace.roles) {
    const [account, name] = accountAndName(arn);
    if (account !== home) add(account, `role ${name} was assumed`);
  }
  for (const { kind, name, accountId, time } of trace.created) {
    if (accountId !== home && since !== null && time >= since) add(accountId, `${kind} ${name} was made`);
  }
  return new Map([...reach].sort(([a], [b]) => (a < b ? -1 : 1)));
}
