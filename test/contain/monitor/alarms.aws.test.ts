import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeMetricFiltersCommand,
  PutMetricFilterCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test } from 'vitest';
import { createClients } from '../../../src/contain/clients.js';
import { readAlarmStates, setUpAlarms, takeDownAlarms, watchesOf } from '../../../src/contain/monitor/alarms.js';
import { runCli } from '../../cli/run-cli.js';
import { describeWith, uniquePrefix } from '../../services/index.js';

const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const topicArn = 'arn:aws:sns:us-east-1:123456789012:incident';

/** A key id that no other test has alarms of. */
const freshKey = () =>
  `AKIA${uniquePrefix('')
    .replace(/[^a-z0-9]/g, '')
    .toUpperCase()
    .padEnd(16, 'X')}`;

describeWith('aws', 'alarms on the use of a key', (endpoint) => {
  const clients = createClients({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }).in('us-east-1');

  async function logGroup(): Promise<string> {
    const logGroupName = uniquePrefix('trail');
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName }));
    return logGroupName;
  }

  const filtersOf = async (logGroupName: string) =>
    (await clients.logs.send(new DescribeMetricFiltersCommand({ logGroupName }))).metricFilters ?? [];
  const alarmsOf = async (keyId: string) =>
    (await clients.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: `keytrail-${keyId}` }))).MetricAlarms ??
    [];

  test('made once, left alone the second time, taken down with nothing else', async () => {
    const keyId = freshKey();
    const options = { clients, keyId, logGroup: await logGroup(), topicArn };
    await clients.logs.send(
      new PutMetricFilterCommand({
        logGroupName: options.logGroup,
        filterName: `keytrail-${keyId}-use-of-others`,
        filterPattern: '{ $.eventName = "x" }',
        metricTransformations: [{ metricName: 'x', metricNamespace: 'theirs', metricValue: '1' }],
      }),
    );
    const made = await setUpAlarms(options);
    expect(made.map(({ kind, name, outcome }) => [kind, name, outcome])).toEqual([
      ['metric filter', `keytrail-${keyId}-use`, 'made'],
      ['metric filter', `keytrail-${keyId}-refused`, 'made'],
      ['alarm', `keytrail-${keyId}-use`, 'made'],
      ['alarm', `keytrail-${keyId}-refused`, 'made'],
    ]);
    const [use] = (await filtersOf(options.logGroup)).filter(({ filterName }) => filterName?.endsWith('-use'));
    expect(use?.filterPattern).toBe(`{ $.userIdentity.accessKeyId = "${keyId}" }`);
    for (const alarm of await alarmsOf(keyId))
      expect(alarm).toMatchObject({
        Namespace: 'keytrail',
        MetricName: alarm.AlarmName,
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [topicArn],
      });

    expect(new Set((await setUpAlarms({ ...options, topicArn: null })).map(({ outcome }) => outcome))).toEqual(
      new Set(['unchanged']),
    );
    await clients.cloudWatch.send(
      new PutMetricAlarmCommand({ ...(await alarmsOf(keyId))[0]!, AlarmActions: [], Threshold: 100 } as never),
    );
    expect((await setUpAlarms(options)).map(({ outcome }) => outcome).sort()).toEqual([
      'changed',
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
    expect((await alarmsOf(keyId)).map(({ Threshold, AlarmActions }) => [Threshold, AlarmActions])).toEqual([
      [1, [topicArn]],
      [1, [topicArn]],
    ]);

    expect((await takeDownAlarms(options)).map(({ outcome }) => outcome)).toEqual(Array(4).fill('removed'));
    expect(await alarmsOf(keyId)).toEqual([]);
    expect((await filtersOf(options.logGroup)).map(({ filterName }) => filterName)).toEqual([
      `keytrail-${keyId}-use-of-others`,
    ]);
    expect((await takeDownAlarms(options)).map(({ outcome }) => outcome)).toEqual(Array(4).fill('absent'));
  });

  test('what somebody else gave one of the names is neither changed nor removed', async () => {
    const keyId = freshKey();
    const options = { clients, keyId, logGroup: await logGroup(), topicArn: null };
    const [use] = watchesOf(keyId);
    await clients.cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: use!.name,
        Namespace: 'theirs',
        MetricName: 'x',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    expect((await setUpAlarms(options)).map(({ outcome }) => outcome)).toEqual(['made', 'made', 'foreign', 'made']);
    expect((await takeDownAlarms(options)).map(({ outcome }) => outcome)).toEqual([
      'foreign',
      'removed',
      'removed',
      'removed',
    ]);
    expect((await alarmsOf(keyId)).map(({ Namespace }) => Namespace)).toEqual(['theirs']);
    await clients.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [use!.name] }));
  });

  test('states are read by name; one that nothing feeds, or that is not there, is absent', async () => {
    const keyId = freshKey();
    const absent = watchesOf(keyId).map(({ name }) => ({ name, state: null, since: null }));
    expect(await readAlarmStates({ clients, keyId, logGroup: null })).toEqual(absent);
    const group = await logGroup();
    await setUpAlarms({ clients, keyId, logGroup: group, topicArn: null });
    for (const { state, since } of await readAlarmStates({ clients, keyId, logGroup: group })) {
      expect(['OK', 'INSUFFICIENT_DATA']).toContain(state);
      expect(since).not.toBeNull();
    }
    expect(await readAlarmStates({ clients, keyId, logGroup: await logGroup() })).toEqual(absent);
  });

  test('on the command line', async () => {
    const keyId = freshKey();
    const group = await logGroup();
    const run = (...args: string[]) =>
      runCli(['contain', 'alarms', ...args, '--endpoint-url', endpoint], {
        AWS_ACCESS_KEY_ID: 'testing',
        AWS_SECRET_ACCESS_KEY: 'testing',
      });
    const made = await run(keyId, '--log-group', group);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`made      alarm keytrail-${keyId}-use\n`);
    const removed = await run(keyId, '--log-group', group, '--remove', '--format', 'json');
    expect(removed.code).toBe(0);
    expect(JSON.parse(removed.stdout)).toHaveLength(4);
    expect(await alarmsOf(keyId)).toEqual([]);
    expect(await filtersOf(group)).toEqual([]);
    expect(await run('AKIA" || $.x = "', '--log-group', group)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('recorded shapes: a log group that is not there', () => {
  test('is named, and nothing is made', async () => {
    const logs = mockClient(CloudWatchLogsClient);
    const cloudWatch = mockClient(CloudWatchClient);
    logs.on(DescribeMetricFiltersCommand).rejects(
      new ResourceNotFoundException({
        $metadata: {},
        message: 'The specified log group does not exist.',
      }),
    );
    const clients = createClients({ region: 'us-east-1', credentials }).in('us-east-1');
    await expect(setUpAlarms({ clients, keyId: freshKey(), logGroup: 'none', topicArn: null })).rejects.toThrow(
      expect.objectContaining({
        code: 'aws_failed',
        message: 'there is no log group "none" in this Region',
        hint: expect.stringContaining('--region'),
      }),
    );
    expect(logs.commandCalls(PutMetricFilterCommand)).toEqual([]);
    expect(cloudWatch.calls()).toEqual([]);
    logs.restore();
    cloudWatch.restore();
  });
});
