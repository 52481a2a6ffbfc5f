import { CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test } from 'vitest';
import { createClients } from '../../../src/contain/clients.js';
import { parseApp, readApp } from '../../../src/contain/monitor/apps.js';
import { baselineFrom, judgeApp } from '../../../src/contain/monitor/health.js';
import { describeWith, uniquePrefix } from '../../services/index.js';

const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const account = { accountId: '123456789012', partition: 'aws' };
const hourMs = 3_600_000;

describeWith('aws', 'metrics of an application', (endpoint) => {
  const clients = createClients({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const now = new Date();
  const thisHour = Math.floor(now.getTime() / hourMs) * hourMs;
  const deniedAt = new Date(thisHour - hourMs).toISOString();

  async function put(
    Namespace: string,
    dimension: [string, string],
    values: [string, number, number][],
  ): Promise<void> {
    await clients.in('us-east-1').cloudWatch.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: values.map(([MetricName, hoursAgo, Value]) => ({
          MetricName,
          Dimensions: [{ Name: dimension[0], Value: dimension[1] }],
          Timestamp: new Date(thisHour - hoursAgo * hourMs + 1000),
          Value,
        })),
      }),
    );
  }

  const healthOf = async (app: string) => {
    const reading = await readApp(clients, parseApp(app, account), baselineFrom(deniedAt), now);
    return judgeApp(reading, deniedAt, now);
  };

  test('errors above twice the usual are found, by the hour', async () => {
    const name = uniquePrefix('orders');
    const usual: [string, number, number][] = [24, 48, 72].flatMap((ago) => [
      ['Errors', ago, 2],
      ['Invocations', ago, 50],
    ]);
    await put('AWS/Lambda', ['FunctionName', name], [...usual, ['Errors', 0, 4], ['Invocations', 0, 50]]);
    expect(await healthOf(`lambda:us-east-1/${name}`)).toMatchObject({ state: 'ok', hours: 2 });
    await put('AWS/Lambda', ['FunctionName', name], [['Errors', 0, 1]]);
    expect(await healthOf(`lambda:us-east-1/${name}`)).toMatchObject({
      state: 'worse',
      worse: [{ hour: new Date(thisHour).toISOString(), errors: 5, limit: 4 }],
    });
  });

  test('a queue whose oldest message grows old, and one that nobody knows', async () => {
    const name = uniquePrefix('queue');
    await put(
      'AWS/SQS',
      ['QueueName', name],
      [
        ['ApproximateAgeOfOldestMessage', 24, 30],
        ['ApproximateAgeOfOldestMessage', 0, 40],
        ['ApproximateAgeOfOldestMessage', 0, 900],
        ['NumberOfMessagesSent', 0, 3],
      ],
    );
    expect(await healthOf(`sqs:us-east-1/${name}`)).toMatchObject({
      state: 'worse',
      worse: [{ errors: 900, limit: 60 }],
    });
    expect(await healthOf(`sqs:us-east-1/${uniquePrefix('none')}`)).toMatchObject({ state: 'unknown', worse: [] });
  });
});

describe('recorded shapes: GetMetricData in pages, and a refusal', () => {
  const client = createClients({ region: 'us-east-1', credentials });
  const metric = parseApp('alb:eu-west-1/app/shop/1', account);
  const [from, to] = [new Date('2026-03-01T00:00:00Z'), new Date('2026-03-02T00:00:00Z')];
  const hour = (n: number) => new Date(from.getTime() + n * hourMs);

  test('every page counts', async () => {
    const cloudWatch = mockClient(CloudWatchClient);
    cloudWatch
      .on(GetMetricDataCommand)
      .resolvesOnce({
        NextToken: 'more',
        MetricDataResults: [
          { Id: 'errors', StatusCode: 'PartialData', Timestamps: [hour(0)], Values: [3] },
          { Id: 'activity', StatusCode: 'PartialData', Timestamps: [hour(0)], Values: [700] },
        ],
      })
      .resolvesOnce({
        MetricDataResults: [{ Id: 'errors', StatusCode: 'Complete', Timestamps: [hour(1)], Values: [4] }],
      });
    const { errors, activity } = await readApp(client, metric, from, to);
    expect([...errors]).toEqual([
      ['2026-03-01T00:00:00.000Z', 3],
      ['2026-03-01T01:00:00.000Z', 4],
    ]);
    expect([...activity.values()]).toEqual([700]);
    const [first] = cloudWatch.commandCalls(GetMetricDataCommand);
    expect(first?.args[0].input).toMatchObject({
      StartTime: from,
      EndTime: to,
      MetricDataQueries: [
        {
          Id: 'errors',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ApplicationELB',
              MetricName: 'HTTPCode_Target_5XX_Count',
              Dimensions: [{ Name: 'LoadBalancer', Value: 'app/shop/1' }],
            },
            Period: 3600,
            Stat: 'Sum',
          },
        },
        { Id: 'activity', MetricStat: { Metric: { MetricName: 'RequestCount' } } },
      ],
    });
    cloudWatch.restore();
  });

  test('what the responder lacks is named', async () => {
    const cloudWatch = mockClient(CloudWatchClient);
    const refused = Object.assign(new Error('User is not authorized'), { name: 'AccessDenied' });
    cloudWatch.on(GetMetricDataCommand).rejects(refused);
    await expect(readApp(client, metric, from, to)).rejects.toThrow(
      expect.objectContaining({ code: 'aws_failed', hint: expect.stringContaining('cloudwatch:GetMetricData') }),
    );
    cloudWatch.restore();
  });
});
