import type { SNSClientConfig } from '@aws-sdk/client-sns';
import { KeytrailError, reasonOf } from '../errors.js';
import { printable } from '../model/printable.js';
import type { AwsSettings, Notifier } from './notifier.js';

const topicArn = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;
/** Characters of a subject, which are to be ASCII (Amazon SNS API reference: Publish). */
const maxSubject = 100;

/** Publishes each notice as JSON, its question and severity as attributes to filter subscriptions by. Throws `usage`. */
export async function openSns(topic: string, aws: AwsSettings): Promise<Notifier> {
  const [, regionOfTopic, fifo] = topicArn.exec(topic) ?? [];
  if (regionOfTopic === undefined || fifo !== undefined)
    throw new KeytrailError('usage', `${JSON.stringify(topic)} is no ARN of a standard SNS topic`, {
      hint: 'Give --notify sns:arn:aws:sns:REGION:ACCOUNT:TOPIC.',
    });
  const { PublishCommand, SNSClient } = await import('@aws-sdk/client-sns');
  const config: SNSClientConfig = { region: regionOfTopic };
  if (aws.endpointUrl !== undefined) config.endpoint = aws.endpointUrl;
  if (aws.profile !== undefined) {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    config.credentials = fromNodeProviderChain({ profile: aws.profile });
  }
  const client = new SNSClient(config);
  const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
  return {
    name: topic,
    async send(notice) {
      const { query, severity, fresh } = notice;
      try {
        await client.send(
          new PublishCommand({
            TopicArn: topic,
            Subject: `keytrail: ${query}: ${fresh} new`.slice(0, maxSubject),
            Message: JSON.stringify(notice, null, 1),
            MessageAttributes: { query: attribute(query), severity: attribute(severity) },
          }),
        );
      } catch (error) {
        throw new KeytrailError('notify_failed', `can't publish to ${topic}: ${printable(reasonOf(error), 500)}`, {
          hint: 'The credentials must allow sns:Publish on the topic (and kms:GenerateDataKey where it is encrypted). The rows stay new.',
          cause: error,
        });
      }
    },
    close: () => client.destroy(),
  };
}
