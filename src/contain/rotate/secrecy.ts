import { KeytrailError } from '../../errors.js';
import { ask } from '../aws.js';

/** Shorter texts than this are no secrets, and taking them out would leave nothing to read. */
const shortest = 8;
/** A secret access key, wherever it comes from: 40 characters of base64. */
const secretKey = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;

/** Text without these secrets, in the spellings that an error may repeat them in. */
export function scrubbed(text: string, secrets: Iterable<string>): string {
  let clean = text;
  const spellings = [...secrets]
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  for (const spelling of spellings) clean = clean.replaceAll(spelling, '…');
  return clean.replace(secretKey, '…');
}

/**
 * As `ask`, for requests that carry secrets: AWS repeats what it refuses ("Value '…' at 'value' failed to satisfy
 * constraint"). Neither the error nor its cause holds any.
 */
export async function askQuietly<T>(
  permission: string,
  secrets: Iterable<string>,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await ask(permission, request);
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    const name = error.cause instanceof Error ? error.cause.name : '';
    const cause = Object.assign(new Error(`${permission} failed`), { name });
    throw new KeytrailError(error.code, scrubbed(error.message, secrets), {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause,
    });
  }
}

/** The name of what AWS answered `ask` with. */
export function awsErrorName(error: unknown): string {
  return error instanceof KeytrailError && error.cause instanceof Error ? error.cause.name : '';
}
