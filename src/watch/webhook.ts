import { KeytrailError, reasonOf } from '../errors.js';
import type { Notifier } from './notifier.js';

const timeoutMs = 10_000;
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Posts each notice as JSON; its `text` is what chat systems with incoming webhooks show. Redirects are not followed:
 * what is sent is evidence, for this address alone. Throws `usage`.
 */
export function openWebhook(address: string): Notifier {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && loopback.has(url.hostname)))
    throw new KeytrailError('usage', 'the webhook to notify is no https:// address', {
      hint: 'Give --notify webhook:https://HOST/PATH, or set KEYTRAIL_WEBHOOK_URL and give --notify webhook.',
    });
  const name = `webhook at ${url.host}`;
  const failed = (reason: string, cause?: unknown): KeytrailError =>
    new KeytrailError('notify_failed', `can't notify the ${name}: ${reason}`, {
      hint: 'The rows stay new: they are sent with the next round.',
      cause,
    });
  return {
    name,
    async send(notice) {
      let response: Response;
      try {
        response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'keytrail' },
          body: JSON.stringify(notice),
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        });
      } catch (error) {
        throw failed(reasonOf(error instanceof Error && error.cause ? error.cause : error), error);
      }
      await response.body?.cancel();
      if (!response.ok) throw failed(`it answered ${response.status}`);
    },
    close: () => undefined,
  };
}
