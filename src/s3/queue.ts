import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs';
import { KeytrailError } from '../errors.js';
import { shownUrl } from '../model/location.js';
import { sqsFailure } from './aws-errors.js';
import type { AwsSettings } from './object-source.js';

export interface QueueMessage {
  id: string;
  /** What the queue knows this delivery by; another delivery of the message has another. */
  receipt: string;
  body: string;
  /** When it was put into the queue, ISO 8601 UTC. */
  sent: string;
  /** How often it was delivered, this time included. */
  deliveries: number;
}

/** A queue of notifications. Errors are KeytrailErrors, as of an ObjectSource. */
export interface Queue {
  readonly url: string;
  /** How long a message that was received stays hidden from others, in seconds; at least 1. */
  readonly visibilitySeconds: number;
  /** At most ten messages; waits up to `waitSeconds` for the first. Aborted: an empty list. */
  receive(waitSeconds: number, signal: AbortSignal): Promise<QueueMessage[]>;
  /** Returns those that could not be deleted, and will come again. */
  delete(messages: readonly QueueMessage[]): Promise<QueueMessage[]>;
  /** Hides them for so many seconds from now; 0: others may have them at once. Those that are gone already are no error. */
  hide(messages: readonly QueueMessage[], seconds: number): Promise<void>;
  close(): void;
}

type Sdk = typeof import('@aws-sdk/client-sqs');

const batchSize = 10;
/** For a queue that does not hide messages at all: an object must be readable before others get it too. */
const leastVisibility = 30;

/**
 * Opens a queue by its URL. Needs sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility and GetQueueAttributes.
 * @throws KeytrailError `usage` for anything that is no URL.
 */
export async function openQueue(url: string, aws: AwsSettings = {}): Promise<Queue> {
  if (!/^https?:\/\/[^/?#@]+\/[^?#]+$/.test(url))
    throw new KeytrailError('usage', `${JSON.stringify(shownUrl(url))} is no URL of a queue`, {
      hint: 'Give it as in https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.',
    });
  const sdk = await import('@aws-sdk/client-sqs');
  const client = await openClient(sdk, url, aws);
  try {
    const { Attributes } = await client.send(
      new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['VisibilityTimeout'] }),
    );
    return new SqsQueue(sdk, client, url, Number(Attributes?.VisibilityTimeout) || leastVisibility);
  } catch (error) {
    client.destroy();
    throw sqsFailure(error, `queue ${url}`);
  }
}

async function openClient(sdk: Sdk, url: string, aws: AwsSettings): Promise<SQSClient> {
  const config: SQSClientConfig = {
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
    // The URL names the Region; another endpoint is the caller's word.
    ...(aws.endpointUrl === undefined ? {} : { endpoint: aws.endpointUrl }),
  };
  const region = aws.region ?? /^https?:\/\/(?:sqs\.)?([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(url)?.[1];
  if (region !== undefined) config.region = region;
  if (aws.profile !== undefined) {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    config.profile = aws.profile;
    config.credentials = fromNodeProviderChain({ profile: aws.profile });
  }
  const client = new sdk.SQSClient(config);
  if ((await client.config.region().catch(() => null)) !== null) return client;
  client.destroy();
  throw new KeytrailError('usage', `the Region of queue ${url} is not known`, { hint: 'Give --region.' });
}

const batches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / batchSize) }, (_, i) =>
    items.slice(i * batchSize, (i + 1) * batchSize),
  );

class SqsQueue implements Queue {
  constructor(
    private readonly sdk: Sdk,
    private readonly client: SQSClient,
    readonly url: string,
    readonly visibilitySeconds: number,
  ) {}

  async receive(waitSeconds: number, signal: AbortSignal): Promise<QueueMessage[]> {
    const command = new this.sdk.ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: this.visibilitySeconds,
      MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
    });
    try {
      const { Messages = [] } = await this.client.send(command, { abortSignal: signal });
      return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
        id: MessageId ?? '',
        receipt: ReceiptHandle ?? '',
        body: Body ?? '',
        sent: new Date(Number(Attributes?.SentTimestamp ?? Date.now())).toISOString(),
        deliveries: Number(Attributes?.ApproximateReceiveCount ?? 1),
      }));
    } catch (error) {
      if (signal.aborted) return [];
      throw sqsFailure(error, `queue ${this.url}`);
    }
  }

  async delete(messages: readonly QueueMessage[]): Promise<QueueMessage[]> {
    const failed: QueueMessage[] = [];
    for (const some of batches(messages)) {
      // Ids by place: one message may be here twice, under two receipts.
      const entries = some.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt }));
      const command = new this.sdk.DeleteMessageBatchCommand({ QueueUrl: this.url, Entries: entries });
      try {
        const { Failed = [] } = await this.client.send(command);
        for (const { Id } of Failed) failed.push(some[Number(Id)]!);
      } catch (error) {
        throw sqsFailure(error, `queue ${this.url}`);
      }
    }
    return failed;
  }

  async hide(messages: readonly QueueMessage[], seconds: number): Promise<void> {
    const change = async (some: readonly QueueMessage[]): Promise<void> => {
      const entries = some.map(({ receipt }, i) => ({
        Id: String(i),
        ReceiptHandle: receipt,
        VisibilityTimeout: seconds,
      }));
      await this.client.send(
        new this.sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl: this.url, Entries: entries }),
      );
    };
    try {
      await Promise.all(batches(messages).map(change));
    } catch (error) {
      throw sqsFailure(error, `queue ${this.url}`);
    }
  }

  close(): void {
    this.client.destroy();
  }
}
