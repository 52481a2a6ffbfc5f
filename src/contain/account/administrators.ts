import {
  type GetAccountAuthorizationDetailsCommandOutput,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { ask, type ContainClients } from '../aws.js';
import { decodedDocument } from './paging.js';

type Details = GetAccountAuthorizationDetailsCommandOutput;
type PolicyText = { PolicyDocument?: string | undefined };

/**
 * ARNs of the users and roles that may do everything by a policy of their own or of a group: whoever could undo a
 * mistake of containment. Service-linked roles and denies are not counted. Throws what `ask` throws.
 */
export async function readAdministrators({ iam }: ContainClients): Promise<string[]> {
  const pages: Details[] = await ask('iam:GetAccountAuthorizationDetails', async () => {
    const all: Details[] = [];
    const pager = paginateGetAccountAuthorizationDetails(
      { client: iam, pageSize: 500 },
      { Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy'] },
    );
    for await (const page of pager) all.push(page);
    return all;
  });
  const everything = new Set(
    pages
      .flatMap(({ Policies = [] }) => Policies)
      .filter(({ PolicyVersionList = [] }) =>
        PolicyVersionList.some((version) => version.IsDefaultVersion && allowsEverything(version.Document)),
      )
      .map(({ Arn = '' }) => Arn),
  );
  const isAdministrator = (inline: readonly PolicyText[], attached: readonly { PolicyArn?: string | undefined }[]) =>
    inline.some(({ PolicyDocument }) => allowsEverything(PolicyDocument)) ||
    attached.some(
      ({ PolicyArn = '' }) => /:iam::aws:policy\/AdministratorAccess$/.test(PolicyArn) || everything.has(PolicyArn),
    );
  const groups = new Set(
    pages
      .flatMap(({ GroupDetailList = [] }) => GroupDetailList)
      .filter(({ GroupPolicyList = [], AttachedManagedPolicies = [] }) =>
        isAdministrator(GroupPolicyList, AttachedManagedPolicies),
      )
      .map(({ GroupName = '' }) => GroupName),
  );
  const users = pages
    .flatMap(({ UserDetailList = [] }) => UserDetailList)
    .filter(
      ({ UserPolicyList = [], AttachedManagedPolicies = [], GroupList = [] }) =>
        isAdministrator(UserPolicyList, AttachedManagedPolicies) || GroupList.some((group) => groups.has(group)),
    );
  const roles = pages
    .flatMap(({ RoleDetailList = [] }) => RoleDetailList)
    .filter(({ Path = '' }) => !Path.startsWith('/aws-service-role/'))
    .filter(({ RolePolicyList = [], AttachedManagedPolicies = [] }) =>
      isAdministrator(RolePolicyList, AttachedManagedPolicies),
    );
  return [...users, ...roles].map(({ Arn = '' }) => Arn).sort();
}

/** Whether a policy's text has a statement that allows every action on every resource without a condition. */
function allowsEverything(document: string | undefined): boolean {
  try {
    const { Statement } = JSON.parse(decodedDocument(document ?? '')) as { Statement?: unknown };
    return [Statement].flat().some((statement) => {
      const { Effect, Action, Resource, Condition } = (statement ?? {}) as Record<string, unknown>;
      const has = (value: unknown, texts: string[]) => [value].flat().some((text) => texts.includes(String(text)));
      return Effect === 'Allow' && Condition === undefined && has(Action, ['*', '*:*']) && has(Resource, ['*']);
    });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return false;
    throw error;
  }
}
