import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { uniquePrefix } from '../services/index.js';

const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
/** For a child process. */
export const environment = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };

export const clientSettings = (endpoint: string) => ({ endpoint, region: 'us-east-1', credentials });

export interface TrailOptions {
  /** In seconds. */
  visibility?: number;
  /** With it the queue has a redrive policy. */
  maxReceives?: number;
  versioned?: boolean;
  /** Have the bucket tell the queue of each object. */
  notify?: boolean;
}

/** A bucket that takes a trail, and a queue beside it. */
export async function trailQueue(endpoint: string, options: TrailOptions = {}) {
  const s3 = new S3Client({ ...clientSettings(endpoint), forcePathStyle: true });
  const sqs = new SQSClient(clientSettings(endpoint));
  const bucket = uniquePrefix('trail');
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  if (options.versioned)
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));

  const createQueue = async (name: string, Attributes: Record<string, string>) => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
    const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    return { url: QueueUrl!, arn: found.Attributes!.QueueArn! };
  };
  const dead = await createQueue(`${bucket}-dead`, {});
  const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: options.maxReceives };
  const queue = await createQueue(bucket, {
    VisibilityTimeout: String(options.visibility ?? 30),
    ...(options.maxReceives === undefined ? {} : { RedrivePolicy: JSON.stringify(redrive) }),
  });
  if (options.notify)
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn: queue.arn, Events: ['s3:ObjectCreated:*'] }] },
      }),
    );

  const count = async (QueueUrl: string): Promise<{ visible: number; hidden: number }> => {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  };
  return {
    bucket,
    queue,
    dead,
    s3,
    sqs,
    source: `s3://${bucket}`,
    /** Puts an object with so many events, named by the object's name. */
    async put(name: string, events = 3, key = keyOf(name)) {
      const Body = trailFile(name, events);
      const { ETag, VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
      return { key, etag: ETag!.replaceAll('"', ''), size: Body.length, versionId: VersionId };
    },
    send: (body: unknown) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: queue.url,
          MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
    /** What is on the queue, and what of it a consumer has. */
    messages: () => count(queue.url),
    deadMessages: () => count(dead.url),
    /** A message as another consumer would get it; hidden for a moment only. */
    async receive(url = queue.url, waitSeconds = 0): Promise<string | undefined> {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: waitSeconds, VisibilityTimeout: 1 }),
      );
      return Messages[0]?.Body;
    },
    end(): void {
      s3.destroy();
      sqs.destroy();
    },
  };
}

export type TrailQueue = Awaited<ReturnType<typeof trailQueue>>;

export const keyOf = (name: string): string =>
  `AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_us-east-1_20260302T0800Z_${name}.json.gz`;

export function trailFile(name: string, events: number): Buffer {
  const Records = Array.from({ length: events }, (_, i) => ({
    eventID: `${name}-${i}`,
    eventTime: '2026-03-02T08:00:00Z',
    eventName: 'ListBuckets',
    recipientAccountId: '111122223333',
  }));
  return gzipSync(JSON.stringify({ Records }));
}

/** The record of an S3 event. */
export function s3Record(
  bucket: string,
  { key, etag, size, versionId }: { key: string; etag: string; size: number; versionId?: string | undefined },
  eventName = 'ObjectCreated:Put',
) {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventTime: '2026-03-02T08:05:00.000Z',
    eventName,
    s3: {
      bucket: { name: bucket },
      object: { key: encodeURIComponent(key).replaceAll('%20', '+'), size, eTag: etag, versionId },
    },
  };
}
