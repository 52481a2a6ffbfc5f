import { paginateListAccounts } from '@aws-sdk/client-organizations';
import { collected } from '../account/paging.js';
import { ask, type ContainClients } from '../aws.js';

export interface MemberAccount {
  id: string;
  /** As the organization has it; null where only the id is known. */
  name: string | null;
}

/**
 * The accounts of the caller's organization that are active, by id. Only the management account, or one that it delegates
 * to, is told ("ListAccounts"). Throws what `ask` throws.
 */
export async function listAccounts({ organizations }: Pick<ContainClients, 'organizations'>): Promise<MemberAccount[]> {
  const accounts = await ask('organizations:ListAccounts', () =>
    collected(paginateListAccounts({ client: organizations }, {}), (page) => page.Accounts),
  );
  return (
    accounts
      // AWS retires Status for State, which has more values; older answers have no State.
      .filter(({ State, Status }) => (State ?? Status) === 'ACTIVE')
      .map(({ Id = '', Name = '' }) => ({ id: Id, name: Name || null }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  );
}
