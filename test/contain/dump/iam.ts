import {
  GetGroupPolicyCommand,
  GetInstanceProfileCommand,
  GetLoginProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetSAMLProviderCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type Group,
  type IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListSAMLProvidersCommand,
  ListUserTagsCommand,
  type Policy,
  paginateListAccessKeys,
  paginateListAttachedGroupPolicies,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListGroups,
  paginateListGroupsForUser,
  paginateListInstanceProfiles,
  paginateListInstanceProfilesForRole,
  paginateListMFADevices,
  paginateListPolicies,
  paginateListRolePolicies,
  paginateListRoles,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  paginateListUserPolicies,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import { byText, collected, decoded, each, hashed, orNull, tagsOf } from './stable.js';

export async function dumpIam(client: IAMClient): Promise<Record<string, unknown>> {
  const pages = { client };
  const users = await collected(paginateListUsers(pages, {}), (page) => page.Users);
  const groups = await collected(paginateListGroups(pages, {}), (page) => page.Groups);
  const roles = await collected(paginateListRoles(pages, {}), (page) => page.Roles);
  const profiles = await collected(paginateListInstanceProfiles(pages, {}), (page) => page.InstanceProfiles);
  const policies = await collected(paginateListPolicies(pages, { Scope: 'Local' }), (page) => page.Policies);
  const { OpenIDConnectProviderList = [] } = await client.send(new ListOpenIDConnectProvidersCommand({}));
  const { SAMLProviderList = [] } = await client.send(new ListSAMLProvidersCommand({}));
  return {
    users: await each(users, ({ UserName }) => dumpUser(client, UserName!)),
    groups: await each(groups, (group) => dumpGroup(client, group)),
    roles: await each(roles, ({ RoleName }) => dumpRole(client, RoleName!)),
    instanceProfiles: await each(profiles, ({ InstanceProfileName }) =>
      dumpInstanceProfile(client, InstanceProfileName!),
    ),
    policies: await each(policies, (policy) => dumpPolicy(client, policy)),
    oidcProviders: await each(OpenIDConnectProviderList, ({ Arn }) => dumpOidcProvider(client, Arn!)),
    samlProviders: await each(SAMLProviderList, async ({ Arn: SAMLProviderArn }) => {
      const { SAMLMetadataDocument } = await client.send(new GetSAMLProviderCommand({ SAMLProviderArn }));
      return { arn: SAMLProviderArn, metadata: hashed(SAMLMetadataDocument) };
    }),
  };
}

/**
 * Of a login profile only that there is one: a new one has another password, must reset it and is of another date.
 * Left out too: when something was last used, and when an MFA device was enabled.
 */
export async function dumpUser(client: IAMClient, UserName: string): Promise<unknown> {
  const [pages, of] = [{ client }, { UserName }];
  const { User } = await client.send(new GetUserCommand(of));
  const attached = await collected(paginateListAttachedUserPolicies(pages, of), (page) => page.AttachedPolicies);
  const inline = await collected(paginateListUserPolicies(pages, of), (page) => page.PolicyNames);
  const groups = await collected(paginateListGroupsForUser(pages, of), (page) => page.Groups);
  const keys = await collected(paginateListAccessKeys(pages, of), (page) => page.AccessKeyMetadata);
  const sshKeys = await collected(paginateListSSHPublicKeys(pages, of), (page) => page.SSHPublicKeys);
  const certificates = await collected(paginateListSigningCertificates(pages, of), (page) => page.Certificates);
  const mfaDevices = await collected(paginateListMFADevices(pages, of), (page) => page.MFADevices);
  return {
    name: UserName,
    path: User!.Path,
    id: User!.UserId,
    boundary: User!.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    attached: byText(attached.map(({ PolicyArn }) => PolicyArn)),
    inline: await each(inline, async (PolicyName) => {
      const { PolicyDocument } = await client.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      return [PolicyName, decoded(PolicyDocument)];
    }),
    groups: byText(groups.map(({ GroupName }) => GroupName)),
    keys: byText(keys.map(({ AccessKeyId, Status, CreateDate }) => [AccessKeyId, Status, CreateDate?.toISOString()])),
    hasLoginProfile: (await orNull(client.send(new GetLoginProfileCommand(of)), 'NoSuchEntityException')) !== null,
    sshKeys: byText(sshKeys.map(({ SSHPublicKeyId, Status }) => [SSHPublicKeyId, Status])),
    certificates: byText(certificates.map(({ CertificateId, Status }) => [CertificateId, Status])),
    mfaDevices: byText(mfaDevices.map(({ SerialNumber }) => SerialNumber)),
    tags: tagsOf((await client.send(new ListUserTagsCommand(of))).Tags),
  };
}

async function dumpGroup(client: IAMClient, { GroupName, Path, GroupId }: Group): Promise<unknown> {
  const [pages, of] = [{ client }, { GroupName }];
  const attached = await collected(paginateListAttachedGroupPolicies(pages, of), (page) => page.AttachedPolicies);
  const inline = await collected(paginateListGroupPolicies(pages, of), (page) => page.PolicyNames);
  return {
    name: GroupName,
    path: Path,
    id: GroupId,
    attached: byText(attached.map(({ PolicyArn }) => PolicyArn)),
    inline: await each(inline, async (PolicyName) => {
      const { PolicyDocument } = await client.send(new GetGroupPolicyCommand({ GroupName, PolicyName }));
      return [PolicyName, decoded(PolicyDocument)];
    }),
  };
}

async function dumpRole(client: IAMClient, RoleName: string): Promise<unknown> {
  const [pages, of] = [{ client }, { RoleName }];
  const { Role } = await client.send(new GetRoleCommand(of));
  const attached = await collected(paginateListAttachedRolePolicies(pages, of), (page) => page.AttachedPolicies);
  const inline = await collected(paginateListRolePolicies(pages, of), (page) => page.PolicyNames);
  const profiles = await collected(paginateListInstanceProfilesForRole(pages, of), (page) => page.InstanceProfiles);
  return {
    name: RoleName,
    path: Role!.Path,
    id: Role!.RoleId,
    trust: decoded(Role!.AssumeRolePolicyDocument),
    description: Role!.Description ?? null,
    maxSessionDuration: Role!.MaxSessionDuration ?? null,
    boundary: Role!.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    attached: byText(attached.map(({ PolicyArn }) => PolicyArn)),
    inline: await each(inline, async (PolicyName) => {
      const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return [PolicyName, decoded(PolicyDocument)];
    }),
    instanceProfiles: byText(profiles.map(({ InstanceProfileName }) => InstanceProfileName)),
    tags: tagsOf(Role!.Tags),
  };
}

async function dumpInstanceProfile(client: IAMClient, InstanceProfileName: string): Promise<unknown> {
  const { InstanceProfile } = await client.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  return {
    name: InstanceProfileName,
    path: InstanceProfile!.Path,
    id: InstanceProfile!.InstanceProfileId,
    roles: byText((InstanceProfile!.Roles ?? []).map(({ RoleName }) => RoleName)),
  };
}

/** The text in force, not its version's number: a text that comes back has a new one. */
async function dumpPolicy(client: IAMClient, { Arn, DefaultVersionId }: Policy): Promise<unknown> {
  const command = new GetPolicyVersionCommand({ PolicyArn: Arn, VersionId: DefaultVersionId });
  const { PolicyVersion } = await client.send(command);
  return { arn: Arn, document: decoded(PolicyVersion!.Document) };
}

async function dumpOidcProvider(client: IAMClient, OpenIDConnectProviderArn: string): Promise<unknown> {
  const answer = await client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
  return {
    arn: OpenIDConnectProviderArn,
    url: answer.Url,
    audiences: byText(answer.ClientIDList ?? []),
    thumbprints: byText(answer.ThumbprintList ?? []),
  };
}
