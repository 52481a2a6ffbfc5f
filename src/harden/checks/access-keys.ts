import type { ActiveKey } from '../account.js';
import type { AccountCheck } from '../check.js';
import { awsCommand } from '../command.js';

const deactivate = ({ userName, id }: ActiveKey): string =>
  awsCommand('iam update-access-key', { 'user-name': userName, 'access-key-id': id, status: 'Inactive' });

export const oldKeys: AccountCheck = {
  id: 'old-keys',
  title: 'Access keys that were not rotated',
  scope: 'account',
  risk: 'A key that leaked unnoticed works until it is rotated; the older it is, the more places hold a copy.',
  async *run(account) {
    for (const key of await account.activeKeys()) {
      const age = account.daysSince(key.created);
      if (age > account.options.maxKeyAge)
        yield {
          severity: 'medium',
          resource: `${key.userName} ${key.id}`,
          finding: `made ${age} days ago (allowed: ${account.options.maxKeyAge}); give its applications a new one first`,
          fix: deactivate(key),
        };
    }
  },
};

export const unusedKeys: AccountCheck = {
  id: 'unused-keys',
  title: 'Access keys that nobody uses',
  scope: 'account',
  risk: 'Nobody notices the loss of a key that nobody uses, and nobody misses it when it is gone.',
  async *run(account) {
    for (const key of await account.activeKeys()) {
      const idle = account.daysSince(key.lastUsed ?? key.created);
      if (idle > account.options.unused)
        yield {
          severity: 'medium',
          resource: `${key.userName} ${key.id}`,
          finding: `${key.lastUsed === null ? 'never used since it was made' : 'last used'} ${idle} days ago (allowed: ${account.options.unused})`,
          fix: deactivate(key),
        };
    }
  },
};
