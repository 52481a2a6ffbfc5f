import { type Finding, type FoundAction, type FoundResource, type Sighting, statesOf } from './finding.js';
import type { FlowLog } from './flow-log.js';
import type { Interface } from './flow-row.js';
import type { PlannedFlow } from './incident-flows.js';
import { randomOf } from './random.js';
import type { CloudTrailRecord, Place } from './record.js';
import type { PlannedEvent } from './story.js';
import type { Villain } from './villain.js';
import { dataBucket, homeRegions, platform, production, sandbox, unusedRegion } from './world.js';

const home = homeRegions[0]!;

type Kind = Pick<Sighting, 'type' | 'severity' | 'title' | 'description'>;

/** A default severity of the user guide as the number that findings have. */
const severities = { low: 2, medium: 5, high: 8 } as const;

const kinds = {
  discovery: {
    type: 'Discovery:IAMUser/AnomalousBehavior',
    severity: severities.low,
    title: 'A user called APIs that look around, in an unusual way.',
    description: 'The calls came from an address and with a client that the user has not been seen with.',
  },
  credentialAccess: {
    type: 'CredentialAccess:IAMUser/AnomalousBehavior',
    severity: severities.medium,
    title: 'A role called APIs that give credentials, in an unusual way.',
    description: 'The role read secrets that it has not been seen to read.',
  },
  exfiltration: {
    type: 'Exfiltration:S3/AnomalousBehavior',
    severity: severities.high,
    title: 'A role read objects of a bucket in an unusual way.',
    description: 'The role read many objects from an address that it has not been seen with.',
  },
  persistence: {
    type: 'Persistence:IAMUser/AnomalousBehavior',
    severity: severities.medium,
    title: 'A role called APIs that keep access, in an unusual way.',
    description: 'The role made an access key, which it has not been seen to do.',
  },
  defenseEvasion: {
    type: 'DefenseEvasion:IAMUser/AnomalousBehavior',
    severity: severities.medium,
    title: 'A role called APIs that hide what is done, in an unusual way.',
    description: 'The role tried to end a trail, which it has not been seen to do.',
  },
  mining: {
    type: 'CryptoCurrency:EC2/BitcoinTool.B',
    severity: severities.high,
    title: 'An instance talks to an address of a cryptocurrency.',
    description: 'The instance connects to an address that is associated with cryptocurrency.',
  },
  volume: {
    type: 'Behavior:EC2/TrafficVolumeUnusual',
    severity: severities.medium,
    title: 'An instance sends unusually much to one address.',
    description: 'The instance sends more to the address than it has been seen to send.',
  },
  signIn: {
    type: 'UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B',
    severity: severities.medium,
    title: 'A user signed in to the console from several places.',
    description: 'The user signed in from places far from each other, at about the same time.',
  },
  portProbe: {
    type: 'Recon:EC2/PortProbeUnprotectedPort',
    severity: severities.low,
    title: 'An open port of an instance is probed.',
    description: 'The port is open to the internet, and known scanners probe it.',
  },
  bruteForce: {
    type: 'UnauthorizedAccess:EC2/SSHBruteForce',
    severity: severities.low,
    title: 'Passwords are guessed on an instance.',
    description: 'The address tries many passwords to sign in to the instance by SSH.',
  },
} as const satisfies Record<string, Kind>;

/** The identity that made a call, as a finding names it: of a session, the role. */
function keyDetails({ userIdentity: caller }: CloudTrailRecord): NonNullable<FoundResource['accessKeyDetails']> {
  return {
    ...(caller.accessKeyId && { accessKeyId: caller.accessKeyId }),
    principalId: caller.principalId!,
    userType: caller.type,
    userName: caller.userName ?? caller.sessionContext!.sessionIssuer!.userName,
  };
}

const callOf = ({ eventName, eventSource, sourceIPAddress, errorCode }: CloudTrailRecord): FoundAction => ({
  actionType: 'AWS_API_CALL',
  awsApiCallAction: {
    api: eventName,
    serviceName: eventSource,
    callerType: 'Remote IP',
    remoteIpDetails: { ipAddressV4: sourceIPAddress },
    ...(errorCode && { errorCode }),
    affectedResources: {},
  },
});

const connection = (
  direction: 'INBOUND' | 'OUTBOUND',
  address: string,
  local: number,
  remote: number,
): FoundAction => ({
  actionType: 'NETWORK_CONNECTION',
  networkConnectionAction: {
    connectionDirection: direction,
    protocol: 'TCP',
    blocked: false,
    localPortDetails: { port: local, portName: local === 22 ? 'SSH' : 'Unknown' },
    remoteIpDetails: { ipAddressV4: address },
    remotePortDetails: { port: remote, portName: remote === 443 ? 'HTTPS' : 'Unknown' },
  },
});

const instanceOf = ({ instanceId, interfaceId, address, vpcId, subnetId }: Interface): FoundResource => ({
  resourceType: 'Instance',
  instanceDetails: {
    instanceId: instanceId!,
    networkInterfaces: [{ networkInterfaceId: interfaceId, privateIpAddress: address, vpcId, subnetId }],
  },
});

/**
 * What GuardDuty finds about the intruder's calls and instances, and about others. Calls and connections are those
 * of the trail and the flow logs. Source: Amazon GuardDuty user guide: GuardDuty finding types.
 */
export function findingsOf(
  seed: number,
  villain: Villain,
  events: readonly PlannedEvent[],
  flows: readonly PlannedFlow[],
  logs: readonly FlowLog[],
): Finding[] {
  const { keys, sinks, instances } = villain;
  const found: Finding[] = [];
  const add = (place: Omit<Place, 'time'>, sighting: Sighting) => {
    const labels = [place.accountId, place.region];
    const detectorId = randomOf(seed, 'detector', ...labels).hex(32);
    const random = randomOf(seed, 'finding', ...labels, String(found.length));
    found.push(...statesOf(place, detectorId, sighting, random));
  };
  const ofCalls = (calls: readonly PlannedEvent[], kind: Kind, bucket?: string) => {
    const { record } = calls[0]!;
    add(
      { accountId: record.recipientAccountId, region: record.awsRegion },
      {
        ...kind,
        resource: {
          resourceType: bucket ? 'S3Bucket' : 'AccessKey',
          accessKeyDetails: keyDetails(record),
          ...(bucket && { s3BucketDetails: [{ name: bucket, arn: `arn:aws:s3:::${bucket}`, type: 'Destination' }] }),
        },
        action: callOf(record),
        resourceRole: 'TARGET',
        seen: calls.map(({ time }) => time),
      },
    );
  };
  const calls = (key: string, names: readonly string[], from?: string) =>
    events.filter(
      ({ record }) =>
        record.userIdentity.accessKeyId === key &&
        record.awsRegion === home &&
        names.includes(record.eventName) &&
        (from === undefined || record.sourceIPAddress === from),
    );

  ofCalls(
    calls(
      keys.leaked,
      [
        'ListUsers',
        'ListRoles',
        'ListBuckets',
        'DescribeInstances',
        'DescribeSnapshots',
        'ListSecrets',
        'GetBucketAcl',
      ],
      villain.addresses[0],
    ),
    kinds.discovery,
  );
  ofCalls(calls(keys.deploy.accessKeyId, ['GetSecretValue']), kinds.credentialAccess);
  ofCalls(calls(keys.deploy.accessKeyId, ['GetObject']), kinds.exfiltration, dataBucket);
  ofCalls(calls(keys.admin.accessKeyId, ['CreateAccessKey']), kinds.persistence);
  ofCalls(calls(keys.admin.accessKeyId, ['StopLogging', 'DeleteTrail']), kinds.defenseEvasion);

  const ofFlows = (instanceId: string, address: string, kind: Kind) => {
    const own = flows.filter(({ row }) => row.at.instanceId === instanceId && row.traffic?.dstaddr === address);
    const { at, traffic } = own[0]!.row;
    add(
      { accountId: platform, region: unusedRegion },
      {
        ...kind,
        resource: instanceOf(at),
        action: connection('OUTBOUND', address, traffic!.srcport, traffic!.dstport),
        resourceRole: 'ACTOR',
        seen: own.map(({ time }) => time),
      },
    );
  };
  for (const { instanceId } of instances) ofFlows(instanceId, sinks.pool, kinds.mining);
  ofFlows(instances[0]!.instanceId, sinks.drop, kinds.volume);

  const signIn = events.find(
    ({ record }) =>
      record.eventName === 'ConsoleLogin' &&
      record.userIdentity.type === 'IAMUser' &&
      record.responseElements?.ConsoleLogin === 'Success' &&
      !villain.addresses.includes(record.sourceIPAddress),
  )!;
  ofCalls([signIn], kinds.signIn);
  const bastionOf = (accountId: string) =>
    logs.find((log) => log.accountId === accountId && log.region === home)!.bastion;
  const outsider = (accountId: string, kind: Kind, action: FoundAction, seen: readonly number[]) =>
    add(
      { accountId, region: home },
      { ...kind, resource: instanceOf(bastionOf(accountId)), action, resourceRole: 'TARGET', seen },
    );
  outsider(
    production,
    kinds.portProbe,
    {
      actionType: 'PORT_PROBE',
      portProbeAction: {
        blocked: false,
        portProbeDetails: [
          { localPortDetails: { port: 22, portName: 'SSH' }, remoteIpDetails: { ipAddressV4: '192.0.2.140' } },
        ],
      },
    },
    [villain.began - 20_000, villain.began - 12_000],
  );
  outsider(sandbox, kinds.bruteForce, connection('INBOUND', '192.0.2.141', 22, 44_210), [villain.began - 9_000]);
  return found;
}
