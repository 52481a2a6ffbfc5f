import { KeytrailError } from '../../errors.js';

/** For whom and where the responder's policies are. */
export interface ResponderChoices {
  /** 12 digits; any account unless given: a policy of IAM reaches no further than the account that it is in. */
  accountId?: string;
  /** `aws` unless given. */
  partition?: string;
  /** Name, perhaps with a path, or ARN of the role that has the policies: `keytrail-responder` unless given. */
  responder?: string;
  /** Where evidence is kept, globs allowed: `keytrail-evidence*` unless given. */
  bucket?: string;
}

const defaultResponder = 'keytrail-responder';
const defaultBucket = 'keytrail-evidence*';

/** Makes the ARNs that policies name. */
export interface Arns {
  /** Of a service that is the same in every Region. */
  global(service: string, resource: string): string;
  /** Of any Region. */
  regional(service: string, resource: string): string;
  /** Of what has no account in its ARN. */
  shared(service: string, resource: string): string;
  bucket: string;
  /** The user who calls, whatever its path: nobody, where a role does. */
  callingUser: string[];
  responderRole: string;
  /** The responder's role in any account. */
  responderAnywhere: string;
  denyAllPolicy: string;
}

/** Throws `bad_parameter` for what is no account, role or bucket. */
export function arnsOf(choices: ResponderChoices): Arns {
  const { accountId = '*', partition = 'aws', responder = defaultResponder, bucket = defaultBucket } = choices;
  check(accountId, /^(\*|\d{12})$/, 'is no account', 'Give 12 digits.');
  check(partition, /^aws(-[a-z]+)*$/, 'is no partition', 'Give aws, aws-cn or aws-us-gov.');
  check(bucket, /^[a-z0-9.*?-]{3,63}$/, 'is no bucket', 'Give the name of a bucket, without s3://.');
  const role = /^(?:arn:[a-z-]+:iam::\d{12}:role\/)?((?:[\w+=,.@-]+\/)*[\w+=,.@-]+)$/.exec(responder)?.[1] ?? '';
  check(role, /./, `${JSON.stringify(responder.slice(0, 256))} is no role`, 'Give the name or the ARN of a role.');
  const global = (service: string, resource: string) => `arn:${partition}:${service}::${accountId}:${resource}`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, which IAM fills in.
  const caller = '${aws:username}';
  return {
    global,
    regional: (service, resource) => `arn:${partition}:${service}:*:${accountId}:${resource}`,
    shared: (service, resource) => `arn:${partition}:${service}:::${resource}`,
    bucket: `arn:${partition}:s3:::${bucket}`,
    callingUser: [global('iam', `user/${caller}`), global('iam', `user/*/${caller}`)],
    responderRole: global('iam', `role/${role}`),
    responderAnywhere: `arn:${partition}:iam::*:role/${role}`,
    denyAllPolicy: `arn:${partition}:iam::aws:policy/AWSDenyAll`,
  };
}

function check(value: string, pattern: RegExp, what: string, hint: string): void {
  if (pattern.test(value)) return;
  const subject = value === '' ? '' : `${JSON.stringify(value.slice(0, 256))} `;
  throw new KeytrailError('bad_parameter', `${subject}${what}`, { hint });
}
