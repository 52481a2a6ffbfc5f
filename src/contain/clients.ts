import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { STSClient } from '@aws-sdk/client-sts';

/** Clients of the services that a Region has for itself. */
export interface RegionClients {
  ec2: EC2Client;
  lambda: LambdaClient;
  secretsManager: SecretsManagerClient;
  ssm: SSMClient;
  cloudWatch: CloudWatchClient;
  logs: CloudWatchLogsClient;
}

/** The clients of the responder, never of the credential that is contained. */
export interface ContainClients {
  /** Where the responder works: Identity Center is asked there. */
  region: string;
  iam: IAMClient;
  sts: STSClient;
  organizations: OrganizationsClient;
  ssoAdmin: SSOAdminClient;
  identityStore: IdentitystoreClient;
  in(region: string): RegionClients;
}

/** What every client is made with. */
export type ClientConfig = Pick<IAMClientConfig, 'endpoint' | 'credentials' | 'maxAttempts'> & { region: string };

export function createClients(config: ClientConfig): ContainClients {
  const regions = new Map<string, RegionClients>();
  return {
    region: config.region,
    iam: new IAMClient(config),
    sts: new STSClient(config),
    organizations: new OrganizationsClient(config),
    ssoAdmin: new SSOAdminClient(config),
    identityStore: new IdentitystoreClient(config),
    in(region) {
      const known = regions.get(region) ?? regionClients({ ...config, region });
      regions.set(region, known);
      return known;
    },
  };
}

function regionClients(config: ClientConfig): RegionClients {
  return {
    ec2: new EC2Client(config),
    lambda: new LambdaClient(config),
    secretsManager: new SecretsManagerClient(config),
    ssm: new SSMClient(config),
    cloudWatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
  };
}
