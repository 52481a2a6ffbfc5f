import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, CreateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { PutMetricAlarmCommand, type PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { CreateLogGroupCommand, PutMetricFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Template } from '../../src/harden/alarm-template.js';
import { createHardenClients, type HardenClients } from '../../src/harden/clients.js';
import { describeWith, startAws } from '../services/index.js';
import { runCli } from './run-cli.js';

const region = 'us-east-1';
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const keyId = 'AKIAIOSFODNN7EXAMPLE';

/** Of EventBridge: ListRules, ListTargetsByRule. */
interface Asked {
  Rules: { Name: string; EventPattern: string }[];
  Targets: { Arn: string }[];
}

describeWith('aws', 'keytrail setup alarms', () => {
  let folder: string;
  let aws: Awaited<ReturnType<typeof startAws>>;
  let clients: HardenClients;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-alarms-'));
    aws = await startAws();
    clients = createHardenClients({ endpoint: aws.endpoint, region, credentials });
  });
  afterAll(async () => {
    await aws.stop();
    await rm(folder, { recursive: true });
  });

  const made = async (...args: string[]): Promise<{ template: Template; stderr: string }> => {
    const out = join(folder, 'alarms.json');
    const { code, stdout, stderr } = await runCli(['setup', 'alarms', ...args, '--out', out]);
    expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '' });
    return { template: JSON.parse(await readFile(out, 'utf8')) as Template, stderr };
  };
  const stack = async (StackName: string, template: Template) => {
    const client = new CloudFormationClient({ endpoint: aws.endpoint, region, credentials });
    const TemplateBody = JSON.stringify(template);
    await client.send(new ValidateTemplateCommand({ TemplateBody }));
    await client.send(new CreateStackCommand({ StackName, TemplateBody }));
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return Stacks![0]!;
  };

  test('the stack has the topic, encrypted and subscribed to, and rules that tell it', async () => {
    const { template, stderr } = await made('--email', 'security@example.org', '--log-group', 'trail-records');
    expect(stderr).toContain('aws cloudformation deploy');
    const { StackStatus, Outputs } = await stack('alarms', template);
    expect(StackStatus).toBe('CREATE_COMPLETE');
    const TopicArn = Outputs!.find(({ OutputKey }) => OutputKey === 'TopicArn')!.OutputValue!;
    const sns = new SNSClient({ endpoint: aws.endpoint, region, credentials });
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes?.KmsMasterKeyId).toBeTruthy();
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toMatchObject([{ Protocol: 'email', Endpoint: 'security@example.org' }]);
    // The SDK's client of EventBridge is none of this project's: asked in plain JSON.
    const events = async (call: string, body: object): Promise<Asked> => {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSEvents.${call}`,
        authorization: `AWS4-HMAC-SHA256 Credential=testing/20260302/${region}/events/aws4_request, SignedHeaders=host, Signature=x`,
      };
      const response = await fetch(aws.endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as Asked;
    };
    const { Rules } = await events('ListRules', {});
    const patterns = Rules.map(({ EventPattern }) => JSON.parse(EventPattern));
    expect(patterns).toContainEqual(expect.objectContaining({ source: ['aws.guardduty'] }));
    expect(patterns).toContainEqual(expect.objectContaining({ source: ['aws.macie'] }));
    for (const { Name } of Rules)
      expect((await events('ListTargetsByRule', { Rule: Name })).Targets).toMatchObject([{ Arn: TopicArn }]);
  });

  test('its filters and alarms, made by hand for moto’s stacks have none, are what harden wants', async () => {
    const { template } = await made(
      '--topic-arn',
      `arn:aws:sns:${region}:123456789012:t`,
      '--log-group',
      'trail-records',
      '--key',
      keyId,
    );
    const { logs, cloudWatch } = clients.in(region);
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'trail-records' }));
    await trailTo('trail-records');
    const harden = () =>
      runCli(
        [
          'harden',
          '--endpoint-url',
          aws.endpoint,
          '--regions',
          region,
          '--only',
          'alarms,key-alarms',
          '--key',
          keyId,
          '--format',
          'json',
        ],
        { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' },
      ).then(({ stdout }) => JSON.parse(stdout));
    expect((await harden()).findings).toHaveLength(2);
    for (const [name, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type === 'AWS::Logs::MetricFilter') {
        const [{ MetricName, MetricNamespace, MetricValue }] = Properties.MetricTransformations as [
          Record<string, string>,
        ];
        await logs.send(
          new PutMetricFilterCommand({
            logGroupName: 'trail-records',
            filterName: name,
            filterPattern: String(Properties.FilterPattern),
            metricTransformations: [
              { metricName: MetricName, metricNamespace: MetricNamespace, metricValue: MetricValue },
            ],
          }),
        );
      }
      if (Type === 'AWS::CloudWatch::Alarm')
        await cloudWatch.send(new PutMetricAlarmCommand(Properties as unknown as PutMetricAlarmCommandInput));
    }
    expect(await harden()).toMatchObject({ findings: [], unknown: [] });
  });

  async function trailTo(logGroup: string): Promise<void> {
    const s3 = new S3Client({ endpoint: aws.endpoint, region, credentials, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'trail-files' }));
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::trail-files/*' }],
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: 'trail-files', Policy }));
    await new CloudTrailClient({ endpoint: aws.endpoint, region, credentials }).send(
      new CreateTrailCommand({
        Name: 'all',
        S3BucketName: 'trail-files',
        IsMultiRegionTrail: true,
        CloudWatchLogsLogGroupArn: `arn:aws:logs:${region}:123456789012:log-group:${logGroup}:*`,
        CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/trail',
      }),
    );
  }

  test('what is missing is said; the template goes to the terminal where no file is named', async () => {
    const { code, stdout, stderr } = await runCli(['setup', 'alarms']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('Resources.TopicPolicy');
    expect(stderr).toMatch(/no --log-group[\s\S]*nobody subscribes/);
  });

  test.each([
    [['--topic-arn', 'x'], /arn:aws:sns/],
    [['--email', 'nobody'], /security@example.org/],
    [['--log-group', '$(x)'], /aws-cloudtrail-logs/],
    [['--key', 'AKIA"'], /not an access key id/],
    [['--email', 'a@b.c', '--topic-arn', 'arn:aws:sns:us-east-1:123456789012:t'], /exclude each other/],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await runCli(['setup', 'alarms', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
