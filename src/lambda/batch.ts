import { KeytrailError } from '../errors.js';
import type { Queue, QueueMessage } from '../s3/queue.js';

/** What a function is handed of a queue. Source: "Using Lambda with Amazon SQS", AWS Lambda Developer Guide. */
export interface SqsEvent {
  Records: {
    messageId: string;
    receiptHandle: string;
    body: string;
    attributes?: { SentTimestamp?: string; ApproximateReceiveCount?: string };
  }[];
}

/** Lambda deletes the messages that are not named; those that are come again when their visibility timeout is over. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/**
 * A batch that Lambda received, as a queue that holds nothing else. Lambda hides its messages and, going by the
 * response, deletes them: here it is only noted which may go.
 * @throws KeytrailError `usage` for an event that is no batch of SQS.
 */
export class BatchQueue implements Queue {
  readonly url = 'the batch';
  readonly visibilitySeconds = 3600;
  #waiting: QueueMessage[];
  readonly #kept: Set<QueueMessage>;

  constructor(event: SqsEvent, now: Date) {
    if (
      !Array.isArray(event?.Records) ||
      !event.Records.every(({ messageId, body }) => messageId && body !== undefined)
    )
      throw new KeytrailError('usage', 'the event is no batch of SQS messages', {
        hint: 'Give the function an SQS queue as its event source.',
      });
    this.#waiting = event.Records.map(({ messageId, receiptHandle, body, attributes }) => ({
      id: messageId,
      receipt: receiptHandle,
      body,
      sent: new Date(Number(attributes?.SentTimestamp ?? now.getTime())).toISOString(),
      deliveries: Number(attributes?.ApproximateReceiveCount ?? 1),
    }));
    this.#kept = new Set(this.#waiting);
  }

  get response(): BatchResponse {
    const ids = new Set([...this.#kept].map(({ id }) => id));
    return { batchItemFailures: [...ids].map((itemIdentifier) => ({ itemIdentifier })) };
  }

  async receive(): Promise<QueueMessage[]> {
    const messages = this.#waiting;
    this.#waiting = [];
    return messages;
  }

  async delete(messages: readonly QueueMessage[]): Promise<QueueMessage[]> {
    for (const message of messages) this.#kept.delete(message);
    return [];
  }

  async hide(): Promise<void> {}

  close(): void {}
}
