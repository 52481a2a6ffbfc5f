import { type CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { KeytrailError } from '../../errors.js';
import { ask, type ContainClients } from '../aws.js';

/** An application's metric of errors, and one that shows whether it works at all. */
export interface AppMetric {
  /** As given: `lambda:us-east-1/orders`. */
  app: string;
  region: string;
  namespace: string;
  dimension: { Name: string; Value: string };
  errors: { metric: string; stat: 'Sum' | 'Maximum' };
  /** Summed. */
  activity: string;
}

/** An hour's value by its start, ISO 8601 UTC with milliseconds; an hour without one has none. */
export type Hourly = ReadonlyMap<string, number>;

export interface AppReading {
  metric: AppMetric;
  errors: Hourly;
  activity: Hourly;
}

interface Kind {
  namespace: string;
  dimension: string;
  errors: AppMetric['errors'];
  activity: string;
  value(name: string, region: string, accountId: string, partition: string): string;
}

const asNamed = (name: string): string => name;

/** Names of metrics: "Monitoring …" in the developer guides of Lambda, ALB, Step Functions and SQS. */
const kinds: Readonly<Record<string, Kind>> = {
  lambda: {
    namespace: 'AWS/Lambda',
    dimension: 'FunctionName',
    errors: { metric: 'Errors', stat: 'Sum' },
    activity: 'Invocations',
    value: asNamed,
  },
  alb: {
    namespace: 'AWS/ApplicationELB',
    dimension: 'LoadBalancer',
    errors: { metric: 'HTTPCode_Target_5XX_Count', stat: 'Sum' },
    activity: 'RequestCount',
    value: asNamed,
  },
  sfn: {
    namespace: 'AWS/States',
    dimension: 'StateMachineArn',
    errors: { metric: 'ExecutionsFailed', stat: 'Sum' },
    activity: 'ExecutionsStarted',
    value: (name, region, accountId, partition) =>
      name.startsWith('arn:') ? name : `arn:${partition}:states:${region}:${accountId}:stateMachine:${name}`,
  },
  sqs: {
    namespace: 'AWS/SQS',
    dimension: 'QueueName',
    errors: { metric: 'ApproximateAgeOfOldestMessage', stat: 'Maximum' },
    activity: 'NumberOfMessagesSent',
    value: asNamed,
  },
};

/** Reads `KIND:REGION/NAME`. Throws `usage`. */
export function parseApp(app: string, { accountId, partition }: { accountId: string; partition: string }): AppMetric {
  const [, kindName = '', region = '', name = ''] = /^([a-z]+):([a-z]{2}(?:-[a-z]+)+-\d+)\/(\S+)$/.exec(app) ?? [];
  const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
  if (kind === undefined)
    throw new KeytrailError('usage', `${JSON.stringify(app)} names no application`, {
      hint: 'Give lambda:REGION/FUNCTION, alb:REGION/app/NAME/ID, sfn:REGION/STATE_MACHINE or sqs:REGION/QUEUE.',
    });
  const { namespace, dimension, errors, activity } = kind;
  const value = kind.value(name, region, accountId, partition);
  return { app, region, namespace, dimension: { Name: dimension, Value: value }, errors, activity };
}

/** Hours of an application's errors and of its work. Throws what `ask` throws. */
export async function readApp(
  clients: Pick<ContainClients, 'in'>,
  metric: AppMetric,
  from: Date,
  to: Date,
): Promise<AppReading> {
  const { errors, activity } = await hourly(clients.in(metric.region).cloudWatch, metric, from, to);
  return { metric, errors, activity };
}

async function hourly(
  client: CloudWatchClient,
  { namespace, dimension, errors, activity }: AppMetric,
  StartTime: Date,
  EndTime: Date,
): Promise<{ errors: Hourly; activity: Hourly }> {
  const query = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace: namespace, MetricName, Dimensions: [dimension] }, Period: 3600, Stat },
  });
  const input = {
    StartTime,
    EndTime,
    ScanBy: 'TimestampAscending' as const,
    MetricDataQueries: [query('errors', errors.metric, errors.stat), query('activity', activity, 'Sum')],
  };
  const values = { errors: new Map<string, number>(), activity: new Map<string, number>() };
  await ask('cloudwatch:GetMetricData', async () => {
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input))
      for (const { Id, Timestamps = [], Values = [] } of MetricDataResults)
        for (const [index, time] of Timestamps.entries())
          values[Id === 'errors' ? 'errors' : 'activity'].set(time.toISOString(), Values[index] ?? 0);
  });
  return values;
}
