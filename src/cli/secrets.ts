import { KeytrailError, reasonOf } from '../errors.js';
import { readText } from '../model/read-file.js';
import type { StoreOptions } from '../stores/open.js';

/** Who one is for a server: what is given of it. */
export interface Login {
  username?: string;
  password?: string;
}

type Environment = NodeJS.ProcessEnv;
type AwsSettings = NonNullable<StoreOptions['aws']>;

/** A secret is a line: what an editor or `echo` puts after it is none of it. */
function fromFile(variable: string, file: string): string {
  try {
    const text = readText(file).replace(/\r?\n$/, '');
    if (text === '') throw new Error('it is empty');
    return text;
  } catch (error) {
    throw new KeytrailError('usage', `${variable} names ${file}, which can't be read: ${reasonOf(error)}`, {
      hint: 'Name a file that holds the secret alone, and that this user may read.',
      cause: error,
    });
  }
}

/** What `NAME` or the file that `NAME_FILE` names holds, as containers are given secrets. Throws `usage`. */
export function secretOf(env: Environment, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return env[name];
  if (env[name]) throw twice(name, `${name}_FILE`);
  return fromFile(`${name}_FILE`, file);
}

const twice = (one: string, other: string): KeytrailError =>
  new KeytrailError('usage', `${one} and ${other} are both set`, { hint: 'Unset one of them.' });

/**
 * User and password from the environment: `PREFIX_USERNAME` (of Trino `PREFIX_USER`), `PREFIX_PASSWORD` or
 * `PREFIX_PASSWORD_FILE`, or both from `PREFIX_SECRET`, a secret of AWS Secrets Manager by name or ARN whose value is
 * JSON with `username` and `password` ("AWS Secrets Manager: JSON structure of database credential secrets").
 */
export async function loginOf(env: Environment, prefix: string, aws: AwsSettings): Promise<Login> {
  const userVariable = prefix === 'KEYTRAIL_TRINO' ? `${prefix}_USER` : `${prefix}_USERNAME`;
  const username = env[userVariable];
  const password = secretOf(env, `${prefix}_PASSWORD`);
  const secret = env[`${prefix}_SECRET`];
  if (!secret)
    return { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
  if (password !== undefined) throw twice(`${prefix}_SECRET`, `${prefix}_PASSWORD`);
  const stored = await fromSecretsManager(`${prefix}_SECRET`, secret, aws);
  return { ...stored, ...(username === undefined ? {} : { username }) };
}

async function fromSecretsManager(variable: string, id: string, aws: AwsSettings): Promise<Login> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  const region = aws.region ?? /^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):/.exec(id)?.[1];
  const client = new SecretsManagerClient({
    ...(region === undefined ? {} : { region }),
    ...(aws.endpointUrl === undefined ? {} : { endpoint: aws.endpointUrl }),
    ...(aws.profile === undefined ? {} : { credentials: fromNodeProviderChain({ profile: aws.profile }) }),
  });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    return loginIn(SecretString ?? '', variable);
  } catch (error) {
    if (error instanceof KeytrailError) throw error;
    const credentials = /Credentials|Token/.test((error as Error).name);
    throw new KeytrailError(credentials ? 'no_credentials' : 'aws_failed', `${variable}: ${reasonOf(error)}`, {
      hint: 'The credentials need secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own.',
      cause: error,
    });
  } finally {
    client.destroy();
  }
}

/** The value is never repeated. */
function loginIn(text: string, variable: string): Login {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const { username, password } = (value ?? {}) as Record<string, unknown>;
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  throw new KeytrailError('usage', `${variable} names a secret that is no JSON with username and password`, {
    hint: 'Store {"username": "…", "password": "…"}.',
  });
}
