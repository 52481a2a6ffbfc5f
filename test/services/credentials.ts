import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  type Credentials as Answered,
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** What any client of the test's endpoint is made with. */
export const configOf = (endpoint: string, credentials: Credentials) => ({
  endpoint,
  region: 'us-east-1',
  credentials,
  maxAttempts: 1,
});

const policy = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

/** A policy with one statement, on `*` unless it says otherwise. */
export const allow = (Action: string | string[], more: object = {}): string =>
  policy({ Effect: 'Allow', Action, Resource: '*', ...more });

/** A policy that denies all where the condition is met. */
export const denyAll = (Condition: object = {}): string =>
  policy({ Effect: 'Deny', Action: '*', Resource: '*', Condition });

/** A trust policy. */
export const trusting = (Principal: unknown, more: object = {}): string =>
  policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, ...more });

/** `allowed`, or the error's name. */
export async function outcomeOf(request: Promise<unknown>): Promise<string> {
  return request.then(
    () => 'allowed',
    (error: Error) => error.name,
  );
}

/** Lists buckets, as from an address where one is given. */
export async function tryBuckets(endpoint: string, credentials: Credentials, from?: string): Promise<string> {
  const s3 = new S3Client({ ...configOf(endpoint, credentials), forcePathStyle: true });
  if (from !== undefined) s3.middlewareStack.add(withHeader('x-forwarded-for', from), { step: 'build' });
  return outcomeOf(s3.send(new ListBucketsCommand({})));
}

/** A middleware that adds a header. */
export const withHeader =
  (name: string, value: string) =>
  <Args extends { request: unknown }, Answer>(next: (args: Args) => Answer) =>
  (args: Args): Answer => {
    (args.request as { headers: Record<string, string> }).headers[name] = value;
    return next(args);
  };

export async function assumeRole(
  endpoint: string,
  by: Credentials,
  RoleArn: string,
  more: Partial<AssumeRoleCommandInput> = {},
): Promise<Credentials> {
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more });
  return usable((await new STSClient(configOf(endpoint, by)).send(command)).Credentials);
}

export async function getSessionToken(endpoint: string, by: Credentials): Promise<Credentials> {
  return usable((await new STSClient(configOf(endpoint, by)).send(new GetSessionTokenCommand({}))).Credentials);
}

/** A federated session named `guest`. */
export async function getFederationToken(endpoint: string, by: Credentials, Policy?: string): Promise<Credentials> {
  const command = new GetFederationTokenCommand({ Name: 'guest', Policy });
  return usable((await new STSClient(configOf(endpoint, by)).send(command)).Credentials);
}

function usable(answered?: Answered): Credentials {
  return {
    accessKeyId: answered!.AccessKeyId!,
    secretAccessKey: answered!.SecretAccessKey!,
    sessionToken: answered!.SessionToken!,
  };
}
