import type { KeyObject } from 'node:crypto';
import type { CloudTrailClient, CloudTrailClientConfig } from '@aws-sdk/client-cloudtrail';
import { KeytrailError, reasonOf } from '../errors.js';
import type { AwsSettings } from '../s3/source.js';
import { type PublicKeys, publicKey } from './keys.js';

/**
 * Keys from cloudtrail:ListPublicKeys in the digests' own Regions, asked for when they are needed.
 * `aws.region` is not used. `find` throws KeytrailErrors: `no_credentials`, `aws_failed`.
 */
export async function apiKeys(aws: Omit<AwsSettings, 'region'>): Promise<PublicKeys> {
  const sdk = await import('@aws-sdk/client-cloudtrail');
  const config: CloudTrailClientConfig = { requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 } };
  if (aws.endpointUrl !== undefined) config.endpoint = aws.endpointUrl;
  if (aws.profile !== undefined) {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    config.profile = aws.profile;
    config.credentials = fromNodeProviderChain({ profile: aws.profile });
  }
  return new ApiKeys(sdk, config);
}

class ApiKeys implements PublicKeys {
  private readonly clients = new Map<string, CloudTrailClient>();
  /** By Region and fingerprint; null: asked for, and not there. */
  private readonly known = new Map<string, KeyObject | null>();
  /** Regions that don't answer: asked once. */
  private readonly failed = new Map<string, KeytrailError>();

  constructor(
    private readonly sdk: typeof import('@aws-sdk/client-cloudtrail'),
    private readonly config: CloudTrailClientConfig,
  ) {}

  async find(fingerprint: string, region: string, from: number, to: number): Promise<KeyObject | null> {
    const name = `${region} ${fingerprint.toLowerCase()}`;
    const failed = this.failed.get(region);
    if (failed !== undefined) throw failed;
    // A key that isn't there is asked for once: every digest of a forger would cost a request.
    if (!this.known.has(name)) {
      await this.ask(region, from, to);
      if (!this.known.has(name)) this.known.set(name, null);
    }
    return this.known.get(name) ?? null;
  }

  private async ask(region: string, from: number, to: number): Promise<void> {
    let token: string | undefined;
    do {
      const command = new this.sdk.ListPublicKeysCommand({
        StartTime: new Date(from),
        EndTime: new Date(to),
        ...(token === undefined ? {} : { NextToken: token }),
      });
      const answer = await this.client(region)
        .send(command)
        .catch((error: unknown) => {
          const fault = failure(error, region);
          this.failed.set(region, fault);
          throw fault;
        });
      for (const { Fingerprint, Value } of answer.PublicKeyList ?? []) {
        const key = Value === undefined ? null : publicKey(Value);
        if (Fingerprint !== undefined && key !== null) this.known.set(`${region} ${Fingerprint.toLowerCase()}`, key);
      }
      token = answer.NextToken;
    } while (token !== undefined);
  }

  private client(region: string): CloudTrailClient {
    const client = this.clients.get(region) ?? new this.sdk.CloudTrailClient({ ...this.config, region });
    this.clients.set(region, client);
    return client;
  }

  close(): void {
    for (const client of this.clients.values()) client.destroy();
  }
}

const noCredentials: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);

function failure(error: unknown, region: string): KeytrailError {
  if (error instanceof Error && noCredentials.has(error.name)) {
    return new KeytrailError('no_credentials', 'no AWS credentials to list the public keys of digests', {
      hint: 'Sign in, name a profile with --profile NAME, or give the keys in a file with --public-keys FILE.',
      cause: error,
    });
  }
  const message = `the public keys of digests in ${JSON.stringify(region)} can't be listed: ${reasonOf(error)}`;
  return new KeytrailError('aws_failed', message, {
    hint: 'The credentials must allow cloudtrail:ListPublicKeys; or give the keys in a file with --public-keys FILE.',
    cause: error,
  });
}
