import {
  GetLoginProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  paginateListAccessKeys,
  paginateListAttachedUserPolicies,
  paginateListGroupsForUser,
  paginateListMFADevices,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import { ask, askIfExists, type ContainClients } from '../aws.js';
import { collected, decodedDocument } from './paging.js';
import { paginateServiceSpecificCredentials } from './service-credentials.js';
import type { Credential, InlinePolicy, Principal, UserState } from './state.js';

/** Reads of one IAM user, each to its last page and sorted. They throw what `ask` throws. */

/** The user of that name, or null. */
export async function readUser({ iam }: ContainClients, userName: string): Promise<Principal | null> {
  const answer = await askIfExists('iam:GetUser', () => iam.send(new GetUserCommand({ UserName: userName })));
  if (answer?.User === undefined) return null;
  return { type: 'user', name: userName, arn: answer.User.Arn ?? '', id: answer.User.UserId ?? '' };
}

/** All that containment may touch of a user. What can't be read is told to `onUnread` and left out. */
export async function readUserState(
  clients: ContainClients,
  principal: Principal,
  onUnread: (what: string, error: unknown) => void,
): Promise<UserState> {
  const name = principal.name ?? '';
  const optional = async <T>(what: string, read: Promise<T>, otherwise: T): Promise<T> =>
    read.catch((error: unknown) => {
      onUnread(`${what} of ${name}`, error);
      return otherwise;
    });
  const [accessKeys, attachedPolicies, inlinePolicies, groups, loginProfile, sshKeys, certificates, service, mfa] =
    await Promise.all([
      readAccessKeys(clients, name),
      readAttachedPolicies(clients, name),
      readInlinePolicies(clients, name),
      optional('groups', readGroups(clients, name), []),
      optional('the login profile', readLoginProfile(clients, name), false),
      optional('SSH keys', readSshKeys(clients, name), []),
      optional('signing certificates', readCertificates(clients, name), []),
      optional('service-specific credentials', readServiceCredentials(clients, name), []),
      optional('MFA devices', readMfaDevices(clients, name), []),
    ]);
  return {
    principal,
    accessKeys,
    attachedPolicies,
    inlinePolicies,
    groups,
    loginProfile,
    sshKeys,
    certificates,
    serviceCredentials: service,
    mfaDevices: mfa,
  };
}

export async function readAccessKeys({ iam }: ContainClients, userName: string): Promise<Credential[]> {
  const keys = await ask('iam:ListAccessKeys', () =>
    collected(paginateListAccessKeys({ client: iam }, { UserName: userName }), (page) => page.AccessKeyMetadata),
  );
  return credentials(keys, ({ AccessKeyId, Status, CreateDate }) => [AccessKeyId, Status, CreateDate]);
}

export async function readAttachedPolicies({ iam }: ContainClients, userName: string): Promise<string[]> {
  const policies = await ask('iam:ListAttachedUserPolicies', () =>
    collected(
      paginateListAttachedUserPolicies({ client: iam }, { UserName: userName }),
      (page) => page.AttachedPolicies,
    ),
  );
  return policies.map((policy) => policy.PolicyArn ?? '').sort();
}

async function readInlinePolicies(clients: ContainClients, userName: string): Promise<InlinePolicy[]> {
  const names = await ask('iam:ListUserPolicies', () =>
    collected(paginateListUserPolicies({ client: clients.iam }, { UserName: userName }), (page) => page.PolicyNames),
  );
  const policies: InlinePolicy[] = [];
  for (const name of names.sort()) {
    const document = await readInlinePolicy(clients, userName, name);
    if (document !== null) policies.push({ name, document });
  }
  return policies;
}

/** The text of one inline policy; null where there is none of that name. */
export async function readInlinePolicy(
  { iam }: ContainClients,
  userName: string,
  policyName: string,
): Promise<string | null> {
  const answer = await askIfExists('iam:GetUserPolicy', () =>
    iam.send(new GetUserPolicyCommand({ UserName: userName, PolicyName: policyName })),
  );
  return answer === null ? null : decodedDocument(answer.PolicyDocument ?? '');
}

async function readGroups({ iam }: ContainClients, userName: string): Promise<string[]> {
  const groups = await ask('iam:ListGroupsForUser', () =>
    collected(paginateListGroupsForUser({ client: iam }, { UserName: userName }), (page) => page.Groups),
  );
  return groups.map((group) => group.GroupName ?? '').sort();
}

export async function readLoginProfile({ iam }: ContainClients, userName: string): Promise<boolean> {
  const answer = await askIfExists('iam:GetLoginProfile', () =>
    iam.send(new GetLoginProfileCommand({ UserName: userName })),
  );
  return answer !== null;
}

export async function readSshKeys({ iam }: ContainClients, userName: string): Promise<Credential[]> {
  const keys = await ask('iam:ListSSHPublicKeys', () =>
    collected(paginateListSSHPublicKeys({ client: iam }, { UserName: userName }), (page) => page.SSHPublicKeys),
  );
  return credentials(keys, ({ SSHPublicKeyId, Status, UploadDate }) => [SSHPublicKeyId, Status, UploadDate]);
}

export async function readCertificates({ iam }: ContainClients, userName: string): Promise<Credential[]> {
  const found = await ask('iam:ListSigningCertificates', () =>
    collected(paginateListSigningCertificates({ client: iam }, { UserName: userName }), (page) => page.Certificates),
  );
  return credentials(found, ({ CertificateId, Status, UploadDate }) => [CertificateId, Status, UploadDate]);
}

export async function readServiceCredentials({ iam }: ContainClients, userName: string): Promise<Credential[]> {
  const found = await ask('iam:ListServiceSpecificCredentials', () =>
    collected(paginateServiceSpecificCredentials(iam, userName), (page) => page.ServiceSpecificCredentials),
  );
  return credentials(found, ({ ServiceSpecificCredentialId, Status, CreateDate }) => [
    ServiceSpecificCredentialId,
    Status,
    CreateDate,
  ]);
}

export async function readMfaDevices({ iam }: ContainClients, userName: string): Promise<UserState['mfaDevices']> {
  const devices = await ask('iam:ListMFADevices', () =>
    collected(paginateListMFADevices({ client: iam }, { UserName: userName }), (page) => page.MFADevices),
  );
  return devices
    .map((device) => ({ serial: device.SerialNumber ?? '', enabled: device.EnableDate?.toISOString() ?? null }))
    .sort((a, b) => (a.serial < b.serial ? -1 : 1));
}

function credentials<T>(
  found: readonly T[],
  partsOf: (item: T) => [string | undefined, string | undefined, Date | undefined],
): Credential[] {
  return found
    .map(partsOf)
    .map(([id = '', status = '', created]) => ({ id, status, created: created?.toISOString() ?? null }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
