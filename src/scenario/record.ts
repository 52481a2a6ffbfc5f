import { s3RequestIdOf, timeText } from './identifiers.js';
import type { UserIdentity } from './identities.js';
import type { Random } from './random.js';

export type JsonObject = { [name: string]: unknown };

export interface Resource {
  ARN: string;
  accountId?: string;
  type: string;
}

/** A record under CloudTrail's own names. Source: CloudTrail record contents. */
export interface CloudTrailRecord {
  eventVersion: string;
  userIdentity: UserIdentity;
  eventTime: string;
  eventSource: string;
  eventName: string;
  awsRegion: string;
  sourceIPAddress: string;
  userAgent: string;
  errorCode?: string;
  errorMessage?: string;
  requestParameters: JsonObject | null;
  responseElements: JsonObject | null;
  additionalEventData?: JsonObject;
  requestID: string;
  eventID: string;
  readOnly: boolean;
  resources?: Resource[];
  eventType: string;
  managementEvent: boolean;
  recipientAccountId: string;
  sharedEventID?: string;
  vpcEndpointId?: string;
  vpcEndpointAccountId?: string;
  eventCategory: string;
  tlsDetails?: { tlsVersion: string; cipherSuite: string; clientProvidedHostHeader: string };
  sessionCredentialFromConsole?: string;
}

/** Who calls, from where, with what. */
export interface Caller {
  identity: UserIdentity;
  sourceIp: string;
  userAgent: string;
  /** Calls come through this endpoint; its owner is the caller's account. */
  vpcEndpointId?: string;
  /** The credentials come from a console session. */
  console?: boolean;
}

/** A call of an API, before it becomes a record. */
export interface Call {
  /** `s3`: the part of the event source that tells services apart. */
  service: string;
  name: string;
  readOnly: boolean;
  requestParameters?: JsonObject | null;
  responseElements?: JsonObject | null;
  additionalEventData?: JsonObject;
  resources?: Resource[];
  /** Code and message. A refused call has no response. */
  error?: readonly [string, string] | null;
  /** A failed sign-in has a message without a code, and a response. */
  signInError?: string;
  /** An S3 data event. */
  data?: boolean;
  sharedEventId?: string;
  eventType?: string;
}

export interface Place {
  /** Account whose trail has the record. */
  accountId: string;
  region: string;
  /** Seconds since 1970. */
  time: number;
}

/** Services whose records are of the newest format. */
const newest: ReadonlySet<string> = new Set(['s3', 'ec2', 'kms', 'secretsmanager', 'lambda', 'ssm']);
const withoutRegion: ReadonlySet<string> = new Set(['iam', 'signin', 'organizations']);

export function recordOf(place: Place, caller: Caller, call: Call, random: Random): CloudTrailRecord {
  const { service } = call;
  const byService = caller.sourceIp.endsWith('.amazonaws.com');
  const host = withoutRegion.has(service) ? `${service}.amazonaws.com` : `${service}.${place.region}.amazonaws.com`;
  return {
    eventVersion: newest.has(service) ? '1.11' : '1.09',
    userIdentity: caller.identity,
    eventTime: timeText(place.time),
    eventSource: `${service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: place.region,
    sourceIPAddress: caller.sourceIp,
    userAgent: caller.userAgent,
    ...(call.error && { errorCode: call.error[0], errorMessage: call.error[1] }),
    ...(call.signInError && { errorMessage: call.signInError }),
    requestParameters: call.requestParameters ?? null,
    responseElements: call.error ? null : (call.responseElements ?? null),
    ...(call.additionalEventData && { additionalEventData: call.additionalEventData }),
    requestID: service === 's3' ? s3RequestIdOf(random) : random.uuid(),
    eventID: random.uuid(),
    readOnly: call.readOnly,
    ...(call.resources && { resources: call.resources }),
    eventType: call.eventType ?? 'AwsApiCall',
    managementEvent: !call.data,
    recipientAccountId: place.accountId,
    ...(call.sharedEventId && { sharedEventID: call.sharedEventId }),
    ...(caller.vpcEndpointId && { vpcEndpointId: caller.vpcEndpointId, vpcEndpointAccountId: place.accountId }),
    eventCategory: call.data ? 'Data' : 'Management',
    ...(!byService && {
      tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: host },
    }),
    ...(caller.console && { sessionCredentialFromConsole: 'true' }),
  };
}

const json: ReadonlySet<string> = new Set([
  'access-analyzer',
  'cloudtrail',
  'config',
  'dynamodb',
  'ecr',
  'ecs',
  'eks',
  'guardduty',
  'kms',
  'lambda',
  'organizations',
  'secretsmanager',
  'ssm',
]);

/** How a service refuses a caller who lacks the permission. */
export function refusalOf(service: string, name: string, callerArn: string, resource = '*'): readonly [string, string] {
  const action = `${service}:${name.replace(/\d{8}(v\d)?$/, '')}`;
  if (service === 'ec2')
    return [
      'Client.UnauthorizedOperation',
      `You are not authorized to perform this operation. User: ${callerArn} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
    ];
  return [
    json.has(service) ? 'AccessDeniedException' : 'AccessDenied',
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  ];
}
