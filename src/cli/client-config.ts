import type { ClientConfig } from '../contain/clients.js';
import type { Context } from './context.js';
import { type AwsFlags, awsSettings } from './settings.js';

/** What the responder's AWS clients are made with, by flags and environment. */
export async function clientConfig(flags: AwsFlags, context: Context): Promise<ClientConfig> {
  const { profile, region, endpointUrl } = awsSettings(flags, context);
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  return {
    region: region ?? context.env.AWS_REGION ?? context.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...(profile === undefined ? {} : { credentials: fromNodeProviderChain({ profile }) }),
  };
}
