import {
  GetUserIdCommand,
  type GroupMembership,
  paginateListGroupMembershipsForMember,
} from '@aws-sdk/client-identitystore';
import { ListInstancesCommand, paginateListAccountAssignmentsForPrincipal } from '@aws-sdk/client-sso-admin';
import { ask, askIfExists, type ContainClients } from '../aws.js';
import { collected } from './paging.js';
import type { IdentityCenterState } from './state.js';

/**
 * An Identity Center user by name, what it is assigned and the groups it is in; null where this account and Region have
 * no Identity Center, or no such user. Throws what `ask` throws.
 */
export async function readIdentityCenter(
  clients: ContainClients,
  userName: string,
): Promise<IdentityCenterState | null> {
  const { ssoAdmin, identityStore } = clients;
  const { Instances = [] } = await ask('sso:ListInstances', () => ssoAdmin.send(new ListInstancesCommand({})));
  const [instance] = Instances;
  if (instance?.InstanceArn === undefined || instance.IdentityStoreId === undefined) return null;
  const { InstanceArn, IdentityStoreId } = instance;
  const user = await askIfExists('identitystore:GetUserId', () =>
    identityStore.send(
      new GetUserIdCommand({
        IdentityStoreId,
        AlternateIdentifier: { UniqueAttribute: { AttributePath: 'userName', AttributeValue: userName } },
      }),
    ),
  );
  if (user?.UserId === undefined) return null;
  const { UserId } = user;
  const memberships = await readMemberships(clients, IdentityStoreId, UserId);
  return {
    instanceArn: InstanceArn,
    identityStoreId: IdentityStoreId,
    userId: UserId,
    userName,
    assignments: await readAssignments(clients, InstanceArn, UserId),
    groups: memberships.map(({ GroupId = '' }) => GroupId).sort(),
  };
}

/** What is assigned to the user itself; what comes by its groups is told by those. */
export async function readAssignments(
  { ssoAdmin }: ContainClients,
  InstanceArn: string,
  userId: string,
): Promise<IdentityCenterState['assignments']> {
  const found = await ask('sso:ListAccountAssignmentsForPrincipal', () =>
    collected(
      paginateListAccountAssignmentsForPrincipal(
        { client: ssoAdmin },
        { InstanceArn, PrincipalId: userId, PrincipalType: 'USER' },
      ),
      (page) => page.AccountAssignments,
    ),
  );
  return found
    .filter(({ PrincipalId, PrincipalType }) => PrincipalId === userId && PrincipalType === 'USER')
    .map(({ AccountId = '', PermissionSetArn = '' }) => ({ accountId: AccountId, permissionSetArn: PermissionSetArn }))
    .sort((a, b) => (`${a.accountId} ${a.permissionSetArn}` < `${b.accountId} ${b.permissionSetArn}` ? -1 : 1));
}

/** Id of a user's membership in a group; null where it is no member. */
export async function findMembership(
  clients: ContainClients,
  IdentityStoreId: string,
  groupId: string,
  userId: string,
): Promise<string | null> {
  const memberships = await readMemberships(clients, IdentityStoreId, userId);
  return memberships.find(({ GroupId }) => GroupId === groupId)?.MembershipId ?? null;
}

async function readMemberships(
  { identityStore }: ContainClients,
  IdentityStoreId: string,
  UserId: string,
): Promise<GroupMembership[]> {
  return ask('identitystore:ListGroupMembershipsForMember', () =>
    collected(
      paginateListGroupMembershipsForMember({ client: identityStore }, { IdentityStoreId, MemberId: { UserId } }),
      (page) => page.GroupMemberships,
    ),
  );
}
