import { KeytrailError } from '../../errors.js';
import type { Trace } from '../../model/trace.js';
import { observe } from '../account/observe.js';
import { readRegions } from '../account/regions.js';
import type { ContainClients } from '../clients.js';
import { identify, observeCaller } from '../identify.js';
import { makePlan, type Plan, type PlanOptions } from '../plan.js';
import { targetsOf } from '../target.js';
import { foreignIdentity } from './foreign.js';
import type { MemberAccount } from './list.js';
import { reachOf } from './reach.js';

/**
 * - `planned`, `refused`: there is a plan; a guard refuses it. - `untouched`: nothing leads there.
 * - `unread`: the account could not be read. - `not-asked`: something leads there, and it is not among the accounts.
 */
export type AccountOutcome = 'planned' | 'refused' | 'untouched' | 'unread' | 'not-asked';

export interface AccountPlan {
  account: MemberAccount;
  outcome: AccountOutcome;
  /** What leads there: a clause each. */
  leads: string[];
  plan: Plan | null;
  /** Why there is no plan, or why it is refused; otherwise empty. */
  reason: string;
}

export interface AccountsRequest {
  keyId: string;
  trace: Trace;
  /** The account of the key; null where nobody knows. */
  home: string | null;
  accounts: readonly MemberAccount[];
  /** Clients of a responder in an account. What it throws is why that account is not read. */
  open(accountId: string): Promise<ContainClients>;
  /** From when on what was made with the key is swept; null: not at all. */
  sweepSince: string | null;
  /** Where instances are sought; null: in all Regions that are enabled. */
  regions: readonly string[] | null;
  /** All else that a plan is made with. */
  plan: Omit<PlanOptions, 'identity' | 'targets' | 'notCovered' | 'regions' | 'trace'>;
  onProgress?: (accountId: string) => void;
}

/**
 * A plan for each account that a credential leads to: in its own, of the credential; in others, of the roles that were
 * assumed with it and of what was made there. Accounts are read one after the other; one that can't be does not keep the
 * others from it. Throws nothing of AWS.
 */
export async function planAccounts(request: AccountsRequest): Promise<AccountPlan[]> {
  const { accounts, trace, home, sweepSince } = request;
  const reach = reachOf(trace, home, sweepSince);
  const known = new Map(accounts.map((account) => [account.id, account]));
  const results: AccountPlan[] = [];
  for (const id of [...new Set([...known.keys(), ...reach.keys()])].sort()) {
    const leads = reach.get(id) ?? [];
    const account = known.get(id);
    if (account === undefined) {
      const reason = 'it is not among the accounts that were asked for, or not in the organization';
      results.push({ account: { id, name: null }, outcome: 'not-asked', leads, plan: null, reason });
    } else if (leads.length === 0) {
      results.push({ account, outcome: 'untouched', leads, plan: null, reason: '' });
    } else {
      request.onProgress?.(id);
      results.push({ account, leads, ...(await planned(request, id)) });
    }
  }
  return results;
}

async function planned(
  request: AccountsRequest,
  accountId: string,
): Promise<Pick<AccountPlan, 'outcome' | 'plan' | 'reason'>> {
  try {
    const plan = await planAccount(request, accountId);
    const reason = plan.refusals.map((refusal) => refusal.reason).join('; ');
    return { outcome: reason === '' ? 'planned' : 'refused', plan, reason };
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    const hint = error.hint === undefined ? '' : `. ${error.hint}`;
    return { outcome: 'unread', plan: null, reason: `${error.message}${hint}` };
  }
}

async function planAccount(request: AccountsRequest, accountId: string): Promise<Plan> {
  const { keyId, trace, home, sweepSince } = request;
  const clients = await request.open(accountId);
  const caller = await observeCaller(clients);
  if (caller.accountId !== accountId) {
    throw new KeytrailError(
      'guard_refused',
      `the credentials are of account ${caller.accountId}, not of ${accountId}`,
      {
        hint: 'Name a role that every account has: --assume-role NAME.',
      },
    );
  }
  const identity =
    accountId === home ? await identify(clients, { keyId, trace }) : foreignIdentity(keyId, trace, caller);
  const found = targetsOf(identity, trace, sweepSince);
  const hasRoles = found.targets.some(({ kind }) => kind === 'role');
  const regions = request.regions ?? (hasRoles ? await readRegions(clients).catch(() => [clients.region]) : []);
  const state = await observe(clients, { identity, targets: found.targets, regions });
  return makePlan(state, { ...request.plan, ...found, identity, regions, trace });
}
