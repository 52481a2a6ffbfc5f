import { KeytrailError, reasonOf } from '../errors.js';

const denied: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'ExpiredToken',
  'ExpiredTokenException',
  'Forbidden',
  'InvalidAccessKeyId',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);
const noCredentials: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);
const unreachable: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'RequestTimeout',
  'SlowDown',
  'ServiceUnavailable',
  'TimeoutError',
]);

/** A fault of S3 or of the way there, as one line with what to do next. `what` is the bucket or object. */
export function s3Failure(error: unknown, what: string): KeytrailError {
  if (error instanceof KeytrailError) return error;
  const names = namesOf(error);
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const is = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name));
  const reason = reasonOf(error);
  const fault = (code: ConstructorParameters<typeof KeytrailError>[0], message: string, hint: string): KeytrailError =>
    new KeytrailError(code, message, { hint, cause: error });

  if (is(noCredentials)) {
    return fault(
      'no_credentials',
      `no AWS credentials to read ${what}: ${reason}`,
      'Sign in, or name a profile that has some: --profile NAME; aws configure list-profiles shows them.',
    );
  }
  if (names.includes('NoSuchBucket')) {
    return fault('source_not_found', `there is no ${what}`, 'Check the name, the account and --endpoint-url.');
  }
  if (names.includes('NoSuchKey') || status === 404) {
    return fault(
      'source_not_found',
      `there is no ${what}`,
      'It may have been deleted since it was listed: list again.',
    );
  }
  if (status === 412) return fault('bad_object', `${what} changed since it was listed`, 'Ingest it again.');
  if (names.includes('InvalidObjectState')) {
    return fault('bad_object', `${what} is archived`, 'Restore it from its storage class, then ingest it again.');
  }
  if (is(denied) || status === 401 || status === 403) {
    return fault(
      'source_denied',
      `access to ${what} is denied: ${reason}`,
      'The credentials must be valid and allow s3:ListBucket, s3:GetObject and, if encrypted, kms:Decrypt.',
    );
  }
  if (is(unreachable) || (status ?? 0) >= 500) {
    return fault(
      'source_unreachable',
      `can't reach ${what}: ${reason}`,
      'Check the network, the Region and --endpoint-url, then run it again.',
    );
  }
  return fault('aws_failed', `S3 failed on ${what}: ${reason}`, 'Look the message up in the S3 error responses.');
}

/** The same of SQS. `what` names the queue. */
export function sqsFailure(error: unknown, what: string): KeytrailError {
  if (error instanceof KeytrailError) return error;
  const names = namesOf(error);
  const is = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name));
  const reason = reasonOf(error);
  const fault = (code: ConstructorParameters<typeof KeytrailError>[0], message: string, hint: string): KeytrailError =>
    new KeytrailError(code, message, { hint, cause: error });

  if (is(noCredentials))
    return fault(
      'no_credentials',
      `no AWS credentials for ${what}: ${reason}`,
      'Sign in, or name a profile that has some: --profile NAME; aws configure list-profiles shows them.',
    );
  if (names.some((name) => /QueueDoesNotExist|NonExistentQueue|InvalidAddress/.test(name)))
    return fault('source_not_found', `there is no ${what}`, 'Check its URL, the account and --region.');
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (is(denied) || names.includes('AccessDeniedException') || status === 401 || status === 403)
    return fault(
      'source_denied',
      `access to ${what} is denied: ${reason}`,
      'Allow sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility and sqs:GetQueueAttributes.',
    );
  if (is(unreachable) || names.includes('RequestThrottled') || (status ?? 0) >= 500)
    return fault(
      'source_unreachable',
      `can't reach ${what}: ${reason}`,
      'Check the network, and that the URL is right.',
    );
  return fault('aws_failed', `SQS failed on ${what}: ${reason}`, 'Look the message up in the SQS error responses.');
}

/** Names and codes of an error, of what it wraps and of what it gathers. */
function namesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const { name, code, Code } = error as Error & { code?: unknown; Code?: unknown };
  const inner = error instanceof AggregateError ? error.errors : [];
  const own = [name, code, Code].filter((text) => typeof text === 'string');
  return [...own, ...[...inner, error.cause].flatMap((wrapped) => namesOf(wrapped, depth + 1))];
}
