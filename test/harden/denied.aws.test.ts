import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HardenReport } from '../../src/harden/finding.js';
import { runCli } from '../cli/run-cli.js';
import { Account } from '../contain/account.js';
import { describeWith } from '../services/index.js';

describeWith('aws', 'keytrail harden, IAM enforced', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  test('what may not be read is unknown, each check with the permission that it lacks', async () => {
    const auditor = await account.addUser('auditor', ['sts:GetCallerIdentity', 'iam:GetAccountPasswordPolicy']);
    const args = ['harden', '--endpoint-url', account.endpoint, '--format', 'json', '--key', auditor.accessKeyId];
    const { code, stdout, stderr } = await runCli(args, {
      AWS_ACCESS_KEY_ID: auditor.accessKeyId,
      AWS_SECRET_ACCESS_KEY: auditor.secretAccessKey,
    });
    expect(code, stderr).toBe(3);
    const report = JSON.parse(stdout) as HardenReport;
    expect(report.regions).toEqual(['us-east-1']);
    expect(report.findings.map(({ id }) => id)).toEqual(['password-policy']);
    const lacking = Object.fromEntries(report.unknown.map(({ id, permission }) => [id, permission]));
    expect(lacking).toEqual({
      regions: 'ec2:DescribeRegions',
      'root-keys': 'iam:GetAccountSummary',
      'root-mfa': 'iam:GetAccountSummary',
      'root-use': 'iam:GenerateCredentialReport',
      'console-mfa': 'iam:ListUsers',
      'old-keys': 'iam:ListUsers',
      'unused-keys': 'iam:ListUsers',
      'administrator-keys': 'iam:GetAccountAuthorizationDetails',
      administrators: 'iam:GetAccountAuthorizationDetails',
      'role-trust': 'iam:GetAccountAuthorizationDetails',
      imdsv1: 'ec2:DescribeInstances',
      trail: 'cloudtrail:DescribeTrails',
      alarms: 'cloudtrail:DescribeTrails',
      'key-alarms': 'cloudtrail:DescribeTrails',
      guardduty: 'guardduty:ListDetectors',
      macie: 'macie2:GetMacieSession',
      'config-recorder': 'config:DescribeConfigurationRecorderStatus',
    });
  });

  test('credentials that AWS does not take end the command in a line', async () => {
    const { code, stdout, stderr } = await runCli(['harden', '--endpoint-url', account.endpoint], {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wrong',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/--profile/);
  });
});
