import type { AccountState } from './account/state.js';
import type { Identity } from './identify.js';
import { lockPolicy } from './steps/policies.js';

/** What a person must do, because no call does it or none should without a person: a sentence each. */
export function checklistOf({ kind, sessionName }: Identity, state: AccountState): string[] {
  if (kind === 'root') return rootChecklist(state);
  if (kind === 'identity-center') {
    const user = sessionName ?? 'the user';
    return [
      `Disable ${user} in the identity provider (or in the Identity Center console: Users, ${user}, Disable user access).`,
      `End the sessions of ${user}: Identity Center console, Users, ${user}, Active sessions, Delete session. There is no call for it.`,
      `Sessions that ${user} has in the accounts live until they expire (the permission set's session duration), unless the plan locks the user.`,
    ];
  }
  return [];
}

function rootChecklist({ accountId, partition, organization }: AccountState): string[] {
  const arn = `arn:${partition}:iam::${accountId}:root`;
  const member = organization !== null && organization.managementAccountId !== accountId;
  return [
    ...(member
      ? [
          `From the management account, attach a service control policy to ${accountId}: ${lockPolicy(accountId, partition, [arn], [arn])}`,
          `From the management account: aws sts assume-root --target-principal ${accountId} --task-policy-arn arn=arn:${partition}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials, then delete root's keys and password with those credentials.`,
        ]
      : []),
    'Sign in as root. Security credentials: deactivate and delete every access key of root.',
    'Change the password of root, and that of the mailbox that can reset it; look for forwarding rules there.',
    'Remove every MFA device of root that is not yours, and register one of your own.',
    'Check the alternate contacts, the phone number and the payment methods of the account.',
    'Close other sessions of root by the change of the password; look for users, roles, keys and instances that root made.',
    'In the management account, no service control policy limits root: if you can not sign in, call AWS Support at once.',
  ];
}
