import { setTimeout } from 'node:timers/promises';
import {
  GenerateCredentialReportCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { KeytrailError } from '../../errors.js';
import type { Account } from '../account.js';
import type { AccountCheck } from '../check.js';
import { awsCommand } from '../command.js';
import { read } from '../read.js';

async function summaryOf({ clients: { iam } }: Account): Promise<Partial<Record<string, number>>> {
  const { SummaryMap = {} } = await read('iam:GetAccountSummary', () => iam.send(new GetAccountSummaryCommand({})));
  return SummaryMap;
}

export const rootKeys: AccountCheck = {
  id: 'root-keys',
  title: 'Access keys of root',
  scope: 'account',
  risk: 'No policy of the account limits a key of root: once it leaks, nothing here can deny it anything.',
  async *run(account) {
    if (((await summaryOf(account)).AccountAccessKeysPresent ?? 0) > 0)
      yield {
        severity: 'critical',
        resource: 'root',
        finding: 'root has an access key',
        fix: `${awsCommand('iam delete-access-key')} --access-key-id KEY_ID (as root; list-access-keys names it)`,
      };
  },
};

export const rootMfa: AccountCheck = {
  id: 'root-mfa',
  title: 'MFA of root',
  scope: 'account',
  risk: 'Whoever gets into root’s mailbox resets its password, and then owns the account.',
  async *run(account) {
    if (((await summaryOf(account)).AccountMFAEnabled ?? 0) === 0)
      yield {
        severity: 'critical',
        resource: 'root',
        finding: 'root has no MFA device',
        fix: `${awsCommand('iam enable-mfa-device')} --user-name root --serial-number SERIAL --authentication-code1 CODE --authentication-code2 NEXT_CODE (as root, or in the console under Security credentials)`,
      };
  },
};

/** CIS AWS Foundations 1.7 wants root used for nothing daily. */
const quietDays = 30;

/** Columns of the credential report that say when root was used (IAM user guide: Getting credential reports). */
const uses = ['password_last_used', 'access_key_1_last_used_date', 'access_key_2_last_used_date'];

export const rootUse: AccountCheck = {
  id: 'root-use',
  title: 'Use of root',
  scope: 'account',
  risk: 'Root that is used day by day is typed, stored and phished day by day; its use should raise an alarm.',
  async *run(account) {
    const root = rootRow(await credentialReport(account.clients.iam));
    const used = uses
      .map((name) => new Date(root.get(name) ?? ''))
      .filter((time) => !Number.isNaN(time.getTime()))
      .sort((a, b) => b.getTime() - a.getTime())[0];
    if (used !== undefined && account.daysSince(used) < quietDays)
      yield {
        severity: 'medium',
        resource: 'root',
        finding: `root was used ${account.daysSince(used)} days ago`,
        fix: awsCommand('cloudtrail lookup-events', {
          'lookup-attributes': 'AttributeKey=Username,AttributeValue=root',
          region: 'us-east-1',
        }),
      };
  },
};

/** The report as IAM has it, four hours old at the most. */
async function credentialReport(iam: IAMClient): Promise<string> {
  for (let asked = 0; asked < 10; asked++) {
    const { State } = await read('iam:GenerateCredentialReport', () =>
      iam.send(new GenerateCredentialReportCommand({})),
    );
    if (State === 'COMPLETE') {
      const { Content } = await read('iam:GetCredentialReport', () => iam.send(new GetCredentialReportCommand({})));
      return new TextDecoder().decode(Content);
    }
    await setTimeout(1000);
  }
  throw new KeytrailError('aws_failed', 'IAM has not finished the credential report; run the check again');
}

/** Root's line; none of its values holds a comma. Empty where the report has none. */
function rootRow(report: string): Map<string, string> {
  const [header = '', ...lines] = report.split('\n');
  const values = lines.find((line) => line.startsWith('<root_account>,'))?.split(',') ?? [];
  return new Map(header.split(',').map((name, place) => [name, values[place] ?? '']));
}
