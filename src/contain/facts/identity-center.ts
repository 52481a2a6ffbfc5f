import { findMembership, readAssignments } from '../account/identity-center.js';
import type { FactKind } from './kind.js';

/** What an Identity Center user is assigned: NAME is `ACCOUNT PERMISSIONSET USER`. */
export const assignment: FactKind = {
  async read(clients, instanceArn, name) {
    const [accountId, permissionSetArn, userId = ''] = name.split(' ');
    const found = await readAssignments(clients, instanceArn, userId);
    return found.some((each) => each.accountId === accountId && each.permissionSetArn === permissionSetArn)
      ? 'assigned'
      : null;
  },
  calls(instanceArn, name, _from, to) {
    const [TargetId = '', PermissionSetArn = '', PrincipalId = ''] = name.split(' ');
    const call = to === null ? 'DeleteAccountAssignment' : 'CreateAccountAssignment';
    const input = {
      InstanceArn: instanceArn,
      TargetId,
      TargetType: 'AWS_ACCOUNT',
      PermissionSetArn,
      PrincipalType: 'USER',
      PrincipalId,
    };
    return [{ service: 'sso', call, input }];
  },
};

/** Membership of an Identity Center user in a group: NAME is `GROUP USER`. */
export const groupMember: FactKind = {
  async read(clients, storeId, name) {
    const [groupId = '', userId = ''] = name.split(' ');
    return (await findMembership(clients, storeId, groupId, userId)) === null ? null : 'member';
  },
  calls(storeId, name, _from, to) {
    const [GroupId = '', UserId = ''] = name.split(' ');
    const call = to === null ? 'DeleteGroupMembership' : 'CreateGroupMembership';
    return [{ service: 'identitystore', call, input: { IdentityStoreId: storeId, GroupId, UserId } }];
  },
};
