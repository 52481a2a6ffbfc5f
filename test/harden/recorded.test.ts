import { DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import {
  GenerateCredentialReportCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
} from '@aws-sdk/client-iam';
import { GetMacieSessionCommand } from '@aws-sdk/client-macie2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { hardenMarkdown, hardenText } from '../../src/cli/output/harden.js';
import { createHardenClients } from '../../src/harden/clients.js';
import type { HardenReport } from '../../src/harden/finding.js';
import { type HardenOptions, harden } from '../../src/harden/run.js';

const region = 'us-east-1';
const accountId = '111122223333';

describe('recorded shapes: what moto lacks', () => {
  let options: Omit<HardenOptions, 'only'>;
  beforeEach(() => {
    const clients = createHardenClients({
      endpoint: 'http://127.0.0.1:9',
      region,
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    const now = new Date('2026-03-20T00:00:00Z');
    options = { clients, accountId, regions: [region], now, maxKeyAge: 90, unused: 45, keyIds: [] };
  });
  const failure = (name: string, message: string): Error => Object.assign(new Error(message), { name });

  test('Macie on, paused, off, and a permission that is missing', async () => {
    const macie = mockClient(options.clients.in(region).macie);
    const look = () => harden({ ...options, only: ['macie'] });
    macie.on(GetMacieSessionCommand).resolves({ status: 'ENABLED' });
    expect(await look()).toMatchObject({ findings: [], unknown: [] });
    macie.on(GetMacieSessionCommand).resolves({ status: 'PAUSED' });
    expect((await look()).findings).toMatchObject([{ finding: 'Macie is paused', severity: 'medium' }]);
    macie.on(GetMacieSessionCommand).rejects(failure('AccessDeniedException', 'Macie is not enabled.'));
    expect(await look()).toMatchObject({ findings: [{ finding: 'Macie is off' }], unknown: [] });
    macie
      .on(GetMacieSessionCommand)
      .rejects(failure('AccessDeniedException', 'User: u is not authorized to perform: macie2:GetMacieSession'));
    expect(await look()).toMatchObject({
      findings: [],
      unknown: [
        { id: 'macie', region, permission: 'macie2:GetMacieSession', reason: expect.stringContaining('User: u') },
      ],
    });
  });

  test('root with a key and no MFA', async () => {
    mockClient(options.clients.iam)
      .on(GetAccountSummaryCommand)
      .resolves({ SummaryMap: { AccountAccessKeysPresent: 1, AccountMFAEnabled: 0 } });
    const { findings } = await harden({ ...options, only: ['root-mfa', 'root-keys'] });
    expect(findings.map(({ severity, id }) => `${severity} ${id}`)).toEqual([
      'critical root-keys',
      'critical root-mfa',
    ]);
  });

  const header =
    'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date';
  test.each([
    ['2026-03-12T09:00:00+00:00', 'N/A', ['root was used 7 days ago']],
    ['no_information', '2026-03-18T00:00:00+00:00', ['root was used 2 days ago']],
    ['2025-03-12T09:00:00+00:00', 'N/A', []],
    ['no_information', 'N/A', []],
  ])('root’s password last used %s, its key %s', async (password, key, expected) => {
    const root = `<root_account>,arn:aws:iam::${accountId}:root,2019-01-01T00:00:00+00:00,not_supported,${password},not_supported,not_supported,true,true,N/A,${key}`;
    const other = `a,arn:aws:iam::${accountId}:user/a,2019-01-01T00:00:00+00:00,true,2026-03-19T00:00:00+00:00,N/A,N/A,true,true,N/A,N/A`;
    mockClient(options.clients.iam)
      .on(GenerateCredentialReportCommand)
      .resolves({ State: 'COMPLETE' })
      .on(GetCredentialReportCommand)
      .resolves({ Content: new TextEncoder().encode([header, other, root].join('\n')) });
    const { findings } = await harden({ ...options, only: ['root-use'] });
    expect(findings.map(({ finding }) => finding)).toEqual(expected);
  });

  test('a Region whose endpoint is not there is unknown, and so are the enabled Regions', async () => {
    const { regions: _, ...anywhere } = options;
    const report = await harden({ ...anywhere, only: ['guardduty'] });
    expect(report.regions).toEqual([region]);
    expect(report.findings).toEqual([]);
    expect(report.unknown.map(({ id, permission }) => [id, permission])).toEqual([
      ['regions', null],
      ['guardduty', null],
    ]);
  });

  test('a trail of the organization whose log group is another account’s', async () => {
    mockClient(options.clients.in(region).cloudTrail)
      .on(DescribeTrailsCommand)
      .resolves({
        trailList: [
          {
            TrailARN: `arn:aws:cloudtrail:${region}:999988887777:trail/org`,
            IsMultiRegionTrail: true,
            CloudWatchLogsLogGroupArn: `arn:aws:logs:${region}:999988887777:log-group:org:*`,
          },
        ],
      });
    const { findings, unknown } = await harden({ ...options, only: ['alarms'] });
    expect(findings).toEqual([]);
    expect(unknown).toMatchObject([{ id: 'alarms', reason: expect.stringContaining('account 999988887777') }]);
  });
});

test('text of AWS is shown, never obeyed', () => {
  const hostile = 'a\u001b[31m`|\n<b>\u202e';
  const report: HardenReport = {
    accountId,
    regions: [region],
    checks: ['role-trust'],
    findings: [
      { id: 'role-trust', severity: 'high', region, resource: hostile, finding: hostile, risk: 'R.', fix: hostile },
    ],
    unknown: [{ id: 'macie', region, reason: hostile, permission: null }],
  };
  const table = hardenText(report, { width: Number.POSITIVE_INFINITY, colour: false });
  const markdown = hardenMarkdown(report);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not come through.
  for (const text of [table, markdown]) expect(text).not.toMatch(/[\u001b\u202e]/);
  expect(markdown).not.toMatch(/^\|.*[^\\](<b>|`)/m);
  expect(
    markdown
      .split('\n')
      .filter((line) => line.startsWith('| high'))[0]
      ?.match(/[^\\]\|/g),
  ).toHaveLength(5);
});
