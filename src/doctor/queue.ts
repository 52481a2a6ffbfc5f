import type { ClientConfig } from '../contain/clients.js';
import { reasonOf } from '../errors.js';
import { shownUrl } from '../model/location.js';
import { shellWord } from '../model/shell.js';
import { sqsFailure } from '../s3/aws-errors.js';
import { type Finding, fail, failed, ok, warn } from './finding.js';

const leastVisibility = 30;
const old = 3600;
const lookBackMs = 3_600_000;

const shape = 'Give it as in https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.';

type Config = ClientConfig;
type Attributes = Record<string, string>;

/** A queue of notifications: what is on it, what becomes of what fails, and who fills it. Takes no message. */
export async function queueFindings(url: string, bucket: string | null, config: Config, now: Date): Promise<Finding[]> {
  if (shownUrl(url) !== url || !URL.canParse(url))
    return [fail('queue', `${JSON.stringify(shownUrl(url))} is no URL of a queue`, shape)];
  const { GetQueueAttributesCommand, SQSClient } = await import('@aws-sdk/client-sqs');
  const region = /^https?:\/\/(?:sqs\.)?([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(url)?.[1];
  const own = { ...config, ...(region === undefined ? {} : { region }) };
  const client = new SQSClient(own);
  const attributesOf = async (QueueUrl: string): Promise<Attributes> =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  try {
    const attributes = await attributesOf(url);
    return [
      contents(attributes),
      ...visibility(url, attributes),
      await redrive(url, attributes, attributesOf),
      await age(attributes, own, now),
      ...(bucket === null ? [] : [await notification(bucket, attributes.QueueArn ?? '', own)]),
    ];
  } catch (error) {
    return [failed('queue', sqsFailure(error, `queue ${url}`))];
  } finally {
    client.destroy();
  }
}

const contents = (attributes: Attributes): Finding =>
  ok(
    'queue',
    `${attributes.QueueArn}: ${attributes.ApproximateNumberOfMessages} messages wait, ${attributes.ApproximateNumberOfMessagesNotVisible} are being read`,
  );

function visibility(url: string, { VisibilityTimeout }: Attributes): Finding[] {
  if (Number(VisibilityTimeout) >= leastVisibility) return [];
  return [
    warn(
      'queue visibility',
      `messages come again after ${VisibilityTimeout} s, perhaps while they are being read`,
      `aws sqs set-queue-attributes --queue-url ${shellWord(url)} --attributes VisibilityTimeout=300`,
    ),
  ];
}

/** A message that can't be read stays until the queue gives it up: without a redrive policy that is never. */
async function redrive(
  url: string,
  { RedrivePolicy }: Attributes,
  attributesOf: (url: string) => Promise<Attributes>,
): Promise<Finding> {
  const what = 'queue redrive';
  if (!RedrivePolicy)
    return warn(
      what,
      'there is no redrive policy: what can not be read comes again until it expires',
      `aws sqs set-queue-attributes --queue-url ${shellWord(url)} --attributes '{"RedrivePolicy":"{\\"deadLetterTargetArn\\":\\"ARN\\",\\"maxReceiveCount\\":\\"5\\"}"}'`,
    );
  const { deadLetterTargetArn: arn, maxReceiveCount } = JSON.parse(RedrivePolicy) as Record<string, string>;
  const dead = url.replace(/[^/]+$/, String(arn).split(':').at(-1)!);
  try {
    const waiting = Number((await attributesOf(dead)).ApproximateNumberOfMessages);
    if (waiting > 0)
      return warn(
        what,
        `${waiting} messages were given up, and wait in ${arn}`,
        `Look at one (aws sqs receive-message --queue-url ${shellWord(dead)}), mend the cause, then: aws sqs start-message-move-task --source-arn ${arn}`,
      );
    return ok(what, `after ${maxReceiveCount} deliveries to ${arn}, which is empty`);
  } catch (error) {
    return ok(what, `after ${maxReceiveCount} deliveries to ${arn}, which can't be looked at: ${reasonOf(error)}`);
  }
}

/** SQS itself does not say how old messages are ("Available CloudWatch metrics for Amazon SQS"). */
async function age({ QueueArn = '' }: Attributes, config: Config, now: Date): Promise<Finding> {
  const what = 'queue age';
  const { CloudWatchClient, GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient(config);
  try {
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - lookBackMs),
        EndTime: now,
        ScanBy: 'TimestampDescending',
        MetricDataQueries: [
          {
            Id: 'age',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/SQS',
                MetricName: 'ApproximateAgeOfOldestMessage',
                Dimensions: [{ Name: 'QueueName', Value: QueueArn.split(':').at(-1) }],
              },
              Period: 300,
              Stat: 'Maximum',
            },
          },
        ],
      }),
    );
    const seconds = MetricDataResults?.[0]?.Values?.[0];
    if (seconds === undefined) return ok(what, 'CloudWatch has no age of the oldest message for the last hour');
    const detail = `the oldest message was ${Math.round(seconds)} s old`;
    return seconds > old
      ? warn(what, detail, 'See whether keytrail ingest --queue runs, and reads as fast as objects come.')
      : ok(what, detail);
  } catch (error) {
    return warn(what, `not known: ${reasonOf(error)}`, 'Allow cloudwatch:GetMetricData (keytrail policies doctor).');
  } finally {
    client.destroy();
  }
}

/** Whether the bucket tells the queue, straight or by something between. */
async function notification(Bucket: string, arn: string, config: Config): Promise<Finding> {
  const what = 'queue notifications';
  const { GetBucketNotificationConfigurationCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({
    ...config,
    followRegionRedirects: true,
    forcePathStyle: config.endpoint !== undefined,
  });
  try {
    const found = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    const queues = found.QueueConfigurations ?? [];
    if (queues.some(({ QueueArn }) => QueueArn === arn))
      return ok(what, `bucket ${Bucket} tells the queue of new objects`);
    const between = [
      ...(found.TopicConfigurations ?? []).map(({ TopicArn }) => TopicArn!),
      ...(found.EventBridgeConfiguration === undefined ? [] : ['EventBridge']),
    ];
    const others = [
      ...queues.map(({ QueueArn }) => QueueArn!),
      ...(found.LambdaFunctionConfigurations ?? []).map(({ LambdaFunctionArn }) => LambdaFunctionArn!),
    ];
    if (between.length > 0)
      return ok(what, `bucket ${Bucket} tells ${between.join(', ')}; whether that tells the queue is not known here`);
    if (others.length > 0)
      return warn(
        what,
        `bucket ${Bucket} tells ${others.join(', ')} of new objects, and not this queue`,
        'Add the queue to what the bucket has (aws s3api get-bucket-notification-configuration): to put a configuration replaces all of it.',
      );
    return warn(
      what,
      `bucket ${Bucket} tells nobody of new objects`,
      `aws s3api put-bucket-notification-configuration --bucket ${shellWord(Bucket)} --notification-configuration '{"QueueConfigurations":[{"QueueArn":"${arn}","Events":["s3:ObjectCreated:*"]}]}'`,
    );
  } catch (error) {
    return warn(what, `not known: ${reasonOf(error)}`, 'Allow s3:GetBucketNotification (keytrail policies doctor).');
  } finally {
    client.destroy();
  }
}
