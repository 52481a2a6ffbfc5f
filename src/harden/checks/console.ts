import { GetLoginProfileCommand, paginateListMFADevices } from '@aws-sdk/client-iam';
import { collected } from '../../contain/account/paging.js';
import type { AccountCheck } from '../check.js';
import { awsCommand } from '../command.js';
import { gathered, noSuchEntity, readIfThere } from '../read.js';

export const consoleMfa: AccountCheck = {
  id: 'console-mfa',
  title: 'Users with a password and without MFA',
  scope: 'account',
  risk: 'A password is all it takes: whoever has it signs in, and may make keys that outlive the incident.',
  async *run(account) {
    const { iam } = account.clients;
    const unprotected = await gathered(await account.users(), async ({ UserName = '' }) => {
      const profile = await readIfThere('iam:GetLoginProfile', noSuchEntity, () =>
        iam.send(new GetLoginProfileCommand({ UserName })),
      );
      if (profile === null) return null;
      const devices = await readIfThere('iam:ListMFADevices', noSuchEntity, () =>
        collected(paginateListMFADevices({ client: iam }, { UserName }), ({ MFADevices }) => MFADevices),
      );
      return devices?.length === 0 ? UserName : null;
    });
    for (const userName of unprotected)
      if (userName !== null)
        yield {
          severity: 'high',
          resource: userName,
          finding: 'has a console password and no MFA device',
          // Only the user can enrol a device; until then nobody gets in by the password alone.
          fix: awsCommand('iam delete-login-profile', { 'user-name': userName }),
        };
  },
};
