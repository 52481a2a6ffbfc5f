import type { AthenaClient, AthenaClientConfig } from '@aws-sdk/client-athena';
import { KeytrailError } from '../../errors.js';

export type Sdk = typeof import('@aws-sdk/client-athena');

/** What is not given is left to the SDK's own chain. */
export interface AwsSettings {
  profile?: string;
  region?: string;
  endpointUrl?: string;
  /** How often a request is sent at the most. */
  maxAttempts?: number;
}

const connectMs = 10_000;
/** Idle time of a connection; Athena answers each request at once, also while a query runs. */
const idleMs = 60_000;

/** Sends nothing yet. Throws `usage` where no Region is known. */
export async function openClient(sdk: Sdk, aws: AwsSettings): Promise<AthenaClient> {
  const config: AthenaClientConfig = { requestHandler: { connectionTimeout: connectMs, socketTimeout: idleMs } };
  if (aws.maxAttempts !== undefined) config.maxAttempts = aws.maxAttempts;
  if (aws.region !== undefined) config.region = aws.region;
  if (aws.endpointUrl !== undefined) config.endpoint = aws.endpointUrl;
  if (aws.profile !== undefined) {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    config.profile = aws.profile;
    config.credentials = fromNodeProviderChain({ profile: aws.profile });
  }
  const client = new sdk.AthenaClient(config);
  try {
    await client.config.region();
    return client;
  } catch (error) {
    client.destroy();
    throw new KeytrailError('usage', 'Athena needs an AWS Region, and none is set', {
      hint: 'Give --region, or set AWS_REGION or the Region of the profile.',
      cause: error,
    });
  }
}
