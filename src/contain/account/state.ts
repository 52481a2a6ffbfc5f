import { hashOf } from '../canonical.js';
import { attached, type Facts, fact } from '../fact.js';

/** Whom or what a plan contains. `name` is a user's or a role's name; root and Identity Center users have ARNs only. */
export interface Principal {
  type: 'user' | 'role' | 'root' | 'identity-center-user';
  name: string | null;
  arn: string;
  /** `AIDA…` or `AROA…`, which a new principal of the same name does not have; the account id for root. */
  id: string;
}

/** A thing with a status: an access key, an SSH key, a certificate, a service-specific credential. */
export interface Credential {
  id: string;
  /** `Active` or `Inactive`. */
  status: string;
  created: string | null;
}

export interface InlinePolicy {
  name: string;
  document: string;
}

export interface UserState {
  principal: Principal;
  accessKeys: Credential[];
  /** ARNs of managed policies attached to the user itself. */
  attachedPolicies: string[];
  inlinePolicies: InlinePolicy[];
  /** For information: membership is no fact, for no group can allow what the user is denied. */
  groups: string[];
  loginProfile: boolean;
  sshKeys: Credential[];
  certificates: Credential[];
  serviceCredentials: Credential[];
  mfaDevices: { serial: string; enabled: string | null }[];
}

export interface RoleState {
  principal: Principal;
  path: string;
  description: string;
  /** Seconds. */
  maxSessionDuration: number;
  trustPolicy: string;
  attachedPolicies: string[];
  inlinePolicies: InlinePolicy[];
  boundary: string | null;
  instanceProfiles: string[];
  instances: InstanceState[];
}

export interface InstanceState {
  region: string;
  instanceId: string;
  /** ARN of the profile that is associated now. */
  profileArn: string;
  /** `required` (IMDSv2) or `optional`. */
  httpTokens: string;
}

export interface FunctionState {
  region: string;
  name: string;
  /** Reserved concurrent executions; null where none are reserved. */
  concurrency: string | null;
}

/** An identity provider, with what it takes to make it again. */
export interface ProviderState {
  kind: 'oidc-provider' | 'saml-provider';
  arn: string;
  /** Canonical JSON. */
  settings: string;
}

export interface OrganizationState {
  managementAccountId: string;
  /** Whether service control policies can be used here and now; `reason` says why not. */
  usable: boolean;
  reason: string;
  /** keytrail's own policies that are there already: name → content. */
  policies: { name: string; content: string; attachedTo: string[] }[];
}

export interface IdentityCenterState {
  instanceArn: string;
  identityStoreId: string;
  userId: string;
  userName: string;
  assignments: { accountId: string; permissionSetArn: string }[];
  /** Group ids. */
  groups: string[];
}

/** What a plan is made from: the account as it was read. Lists are sorted; times are ISO 8601 UTC. */
export interface AccountState {
  /** Null where a principal was named instead of a key. */
  keyId: string | null;
  accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition: string;
  /** The responder, as GetCallerIdentity says. */
  caller: { arn: string; userId: string };
  /** Whose the key is. */
  principal: Principal;
  users: UserState[];
  roles: RoleState[];
  functions: FunctionState[];
  providers: ProviderState[];
  identityCenter: IdentityCenterState | null;
  /** Null: the account is in no organization, or that can't be asked. */
  organization: OrganizationState | null;
  /** For information. */
  lastUsed: { time: string; service: string; region: string } | null;
  /** ARNs of all who may do everything; null where that could not be read. */
  administrators: string[] | null;
  /** What could not be read, and why: a sentence each. */
  unread: string[];
}

/** The part of a state that must not change between plan and apply. */
export function factsOf(state: AccountState): Facts {
  return {
    ...merged(state.users.map(userFacts)),
    ...merged(state.roles.map(roleFacts)),
    ...merged(state.functions.map((found) => ({ [fact.concurrency(found.region, found.name)]: found.concurrency }))),
    ...merged(state.providers.map(({ kind, arn, settings }) => ({ [fact.provider(kind, arn)]: settings }))),
    ...identityCenterFacts(state.identityCenter),
    ...organizationFacts(state.organization),
  };
}

export function hashState(state: AccountState): string {
  return hashOf(factsOf(state));
}

function userFacts(user: UserState): Facts {
  const { arn, id, name } = user.principal;
  const of = name ?? '';
  return {
    [fact.principal('user', of)]: `${arn} ${id}`,
    ...merged(user.accessKeys.map((key) => ({ [fact.accessKey(of, key.id)]: key.status }))),
    ...policyFacts('user', of, user),
    [fact.loginProfile(of)]: user.loginProfile ? 'present' : null,
    ...merged(user.sshKeys.map((key) => ({ [fact.sshKey(of, key.id)]: key.status }))),
    ...merged(user.certificates.map((found) => ({ [fact.certificate(of, found.id)]: found.status }))),
    ...merged(user.serviceCredentials.map((found) => ({ [fact.serviceCredential(of, found.id)]: found.status }))),
    ...merged(user.mfaDevices.map(({ serial }) => ({ [fact.mfaDevice(of, serial)]: 'enabled' }))),
  };
}

function roleFacts(role: RoleState): Facts {
  const { arn, id, name } = role.principal;
  const of = name ?? '';
  return {
    [fact.principal('role', of)]: `${arn} ${id}`,
    [fact.trustPolicy(of)]: role.trustPolicy,
    ...policyFacts('role', of, role),
    ...merged(
      role.instances.map((instance) => ({
        [fact.instanceProfile(instance.region, instance.instanceId)]: instance.profileArn,
        [fact.metadataTokens(instance.region, instance.instanceId)]: instance.httpTokens,
      })),
    ),
  };
}

function policyFacts(
  type: 'user' | 'role',
  of: string,
  { attachedPolicies, inlinePolicies }: Pick<UserState, 'attachedPolicies' | 'inlinePolicies'>,
): Facts {
  return {
    ...merged(attachedPolicies.map((arn) => ({ [fact.attachedPolicy(type, of, arn)]: attached }))),
    ...merged(inlinePolicies.map(({ name, document }) => ({ [fact.inlinePolicy(type, of, name)]: document }))),
  };
}

function identityCenterFacts(state: IdentityCenterState | null): Facts {
  if (state === null) return {};
  const { instanceArn, identityStoreId, userId } = state;
  return {
    ...merged(
      state.assignments.map(({ accountId, permissionSetArn }) => ({
        [fact.assignment(instanceArn, accountId, permissionSetArn, userId)]: 'assigned',
      })),
    ),
    ...merged(state.groups.map((group) => ({ [fact.groupMember(identityStoreId, group, userId)]: 'member' }))),
  };
}

function organizationFacts(state: OrganizationState | null): Facts {
  if (state === null) return {};
  return merged(
    state.policies.map(({ name, content, attachedTo }) => ({
      [fact.scp(name)]: content,
      ...merged(attachedTo.map((target) => ({ [fact.scpAttachment(target, name)]: attached }))),
    })),
  );
}

function merged(parts: readonly Facts[]): Facts {
  return Object.assign({}, ...parts);
}
