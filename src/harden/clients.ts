import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { Macie2Client } from '@aws-sdk/client-macie2';
import { type ClientConfig, type ContainClients, createClients, type RegionClients } from '../contain/clients.js';

/** Clients of the services that watch over a Region. */
export interface HardenRegionClients extends Pick<RegionClients, 'ec2' | 'cloudWatch' | 'logs'> {
  guardDuty: GuardDutyClient;
  macie: Macie2Client;
  config: ConfigServiceClient;
  cloudTrail: CloudTrailClient;
}

export interface HardenClients extends Pick<ContainClients, 'region' | 'iam' | 'sts'> {
  in(region: string): HardenRegionClients;
}

export function createHardenClients(config: ClientConfig): HardenClients {
  const { region: home, iam, sts, in: shared } = createClients(config);
  const regions = new Map<string, HardenRegionClients>();
  return {
    region: home,
    iam,
    sts,
    in(region) {
      const known = regions.get(region) ?? { ...shared(region), ...watchers({ ...config, region }) };
      regions.set(region, known);
      return known;
    },
  };
}

const watchers = (config: ClientConfig) => ({
  guardDuty: new GuardDutyClient(config),
  macie: new Macie2Client(config),
  config: new ConfigServiceClient(config),
  cloudTrail: new CloudTrailClient(config),
});
