import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLogGroupCommand, PutMetricFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import { DescribeImagesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateDetectorCommand } from '@aws-sdk/client-guardduty';
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetRoleCommand,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DisableMacieCommand } from '@aws-sdk/client-macie2';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cisWatches, keyWatches } from '../../src/harden/alarms.js';
import { createHardenClients, type HardenClients } from '../../src/harden/clients.js';
import type { HardenReport } from '../../src/harden/finding.js';
import { accountOf } from '../../src/harden/regions.js';
import { type HardenOptions, harden } from '../../src/harden/run.js';
import { runCli } from '../cli/run-cli.js';
import { describeWith, startAws } from '../services/index.js';

const region = 'us-east-1';
const elsewhere = 'eu-west-1';
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const soon = (days: number): Date => new Date(Date.now() + days * 86_400_000);

describeWith('aws', 'keytrail harden', () => {
  let aws: Awaited<ReturnType<typeof startAws>>;
  let clients: HardenClients;
  let accountId: string;
  beforeAll(async () => {
    aws = await startAws();
    clients = createHardenClients({ endpoint: aws.endpoint, region, credentials, maxAttempts: 1 });
    accountId = await accountOf(clients);
  });
  afterAll(() => aws.stop());

  const look = (only: string[], more: Partial<HardenOptions> = {}): Promise<HardenReport> =>
    harden({
      clients,
      accountId,
      regions: [region, elsewhere],
      now: new Date(),
      maxKeyAge: 90,
      unused: 45,
      keyIds: [],
      only,
      ...more,
    });
  /** What is found: `severity id region resource`. */
  const found = async (only: string[], more?: Partial<HardenOptions>): Promise<string[]> => {
    const report = await look(only, more);
    expect(report.unknown).toEqual([]);
    return report.findings.map(({ severity, id, region: where, resource }) => `${severity} ${id} ${where} ${resource}`);
  };
  const user = async (UserName: string): Promise<string> => {
    await clients.iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand({ UserName }));
    return AccessKey!.AccessKeyId!;
  };
  const role = (RoleName: string, statement: object) =>
    clients.iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
        }),
      }),
    );

  test('a password policy: none, a weak one, and one as its own fix sets it', async () => {
    const none = await look(['password-policy']);
    expect(none.findings[0]?.finding).toContain('there is none');
    await clients.iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 16, MaxPasswordAge: 30 }));
    const [weak] = (await look(['password-policy'])).findings;
    expect(weak?.finding).toMatch(/0 old passwords are remembered.*symbols are not required/);
    expect(weak?.finding).not.toMatch(/characters long|expire/);
    // What was stricter stays.
    expect(weak?.fix).toContain('--minimum-password-length 16 --password-reuse-prevention 24 --max-password-age 30');
    await clients.iam.send(
      new UpdateAccountPasswordPolicyCommand({
        MinimumPasswordLength: 16,
        PasswordReusePrevention: 24,
        MaxPasswordAge: 30,
        RequireLowercaseCharacters: true,
        RequireUppercaseCharacters: true,
        RequireNumbers: true,
        RequireSymbols: true,
        AllowUsersToChangePassword: true,
      }),
    );
    expect(await found(['password-policy'])).toEqual([]);
  });

  test('keys grow old and unused by the days given; inactive ones are left alone', async () => {
    const keyId = await user('ci');
    const idle = await user('idle');
    await clients.iam.send(new UpdateAccessKeyCommand({ UserName: 'idle', AccessKeyId: idle, Status: 'Inactive' }));
    expect(await found(['old-keys', 'unused-keys'])).toEqual([]);
    expect(await found(['old-keys', 'unused-keys'], { now: soon(60) })).toEqual([
      `medium unused-keys global ci ${keyId}`,
    ]);
    const late = await look(['old-keys', 'unused-keys'], { now: soon(91), unused: 100 });
    expect(late.findings).toMatchObject([{ id: 'old-keys', resource: `ci ${keyId}` }]);
    expect(late.findings[0]?.fix).toBe(
      `aws iam update-access-key --user-name ci --access-key-id ${keyId} --status Inactive`,
    );
  });

  test('a console password without MFA', async () => {
    for (const UserName of ['signs-in', 'signs-in-safely']) {
      await clients.iam.send(new CreateUserCommand({ UserName }));
      await clients.iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct-horse-7!' }));
    }
    const { VirtualMFADevice } = await clients.iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'safe' }),
    );
    await clients.iam.send(
      new EnableMFADeviceCommand({
        UserName: 'signs-in-safely',
        SerialNumber: VirtualMFADevice!.SerialNumber!,
        AuthenticationCode1: '123456',
        AuthenticationCode2: '654321',
      }),
    );
    expect(await found(['console-mfa'])).toEqual(['high console-mfa global signs-in']);
  });

  test('root: no MFA here; its use is read from the credential report', async () => {
    expect(await found(['root-keys', 'root-mfa', 'root-use'])).toEqual(['critical root-mfa global root']);
  });

  test('trust of strangers; the policy that mends it leaves nothing to find', async () => {
    const gitHub = `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`;
    await role('open', { Principal: { AWS: '*' } });
    await role('partner', { Principal: { AWS: 'arn:aws:iam::999988887777:root' } });
    await role('deploy', { Principal: { Federated: gitHub }, Action: 'sts:AssumeRoleWithWebIdentity' });
    await role('own', { Principal: { AWS: `arn:aws:iam::${accountId}:root` } });
    const report = await look(['role-trust']);
    expect(report.findings.map(({ severity, resource }) => `${severity} ${resource}`)).toEqual([
      'critical deploy',
      'critical open',
      'medium partner',
    ]);
    for (const { resource, fix } of report.findings) {
      const PolicyDocument = /--policy-document '(.*)'$/.exec(fix)![1]!;
      await clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: resource, PolicyDocument }));
      expect((await clients.iam.send(new GetRoleCommand({ RoleName: resource }))).Role).toBeDefined();
    }
    expect(await found(['role-trust'])).toEqual([]);
  });

  test('administrators are counted, and their keys named', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const keyId = await user('admin-0');
    await clients.iam.send(new AttachUserPolicyCommand({ UserName: 'admin-0', PolicyArn }));
    expect(await found(['administrators', 'administrator-keys'])).toEqual([
      `high administrator-keys global admin-0 ${keyId}`,
    ]);
    for (const RoleName of ['admin-1', 'admin-2', 'admin-3']) {
      await role(RoleName, { Principal: { Service: 'ec2.amazonaws.com' } });
      await clients.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    const [many] = (await look(['administrators'])).findings;
    expect(many?.finding).toMatch(/^4 users and roles.*user admin-0, role admin-\d/);
  });

  test('a trail, its alarms, and those of a key', async () => {
    expect(await found(['trail'])).toEqual([`high trail global ${accountId}`]);
    const s3 = new S3Client({ endpoint: aws.endpoint, region, credentials, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'trail-files' }));
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: 'trail-files',
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::trail-files/*' },
          ],
        }),
      }),
    );
    const { logs, cloudWatch } = clients.in(elsewhere);
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'trail-records' }));
    // Its home is not the first Region that is asked.
    const cloudTrail = new CloudTrailClient({ endpoint: aws.endpoint, region: elsewhere, credentials });
    await cloudTrail.send(
      new CreateTrailCommand({
        Name: 'all',
        S3BucketName: 'trail-files',
        IsMultiRegionTrail: true,
        EnableLogFileValidation: false,
        CloudWatchLogsLogGroupArn: `arn:aws:logs:${elsewhere}:${accountId}:log-group:trail-records:*`,
        CloudWatchLogsRoleArn: `arn:aws:iam::${accountId}:role/open`,
      }),
    );
    await cloudTrail.send(
      new PutEventSelectorsCommand({
        TrailName: 'all',
        EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }],
      }),
    );
    expect(await found(['trail'])).toEqual([
      `high trail ${elsewhere} all`,
      `high trail ${elsewhere} all`,
      `medium trail ${elsewhere} all`,
    ]);
    await cloudTrail.send(new StartLoggingCommand({ Name: 'all' }));
    await cloudTrail.send(
      new PutEventSelectorsCommand({
        TrailName: 'all',
        EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }],
      }),
    );
    expect(await found(['trail'])).toEqual([`medium trail ${elsewhere} all`]);

    const keyIds = ['AKIAIOSFODNN7EXAMPLE'];
    const [bare] = (await look(['alarms'])).findings;
    expect(bare).toMatchObject({ region: elsewhere, resource: 'trail-records' });
    expect(bare?.finding).toMatch(/\(CIS 4\.1\).*\(CIS 4\.15\)/);
    for (const { name, pattern } of [...cisWatches, ...keyIds.flatMap(keyWatches)]) {
      const metric = { metricName: name, metricNamespace: 'Watched', metricValue: '1' };
      await logs.send(
        new PutMetricFilterCommand({
          logGroupName: 'trail-records',
          filterName: name,
          filterPattern: pattern,
          metricTransformations: [metric],
        }),
      );
      await cloudWatch.send(
        new PutMetricAlarmCommand({
          AlarmName: name,
          MetricName: name,
          Namespace: 'Watched',
          Statistic: 'Sum',
          Period: 300,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          // Nobody hears the one on root.
          AlarmActions: name === 'RootUse' ? [] : [`arn:aws:sns:${elsewhere}:${accountId}:alarms`],
        }),
      );
    }
    const [left] = (await look(['alarms'])).findings;
    expect(left?.finding).toBe('no alarm on: Use of root (CIS 4.3)');
    expect(await found(['key-alarms'], { keyIds })).toEqual([]);
    expect(await found(['key-alarms'], { keyIds: ['AKIAZZZZZZZZZZZZZZZZ'] })).toEqual([
      `medium key-alarms ${elsewhere} trail-records`,
    ]);
  });

  test('detectors, Region by Region', async () => {
    const ids = ['guardduty', 'macie', 'config-recorder'];
    const { guardDuty, config } = clients.in(region);
    // moto has Macie on, and says so in a form that the SDK can't read: see recorded.test.ts.
    for (const where of [region, elsewhere]) await clients.in(where).macie.send(new DisableMacieCommand({}));
    expect(await found(ids)).toEqual([
      `high guardduty ${elsewhere} ${accountId}`,
      `high guardduty ${region} ${accountId}`,
      `medium macie ${elsewhere} ${accountId}`,
      `medium macie ${region} ${accountId}`,
      `medium config-recorder ${elsewhere} ${accountId}`,
      `medium config-recorder ${region} ${accountId}`,
    ]);
    await guardDuty.send(new CreateDetectorCommand({ Enable: true }));
    await config.send(
      new PutConfigurationRecorderCommand({
        ConfigurationRecorder: { name: 'default', roleARN: `arn:aws:iam::${accountId}:role/open` },
      }),
    );
    await config.send(
      new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName: 'trail-files' } }),
    );
    const stopped = await look(['config-recorder'], { regions: [region] });
    expect(stopped.findings[0]?.fix).toBe(
      'aws configservice start-configuration-recorder --configuration-recorder-name default --region us-east-1',
    );
    await config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
    expect(await found(['guardduty', 'config-recorder'], { regions: [region] })).toEqual([]);
  });

  test('instances that answer without a token', async () => {
    const { ec2 } = clients.in(region);
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({}));
    const start = (HttpTokens: 'optional' | 'required') =>
      ec2.send(
        new RunInstancesCommand({
          ImageId: Images[0]!.ImageId!,
          MinCount: 1,
          MaxCount: 1,
          MetadataOptions: { HttpTokens, HttpEndpoint: 'enabled' },
        }),
      );
    const { Instances = [] } = await start('optional');
    await start('required');
    const id = Instances[0]!.InstanceId!;
    const report = await look(['imdsv1']);
    expect(report.findings).toMatchObject([{ severity: 'medium', region, resource: id }]);
    expect(report.findings[0]?.fix).toContain(`--instance-id ${id} --http-tokens required`);
  });

  describe('on the command line', () => {
    const cli = (...args: string[]) =>
      runCli(['harden', '--endpoint-url', aws.endpoint, '--regions', `${region},${elsewhere}`, ...args], {
        AWS_ACCESS_KEY_ID: 'testing',
        AWS_SECRET_ACCESS_KEY: 'testing',
      });

    test('the same report in each format, and the same every time', async () => {
      const json = await cli('--format', 'json');
      expect(json.code, json.stderr).toBe(3);
      expect((await cli('--format', 'json')).stdout).toBe(json.stdout);
      const report = JSON.parse(json.stdout) as HardenReport;
      expect(report.regions).toEqual([elsewhere, region]);
      expect(report.findings.length).toBeGreaterThan(5);
      const table = await cli();
      const markdown = await cli('--format', 'markdown');
      for (const { id, fix } of report.findings) {
        expect(table.stdout).toContain(id);
        expect(table.stdout).toContain(fix);
        expect(markdown.stdout).toContain(`    ${fix}`);
      }
    });

    test('exit code 0 where nothing is found, or nothing grave', async () => {
      expect(await cli('--only', 'password-policy')).toMatchObject({ code: 0, stderr: '' });
      expect((await cli('--only', 'macie')).code).toBe(0);
      expect((await cli('--only', 'root-mfa')).code).toBe(3);
    });

    test.each([
      [['--only', 'nothing'], /no check "nothing".*root-keys/],
      [['--regions', 'evil.example/x'], /no Region/],
      [['--key', 'x"y'], /not an access key id/],
      [['--max-key-age', '0'], /number of days/],
    ])('%j is refused', async (args, message) => {
      const { code, stdout, stderr } = await cli(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
    });
  });
});
