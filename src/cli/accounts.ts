import type { MemberAccount } from '../contain/accounts/list.js';
import type { ContainClients } from '../contain/clients.js';
import { KeytrailError } from '../errors.js';
import type { Context } from './context.js';
import { openClients, type ResponderFlags } from './responder.js';

export interface Accounts {
  accounts: MemberAccount[];
  /** The responder's own. */
  clients: ContainClients;
  open(accountId: string): Promise<ContainClients>;
}

/**
 * The accounts that `--accounts` names (none: no flag), and the way into each: the responder's own credentials in its own
 * account, in others the role of `--assume-role`.
 */
export async function openAccounts(
  named: string | undefined,
  flags: ResponderFlags,
  context: Context,
): Promise<Accounts> {
  const [{ listAccounts }, { observeCaller }, { ask }] = await Promise.all([
    import('../contain/accounts/list.js'),
    import('../contain/identify.js'),
    import('../contain/aws.js'),
  ]);
  const { assumeRole, ...own } = flags;
  if (assumeRole?.startsWith('arn:'))
    throw new KeytrailError('usage', `--assume-role ${assumeRole} is in one account`, {
      hint: 'Give the name of a role that every account has.',
    });
  const clients = await openClients(own, context);
  const caller = await observeCaller(clients);
  const accounts = named === undefined ? [] : named === 'all' ? await listAccounts(clients) : parsed(named);
  const open = async (accountId: string): Promise<ContainClients> => {
    if (accountId === caller.accountId) return clients;
    if (assumeRole === undefined)
      throw new KeytrailError('guard_refused', `no role was named to go to account ${accountId} by`, {
        hint: 'Name one that every account has: --assume-role NAME.',
      });
    const there = await openClients(flags, context, accountId);
    // Before anything else is asked, so that a refusal names what is missing.
    await ask('sts:AssumeRole', () => there.sts.config.credentials());
    return there;
  };
  return { accounts, clients, open };
}

function parsed(named: string): MemberAccount[] {
  const ids = named.split(',').map((id) => id.trim());
  const wrong = ids.find((id) => !/^\d{12}$/.test(id));
  if (wrong !== undefined)
    throw new KeytrailError('usage', `--accounts: ${JSON.stringify(wrong.slice(0, 64))} is no account`, {
      hint: 'Give ids of 12 digits, separated by commas, or all.',
    });
  return [...new Set(ids)].sort().map((id) => ({ id, name: null }));
}
