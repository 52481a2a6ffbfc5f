import type { AccountState, UserState } from '../account/state.js';
import { attached, fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { denyAll, denyAllName } from './policies.js';
import { type Found, targetRoles, wholeUsers, whyOf } from './targets.js';

/** Default quota of managed policies attached to a user ("IAM and AWS STS quotas"). */
const managedPolicyQuota = 10;

/** AWSDenyAll on each user; where no more managed policies fit, and on roles, the same as an inline policy. */
export const attachDeny: Step = {
  id: 'attach-deny',
  title: 'Deny everything',
  reason:
    'An explicit deny overrides every allow and, unlike deactivation, also stops the sessions that a user issued ' +
    'with GetSessionToken and GetFederationToken; requests refused by it still reach CloudTrail.',
  stage: 'canary',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    const users = wholeUsers(state, options).map((found) => denyUser(found, state.partition));
    const roles = targetRoles(state, options)
      .filter(({ target }) => target.part === 'made')
      .map(({ name, state: role, target }) => ({
        target: `role/${name}`,
        title: `Give the role ${name} the inline policy ${denyAllName}`,
        fact: fact.inlinePolicy('role', name, denyAllName),
        from: role.inlinePolicies.find((policy) => policy.name === denyAllName)?.document ?? null,
        to: denyAll,
        why: whyOf(target),
        breaks: [`Every session of the role ${name} is refused.`],
        undo: `Delete ${denyAllName} from ${name}, or put back the text that it had.`,
      }));
    return [...users, ...roles];
  },
};

function denyUser({ name, state: user, target }: Found<UserState>, partition: string): DecidedAction {
  const arn = `arn:${partition}:iam::aws:policy/AWSDenyAll`;
  const shared = {
    target: name,
    why: whyOf(target),
    breaks: [`Every request of ${name} is refused: all its access keys, its console sign-in and its own sessions.`],
  };
  if (user.attachedPolicies.includes(arn) || user.attachedPolicies.length < managedPolicyQuota) {
    return {
      ...shared,
      title: `Attach AWSDenyAll to ${name}`,
      fact: fact.attachedPolicy('user', name, arn),
      from: user.attachedPolicies.includes(arn) ? attached : null,
      to: attached,
      undo: `Detach AWSDenyAll from ${name}, unless it was attached before.`,
    };
  }
  return {
    ...shared,
    title: `Give ${name} the inline policy ${denyAllName}`,
    fact: fact.inlinePolicy('user', name, denyAllName),
    from: user.inlinePolicies.find((policy) => policy.name === denyAllName)?.document ?? null,
    to: denyAll,
    undo: `Delete ${denyAllName} from ${name}, or put back the text that it had.`,
  };
}
