import { KeytrailError, reasonOf } from '../errors.js';

export type { ContainClients } from './clients.js';

const badCredentials: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const denied: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
/** IAM, Lambda, Identity Center, Organizations, EC2 each say it in their own words. */
const missing =
  /^(NoSuchEntity|ResourceNotFound|InvalidInstanceID\.NotFound|PolicyNotAttached|PolicyNotFound|TargetNotFound)/;
const duplicate = /^(EntityAlreadyExists|DuplicatePolicy|ConflictException|PolicyTypeAlreadyEnabled)/;
/** Of IAM and STS, Identity Center, EC2, Organizations and Lambda. */
const throttled: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
]);

/**
 * Runs one AWS request. `permission` is the IAM action that it needs, such as `iam:GetUser`.
 * Throws `no_credentials` where AWS does not accept the responder's own credentials, otherwise `aws_failed`;
 * the SDK's error is the cause.
 */
export async function ask<T>(permission: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw explained(error, permission);
  }
}

/** Whether `ask` failed because the thing that it named does not exist. */
export function isNoSuchEntity(error: unknown): boolean {
  return error instanceof KeytrailError && missing.test(nameOf(error.cause));
}

/** Whether a change failed because it is made already: what it removes is gone, or what it makes is there. */
export function isMadeAlready(error: unknown): boolean {
  return isNoSuchEntity(error) || (error instanceof KeytrailError && duplicate.test(nameOf(error.cause)));
}

/**
 * Whether a change failed because what was made a moment ago is not seen yet: EC2 may need a minute or two for a new
 * instance profile, and IAM some seconds for the role that goes into it ("Changes that I make are not always
 * immediately visible").
 */
export function isNotSeenYet(error: unknown, call: string): boolean {
  if (call === 'AddRoleToInstanceProfile') return isNoSuchEntity(error);
  if (call !== 'ReplaceIamInstanceProfileAssociation' || !(error instanceof KeytrailError)) return false;
  return nameOf(error.cause) === 'InvalidParameterValue' && /Invalid IAM Instance Profile/i.test(error.message);
}

/** Whether `ask` failed for want of a permission. */
export function isDenied(error: unknown): boolean {
  return error instanceof KeytrailError && denied.has(nameOf(error.cause));
}

/** Runs a request whose object may be gone; null then. */
export async function askIfExists<T>(permission: string, request: () => Promise<T>): Promise<T | null> {
  try {
    return await ask(permission, request);
  } catch (error) {
    if (isNoSuchEntity(error)) return null;
    throw error;
  }
}

function explained(error: unknown, permission: string): KeytrailError {
  const name = nameOf(error);
  const message = `${permission}: ${reasonOf(error)}`;
  if (badCredentials.has(name)) {
    return new KeytrailError('no_credentials', message, {
      hint: 'Sign in as the responder (--profile, AWS_PROFILE) and run the command again.',
      cause: error,
    });
  }
  return new KeytrailError('aws_failed', message, { hint: hintFor(name, permission), cause: error });
}

function hintFor(name: string, permission: string): string {
  if (denied.has(name)) return `Give the responder ${permission}, or use a role that has it.`;
  if (throttled.has(name)) return 'AWS is throttling: run the same command again; what is done is not repeated.';
  if (name.startsWith('LimitExceeded')) return 'A quota of the account is reached: make room, then make a new plan.';
  return 'See what AWS says; the same command can be run again, and does not repeat what is done.';
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
