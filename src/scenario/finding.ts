import type { Random } from './random.js';
import type { JsonObject, Place } from './record.js';

/** A state of a finding under GuardDuty's own names. Source: GuardDuty API reference: Finding. */
export interface Finding {
  schemaVersion: string;
  accountId: string;
  region: string;
  partition: string;
  id: string;
  arn: string;
  type: string;
  resource: FoundResource;
  service: {
    serviceName: string;
    detectorId: string;
    action: FoundAction;
    resourceRole: 'TARGET' | 'ACTOR';
    additionalInfo: JsonObject;
    eventFirstSeen: string;
    eventLastSeen: string;
    archived: boolean;
    count: number;
  };
  severity: number;
  createdAt: string;
  updatedAt: string;
  title: string;
  description: string;
}

export interface FoundResource {
  resourceType: 'AccessKey' | 'Instance' | 'S3Bucket';
  accessKeyDetails?: { accessKeyId?: string; principalId: string; userType: string; userName: string };
  instanceDetails?: JsonObject & { instanceId: string };
  s3BucketDetails?: JsonObject[];
}

interface Remote {
  remoteIpDetails: { ipAddressV4: string };
}

export interface FoundAction {
  actionType: 'AWS_API_CALL' | 'NETWORK_CONNECTION' | 'PORT_PROBE';
  awsApiCallAction?: JsonObject & Remote & { api: string };
  networkConnectionAction?: JsonObject & Remote;
  portProbeAction?: { blocked: boolean; portProbeDetails: (JsonObject & Remote)[] };
}

/** What is the same in each state of a finding. */
export interface Sighting {
  type: string;
  severity: number;
  title: string;
  description: string;
  resource: FoundResource;
  action: FoundAction;
  resourceRole: 'TARGET' | 'ACTOR';
  /** When it was seen, in seconds since 1970 and in order. */
  seen: readonly number[];
}

/** A finding is made some minutes after it is first seen; what is seen later is a state of the same finding. */
const settled = 300;
const updatedEvery = 900;

const milliseconds = (time: number): string => new Date(time).toISOString();

/** The states of one finding: the first and, if it is seen for longer than that takes, the latest. */
export function statesOf(
  { accountId, region }: Omit<Place, 'time'>,
  detectorId: string,
  sighting: Sighting,
  random: Random,
): Finding[] {
  const { seen, type, severity, title, description, resource, action, resourceRole } = sighting;
  const first = seen[0]!;
  const id = random.hex(32);
  const createdAt = (first + settled) * 1000 + random.between(0, 999);
  const state = (times: readonly number[], updatedAt: number): Finding => ({
    schemaVersion: '2.0',
    accountId,
    region,
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:${region}:${accountId}:detector/${detectorId}/finding/${id}`,
    type,
    resource,
    service: {
      serviceName: 'guardduty',
      detectorId,
      action,
      resourceRole,
      additionalInfo: {},
      eventFirstSeen: milliseconds(first * 1000),
      eventLastSeen: milliseconds(times.at(-1)! * 1000),
      archived: false,
      count: times.length,
    },
    severity,
    createdAt: milliseconds(createdAt),
    updatedAt: milliseconds(updatedAt),
    title,
    description,
  });
  const early = seen.filter((time) => time < first + settled);
  if (early.length === seen.length) return [state(seen, createdAt)];
  const updatedAt = (seen.at(-1)! + updatedEvery) * 1000 + random.between(0, 999);
  return [state(early, createdAt), state(seen, updatedAt)];
}
