import { KeytrailError } from '../errors.js';
import type { AwsSettings, Notifier } from './notifier.js';

/** `sns:TOPIC_ARN` or `webhook:URL`. Throws `usage`. */
export async function openNotifier(target: string, aws: AwsSettings): Promise<Notifier> {
  const colon = target.indexOf(':');
  const [kind, rest] = [target.slice(0, Math.max(colon, 0)), target.slice(colon + 1)];
  if (kind === 'sns') return (await import('./sns.js')).openSns(rest, aws);
  if (kind === 'webhook') return (await import('./webhook.js')).openWebhook(rest);
  // A webhook's address is as good as a password: it is not repeated.
  throw new KeytrailError('usage', 'a place to notify is neither sns: nor webhook:', {
    hint: 'Give --notify sns:arn:aws:sns:REGION:ACCOUNT:TOPIC or --notify webhook:https://HOST/PATH.',
  });
}
