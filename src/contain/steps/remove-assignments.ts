import type { AccountState } from '../account/state.js';
import { fact } from '../fact.js';
import type { DecidedAction, Step } from '../step.js';

export const removeAssignments: Step = {
  id: 'remove-assignments',
  title: 'Take away Identity Center assignments and groups',
  reason:
    'The permission sets of an Identity Center user are roles that IAM does not let anyone edit; without an assignment, ' +
    'its own or of a group, no new session begins.',
  stage: 'deactivate',

  plan({ identityCenter }: AccountState): DecidedAction[] {
    if (identityCenter === null) return [];
    const { instanceArn, identityStoreId, userId, userName } = identityCenter;
    return [
      ...identityCenter.assignments.map(({ accountId, permissionSetArn }) => ({
        target: `${accountId}/${permissionSetArn.split('/').at(-1) ?? ''}`,
        title: `Take ${permissionSetArn} in account ${accountId} from ${userName}`,
        fact: fact.assignment(instanceArn, accountId, permissionSetArn, userId),
        from: 'assigned',
        to: null,
        breaks: [`${userName} can't begin a session of it in account ${accountId}.`],
        undo: `Assign it to ${userName} again.`,
      })),
      ...identityCenter.groups.map((group) => ({
        target: `group/${group}`,
        title: `Take ${userName} out of the group ${group}`,
        fact: fact.groupMember(identityStoreId, group, userId),
        from: 'member',
        to: null,
        breaks: [`${userName} loses what the group ${group} is assigned.`],
        undo: `Make ${userName} a member of ${group} again.`,
      })),
    ];
  },
};
