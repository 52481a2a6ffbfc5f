import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  paginateListAttachedGroupPolicies,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListGroupsForUser,
  paginateListRolePolicies,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import { type AccessAdvice, type AdviceOptions, readAccessAdvisor } from './access-advisor.js';
import { collected, decodedDocument } from './account/paging.js';
import { ask, askIfExists, type ContainClients } from './aws.js';

/** Who may do something: a user by its name, or a role by its own. */
export interface PrivilegedPrincipal {
  type: 'user' | 'role';
  name: string;
}

/** A policy that a principal has. */
export interface HeldPolicy {
  name: string;
  /** Of a managed policy; null for an inline one. */
  arn: string | null;
  /** The group that the user has it from; null where it is on the principal itself. */
  group: string | null;
  /** JSON text of the version in force. */
  document: string;
}

/** What a principal may do by its own policies. Service control and resource policies are not in it. */
export interface Privileges {
  principal: PrivilegedPrincipal & { arn: string };
  /** Those on the principal first, then those of its groups by name; attached before inline, each by name. */
  policies: HeldPolicy[];
  /** The permissions boundary, which nothing of the above can exceed. */
  boundary: { arn: string; document: string } | null;
  accessAdvisor: AccessAdvice;
}

/**
 * Reads them all, and when they were last used by what the access advisor knows; changes nothing.
 * Throws what `ask` throws. The access advisor alone may be absent: the answer then says why.
 */
export async function readPrivileges(
  { iam }: Pick<ContainClients, 'iam'>,
  principal: PrivilegedPrincipal,
  options: AdviceOptions = {},
): Promise<Privileges> {
  const { arn, boundary } = await readPrincipal(iam, principal);
  return {
    principal: { ...principal, arn },
    policies: principal.type === 'user' ? await ofUser(iam, principal.name) : await ofRole(iam, principal.name),
    boundary: boundary === undefined ? null : { arn: boundary, document: (await readManaged(iam, boundary)) ?? '{}' },
    accessAdvisor: await readAccessAdvisor(iam, arn, options),
  };
}

async function readPrincipal(iam: IAMClient, { type, name }: PrivilegedPrincipal) {
  const found =
    type === 'user'
      ? (await ask('iam:GetUser', () => iam.send(new GetUserCommand({ UserName: name })))).User
      : (await ask('iam:GetRole', () => iam.send(new GetRoleCommand({ RoleName: name })))).Role;
  return { arn: found?.Arn ?? '', boundary: found?.PermissionsBoundary?.PermissionsBoundaryArn };
}

async function ofUser(client: IAMClient, UserName: string): Promise<HeldPolicy[]> {
  const of = { UserName };
  const attached = await all(
    'iam:ListAttachedUserPolicies',
    paginateListAttachedUserPolicies({ client }, of),
    (page) => page.AttachedPolicies,
  );
  const inline = await all(
    'iam:ListUserPolicies',
    paginateListUserPolicies({ client }, of),
    (page) => page.PolicyNames,
  );
  const groups = await all('iam:ListGroupsForUser', paginateListGroupsForUser({ client }, of), (page) => page.Groups);
  const policies = [
    ...(await readAttached(client, attached, null)),
    ...(await readInline('iam:GetUserPolicy', inline, null, (PolicyName) =>
      client.send(new GetUserPolicyCommand({ UserName, PolicyName })),
    )),
  ];
  for (const name of groups.map(({ GroupName }) => GroupName ?? '').sort()) {
    policies.push(...(await ofGroup(client, name)));
  }
  return policies;
}

async function ofGroup(client: IAMClient, GroupName: string): Promise<HeldPolicy[]> {
  const of = { GroupName };
  const attached = await all(
    'iam:ListAttachedGroupPolicies',
    paginateListAttachedGroupPolicies({ client }, of),
    (page) => page.AttachedPolicies,
  );
  const inline = await all(
    'iam:ListGroupPolicies',
    paginateListGroupPolicies({ client }, of),
    (page) => page.PolicyNames,
  );
  return [
    ...(await readAttached(client, attached, GroupName)),
    ...(await readInline('iam:GetGroupPolicy', inline, GroupName, (PolicyName) =>
      client.send(new GetGroupPolicyCommand({ GroupName, PolicyName })),
    )),
  ];
}

async function ofRole(client: IAMClient, RoleName: string): Promise<HeldPolicy[]> {
  const of = { RoleName };
  const attached = await all(
    'iam:ListAttachedRolePolicies',
    paginateListAttachedRolePolicies({ client }, of),
    (page) => page.AttachedPolicies,
  );
  const inline = await all(
    'iam:ListRolePolicies',
    paginateListRolePolicies({ client }, of),
    (page) => page.PolicyNames,
  );
  return [
    ...(await readAttached(client, attached, null)),
    ...(await readInline('iam:GetRolePolicy', inline, null, (PolicyName) =>
      client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
    )),
  ];
}

/** A policy that is deleted meanwhile is left out; so below. */
async function readAttached(
  client: IAMClient,
  attached: { PolicyName?: string | undefined; PolicyArn?: string | undefined }[],
  group: string | null,
): Promise<HeldPolicy[]> {
  const policies: HeldPolicy[] = [];
  for (const { PolicyName = '', PolicyArn = '' } of attached) {
    const document = await readManaged(client, PolicyArn);
    if (document !== null) policies.push({ name: PolicyName, arn: PolicyArn, group, document });
  }
  return byName(policies);
}

async function readInline(
  permission: string,
  names: string[],
  group: string | null,
  request: (name: string) => Promise<{ PolicyDocument?: string | undefined }>,
): Promise<HeldPolicy[]> {
  const policies: HeldPolicy[] = [];
  for (const name of names) {
    const answer = await askIfExists(permission, () => request(name));
    if (answer !== null)
      policies.push({ name, arn: null, group, document: decodedDocument(answer.PolicyDocument ?? '') });
  }
  return byName(policies);
}

async function readManaged(client: IAMClient, PolicyArn: string): Promise<string | null> {
  const found = await askIfExists('iam:GetPolicy', () => client.send(new GetPolicyCommand({ PolicyArn })));
  if (found === null) return null;
  const VersionId = found.Policy?.DefaultVersionId;
  const version = await askIfExists('iam:GetPolicyVersion', () =>
    client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })),
  );
  return version === null ? null : decodedDocument(version.PolicyVersion?.Document ?? '');
}

function byName(policies: HeldPolicy[]): HeldPolicy[] {
  return policies.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const all = <Page, Item>(
  permission: string,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> => ask(permission, () => collected(pages, itemsOf));
