import { ciAddress } from './ci.js';
import type { Villain } from './villain.js';
import { dataBucket, platform, production, unusedRegion } from './world.js';

/** What happened, as a report would have to find it. */
export interface Incident {
  /** The leaked key, its account and its owner. */
  keyId: string;
  accountId: string;
  userName: string;
  userArn: string;
  /** The address of the CI, to which the key belongs. */
  legitimateIp: string;
  attackerIps: string[];
  attackerUserAgents: string[];
  /** Records of the intruder's calls; a cross-account call has two. */
  events: number;
  /** Times `YYYY-MM-DDTHH:mm:ssZ` that enclose all of it: first call, and an end after the last call and flow. */
  from: string;
  to: string;
  /** ARNs of the roles that were taken, in order. */
  roles: string[];
  createdUser: string;
  createdUserArn: string;
  createdUserAccountId: string;
  /** The long-lived key of the created user: persistence, not issued by STS. */
  createdKeyId: string;
  /** The created user's console session. */
  consoleKeyId: string;
  /** The bucket whose objects were read. */
  bucket: string;
  /** ARNs of the secrets that were asked for. */
  secrets: string[];
  launchRegion: string;
  launchedInstances: { instanceId: string; interfaceId: string; privateAddress: string }[];
  /** Where the launched instances sent data. */
  egressAddresses: string[];
}

export function incidentOf(villain: Villain, extent: Pick<Incident, 'events' | 'from' | 'to'>): Incident {
  const { user, createdUser, keys } = villain;
  return {
    keyId: keys.leaked,
    accountId: production,
    userName: user.name,
    userArn: user.arn,
    legitimateIp: ciAddress,
    attackerIps: villain.addresses,
    attackerUserAgents: villain.userAgents,
    ...extent,
    roles: [villain.deployRole.arn, villain.adminRole.arn],
    createdUser: createdUser.name,
    createdUserArn: createdUser.arn,
    createdUserAccountId: platform,
    createdKeyId: keys.created.accessKeyId,
    consoleKeyId: keys.console.accessKeyId,
    bucket: dataBucket,
    secrets: villain.secrets,
    launchRegion: unusedRegion,
    launchedInstances: villain.instances.map(({ instanceId, interfaceId, address }) => ({
      instanceId,
      interfaceId,
      privateAddress: address,
    })),
    egressAddresses: [villain.sinks.pool, villain.sinks.drop],
  };
}
