import { KeytrailError, reasonOf } from '../../errors.js';

/** How AWS names the two: OpenSearch Service domains, and OpenSearch Serverless collections. */
export type AwsService = 'es' | 'aoss';

/** What is not given is left to the SDK's own chain. */
export interface AwsSettings {
  profile?: string;
  region?: string;
}

interface AwsHost {
  service: AwsService;
  region: string;
}

/** The dual-stack endpoints of domains end in on.aws. */
const hosts: readonly [RegExp, AwsService][] = [
  [/\.([a-z0-9-]+)\.es\.amazonaws\.com(?:\.cn)?$/, 'es'],
  [/\.aos\.([a-z0-9-]+)\.on\.aws$/, 'es'],
  [/\.([a-z0-9-]+)\.aoss\.amazonaws\.com(?:\.cn)?$/, 'aoss'],
];

/** What AWS runs behind a host name, if it says so: `search-logs-x1.eu-west-1.es.amazonaws.com`. */
export function awsHost(host: string): AwsHost | null {
  for (const [pattern, service] of hosts) {
    const region = pattern.exec(host)?.[1];
    if (region !== undefined) return { service, region };
  }
  return null;
}

/** As the client's signer takes them. */
export interface Signing {
  service: AwsService;
  region: string;
  getCredentials(): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string | undefined }>;
}

export interface SigningOptions {
  /** Absent: as the host's name says, unless a user name is given; a domain may have users of its own. */
  sigv4?: AwsService;
  aws?: AwsSettings;
}

/** How requests to `url` are signed; null: not at all. Throws `usage`. */
export async function signingOf(
  url: string,
  username: string | undefined,
  { sigv4, aws = {} }: SigningOptions,
): Promise<Signing | null> {
  const host = awsHost(new URL(url).hostname);
  const service = sigv4 ?? (username !== undefined && host?.service === 'es' ? undefined : host?.service);
  if (!service) return null;
  if (username !== undefined)
    throw new KeytrailError('usage', `${url} is asked with signed requests, which leave no place for a user name`, {
      hint:
        service === 'aoss'
          ? 'OpenSearch Serverless knows IAM only: take the user out of the URL and KEYTRAIL_OPENSEARCH_USERNAME.'
          : 'Give either a user and password or --aws-sigv4, not both.',
    });
  const region = host?.region ?? aws.region ?? (await chainRegion(url, aws));
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  const provider = fromNodeProviderChain(aws.profile === undefined ? {} : { profile: aws.profile });
  const getCredentials: Signing['getCredentials'] = async () => {
    try {
      const { sessionToken, ...credentials } = await provider();
      return { ...credentials, sessionToken };
    } catch (error) {
      throw new KeytrailError('no_credentials', `no AWS credentials to sign requests to ${url}: ${reasonOf(error)}`, {
        hint: 'Sign in or name a profile: --profile NAME.',
        cause: error,
      });
    }
  };
  return { service, region, getCredentials };
}

/** From AWS_REGION or the profile; a client of any service finds it as all do. */
async function chainRegion(url: string, { profile }: AwsSettings): Promise<string> {
  const { STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient(profile === undefined ? {} : { profile });
  try {
    return await client.config.region();
  } catch (error) {
    throw new KeytrailError('usage', `signing requests to ${url} needs an AWS Region, and none is set`, {
      hint: 'Give --region, or set AWS_REGION or the Region of the profile.',
      cause: error,
    });
  } finally {
    client.destroy();
  }
}
