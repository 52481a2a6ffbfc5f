import type { ClientConfig, ContainClients } from '../contain/clients.js';
import type { Context } from './context.js';
import { type AwsFlags, awsSettings } from './settings.js';

export interface Responder {
  clients: ContainClients;
  /** For clients of services, or of credentials, that `clients` has none of. */
  config: ClientConfig;
}

/** Who contains: the credentials of --profile or of the SDK's own chain. */
export async function openResponder(flags: AwsFlags, context: Context): Promise<Responder> {
  const { profile, region, endpointUrl } = awsSettings(flags, context);
  const [{ createClients }, { fromNodeProviderChain }] = await Promise.all([
    import('../contain/clients.js'),
    import('@aws-sdk/credential-providers'),
  ]);
  const config: ClientConfig = {
    // IAM and the questions asked of STS are the same in every Region; the SDK wants one all the same.
    region: region ?? context.env.AWS_REGION ?? context.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...(profile === undefined ? {} : { credentials: fromNodeProviderChain({ profile }) }),
  };
  return { clients: createClients(config), config };
}
