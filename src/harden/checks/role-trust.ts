import type { AccountCheck } from '../check.js';
import { awsCommand } from '../command.js';
import { severities } from '../finding.js';
import { parsePolicy } from '../policy.js';
import { trustFaults } from '../trust.js';

export const roleTrust: AccountCheck = {
  id: 'role-trust',
  title: 'Roles that strangers may assume',
  scope: 'account',
  risk: 'A role that strangers may assume needs no leaked key at all: it is a way back in that no rotation closes.',
  async *run(account) {
    const { roles } = await account.authorization();
    for (const { RoleName = '', Arn = '', AssumeRolePolicyDocument = '{}' } of roles) {
      const policy = parsePolicy(AssumeRolePolicyDocument, `the trust policy of ${RoleName}`);
      const faults = trustFaults(policy, account.accountId, Arn.split(':')[1] || 'aws');
      const found = faults.filter((fault) => fault !== null);
      if (found.length === 0) continue;
      const mended = {
        ...policy,
        Statement: policy.Statement.map((statement, place) => faults[place]?.mended ?? statement),
      };
      yield {
        severity: severities.find((severity) => found.some((fault) => fault.severity === severity))!,
        resource: RoleName,
        finding: found.map(({ finding }) => finding).join('; '),
        fix: awsCommand('iam update-assume-role-policy', {
          'role-name': RoleName,
          'policy-document': JSON.stringify(mended),
        }),
      };
    }
  },
};
