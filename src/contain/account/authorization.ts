import {
  type AttachedPolicy,
  type GroupDetail,
  type IAMClient,
  type ManagedPolicyDetail,
  type PolicyDetail,
  paginateGetAccountAuthorizationDetails,
  type RoleDetail,
  type UserDetail,
} from '@aws-sdk/client-iam';

/** What IAM says of who may do what, of all pages. */
export interface Authorization {
  users: UserDetail[];
  groups: GroupDetail[];
  roles: RoleDetail[];
  /** Managed policies of the account's own. */
  policies: ManagedPolicyDetail[];
}

export async function collectAuthorization(client: IAMClient): Promise<Authorization> {
  const all: Authorization = { users: [], groups: [], roles: [], policies: [] };
  const pages = paginateGetAccountAuthorizationDetails(
    { client, pageSize: 500 },
    { Filter: ['User', 'Group', 'Role', 'LocalManagedPolicy'] },
  );
  for await (const page of pages) {
    all.users.push(...(page.UserDetailList ?? []));
    all.groups.push(...(page.GroupDetailList ?? []));
    all.roles.push(...(page.RoleDetailList ?? []));
    all.policies.push(...(page.Policies ?? []));
  }
  return all;
}

/** Which policies are meant: those of AWS by ARN, any other by its text. `what` names it in an error. */
export interface Wanted {
  ofAws: RegExp;
  matches(document: string, what: string): boolean;
}

/** Users and roles with such a policy, inline or managed, of their own or, of a user, of a group. */
export function holdersOf(
  { users, groups, roles, policies }: Authorization,
  { ofAws, matches }: Wanted,
): Pick<Authorization, 'users' | 'roles'> {
  const managed = new Set(
    policies
      .filter(({ PolicyName, PolicyVersionList = [] }) =>
        PolicyVersionList.some(
          ({ IsDefaultVersion, Document }) => IsDefaultVersion && matches(Document ?? '{}', `policy ${PolicyName}`),
        ),
      )
      .map(({ Arn }) => Arn),
  );
  const holds = (name = '', inline: PolicyDetail[] = [], attached: AttachedPolicy[] = []): boolean =>
    attached.some(({ PolicyArn = '' }) => ofAws.test(PolicyArn) || managed.has(PolicyArn)) ||
    inline.some(({ PolicyName, PolicyDocument = '{}' }) =>
      matches(PolicyDocument, `the policy ${PolicyName} of ${name}`),
    );
  const holding = new Set(
    groups
      .filter((group) => holds(group.GroupName, group.GroupPolicyList, group.AttachedManagedPolicies))
      .map(({ GroupName }) => GroupName),
  );
  return {
    users: users.filter(
      (user) =>
        holds(user.UserName, user.UserPolicyList, user.AttachedManagedPolicies) ||
        user.GroupList?.some((name) => holding.has(name)),
    ),
    roles: roles.filter((role) => holds(role.RoleName, role.RolePolicyList, role.AttachedManagedPolicies)),
  };
}
