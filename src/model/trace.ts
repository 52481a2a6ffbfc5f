/**
 * What the logs tell about a credential: what a containment is planned from beside the account itself.
 * Times are ISO 8601 UTC with milliseconds; lists have a stable order.
 */
export interface Trace {
  keyId: string;
  /** Who signed with it; null where the logs hold no call of it. */
  owner: TracedIdentity | null;
  /** Who asked STS for it, for a temporary credential (of the whole chain, the nearest first); empty where not known. */
  issuers: TracedIssuer[];
  /** Who uses the key itself, busiest first. */
  clients: KeyClient[];
  /** Credentials issued from it, at any depth, in the order of their issue; without the key itself. */
  derived: DerivedCredential[];
  /** Roles that the key or what derives from it assumed. */
  roles: AssumedRole[];
  /** What was made or changed with it and what derives from it, and stays when the key is gone. */
  created: CreatedThing[];
  /** Actions really used, by the key and what derives from it. */
  actions: UsedAction[];
  /** First call that the verdict is about; null where none is. */
  firstAbuse: string | null;
  /** The last CloudTrail event in the store, whatever key signed it: what comes later is not known. */
  logsReachTo: string | null;
  /** Questions that the engine can't answer, and `coverage` where it keeps no ledger: what they would fill is empty. */
  unanswered: string[];
  /** Lists above that were cut at their bound: there is more. */
  truncated: string[];
}

export interface TracedIdentity {
  /** `userIdentity.type`: IAMUser, AssumedRole, Root, FederatedUser, IdentityCenterUser … */
  type: string;
  arn: string;
  accountId: string;
  /** Of an IAM user. */
  userName: string | null;
  /** ARN of the role, without the session. */
  roleArn: string | null;
  sessionName: string | null;
}

export interface TracedIssuer {
  /** The key that asked. */
  accessKeyId: string | null;
  /** AssumeRole, GetFederationToken, GetSessionToken … */
  eventName: string;
  /** Who asked: an ARN, or a service such as ec2.amazonaws.com. */
  by: string;
  time: string | null;
}

/** A row of the question `key-clients`. */
export interface KeyClient {
  source_ip: string | null;
  user_agent: string | null;
  events: number;
  first_seen: string | null;
  last_seen: string | null;
}

export interface DerivedCredential {
  accessKeyId: string;
  parent: string | null;
  depth: number;
  /** AssumeRole, GetFederationToken, GetSessionToken, CreateAccessKey … */
  eventName: string | null;
  /** Session ARN, or `user/NAME` for an access key. */
  issuedArn: string | null;
  issuedAt: string | null;
  expiration: string | null;
}

export interface AssumedRole {
  /** ARN of the role. */
  arn: string;
  sessions: number;
  sessionNames: string[];
  lastAssumed: string | null;
}

export type CreatedKind =
  | 'user'
  | 'access-key'
  | 'login-profile'
  | 'role'
  | 'trust-policy'
  | 'oidc-provider'
  | 'saml-provider'
  | 'trust-anchor'
  | 'function'
  | 'instance'
  | 'mfa-device'
  | 'policy-grant';

export interface CreatedThing {
  kind: CreatedKind;
  /** User, role or function name, key id, instance id, ARN of a provider or a trust anchor. */
  name: string;
  /** The user that an access key, login profile, MFA device belongs to; the user, role or group granted to. */
  of: string | null;
  accountId: string;
  region: string;
  eventName: string;
  eventId: string;
  time: string;
  /** Where the call came from: what the key's owner made in the meantime is here, too. */
  sourceIp: string | null;
  /** Principals that a trust policy (of a new role, or as edited) names; otherwise empty. */
  principals: string[];
}

export interface UsedAction {
  /** `s3.amazonaws.com` */
  event_source: string;
  event_name: string;
  events: number;
  failed: number;
  last_seen: string | null;
}
