import type { Random } from './random.js';
import type { JsonObject } from './record.js';

/** An item under AWS Config's own names. Source: AWS Config developer guide: Components of a configuration item. */
export interface ConfigItem {
  relatedEvents: readonly string[];
  relationships: readonly Relationship[];
  /** Absent once the resource is deleted. */
  configuration?: JsonObject;
  supplementaryConfiguration: JsonObject;
  tags: Readonly<Record<string, string>>;
  configurationItemVersion: string;
  configurationItemCaptureTime: string;
  configurationStateId: number;
  awsAccountId: string;
  configurationItemStatus: 'OK' | 'ResourceDiscovered' | 'ResourceDeleted';
  resourceType: string;
  resourceId: string;
  resourceName?: string;
  ARN: string;
  awsRegion: string;
  availabilityZone: string;
  configurationStateMd5Hash: string;
  resourceCreationTime?: string;
}

interface Relationship {
  resourceId: string;
  resourceName?: string;
  resourceType: string;
  name: string;
}

/** What is the same in each item of a resource. */
export interface Resource {
  accountId: string;
  /** `global` for IAM. */
  region: string;
  type: string;
  id: string;
  name?: string;
  arn: string;
  zone?: string;
  /** Seconds since 1970. */
  created: number;
  tags?: Readonly<Record<string, string>>;
}

export interface State {
  status: ConfigItem['configurationItemStatus'];
  configuration?: JsonObject;
  supplementary?: JsonObject;
  relationships?: readonly Relationship[];
  /** Ids of the CloudTrail events that led to it. */
  events?: readonly string[];
}

/** A state of a resource that is captured within a second, given in seconds since 1970. */
export function itemOf(resource: Resource, second: number, state: State, random: Random): ConfigItem {
  const captured = second * 1000 + random.between(0, 999);
  const { accountId, region, type, id, name, arn, zone = 'Not Applicable', created, tags = {} } = resource;
  return {
    relatedEvents: state.events ?? [],
    relationships: state.relationships ?? [],
    ...(state.configuration && { configuration: state.configuration }),
    supplementaryConfiguration: state.supplementary ?? {},
    tags,
    configurationItemVersion: '1.3',
    configurationItemCaptureTime: new Date(captured).toISOString(),
    configurationStateId: captured,
    awsAccountId: accountId,
    configurationItemStatus: state.status,
    resourceType: type,
    resourceId: id,
    ...(name && { resourceName: name }),
    ARN: arn,
    awsRegion: region,
    availabilityZone: zone,
    configurationStateMd5Hash: '',
    ...(state.status !== 'ResourceDeleted' && { resourceCreationTime: new Date(created * 1000).toISOString() }),
  };
}
