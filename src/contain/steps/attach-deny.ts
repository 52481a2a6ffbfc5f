import type { AccountState, RoleState, UserState } from '../account/state.js';
import { attached, fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { denyAll, denyAllName } from './policies.js';
import { type Found, targetRoles, wholeUsers, whyOf } from './targets.js';

/** Default quota of managed policies attached to a user, and to a role ("IAM and AWS STS quotas"). */
const managedPolicyQuota = 10;

/** AWSDenyAll on each user, and each role that the intruder made; where no more managed policies fit, the same inline. */
export const attachDeny: Step = {
  id: 'attach-deny',
  title: 'Deny everything',
  reason:
    'An explicit deny overrides every allow and, unlike deactivation, also stops the sessions that a user issued ' +
    'with GetSessionToken and GetFederationToken; requests refused by it still reach CloudTrail.',
  stage: 'canary',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    const made = targetRoles(state, options).filter(({ target }) => target.part === 'made');
    return [
      ...wholeUsers(state, options).map((found) => deny('user', found, state.partition)),
      ...made.map((found) => deny('role', found, state.partition)),
    ];
  },
};

function deny(
  type: 'user' | 'role',
  { name, state: principal, target }: Found<UserState | RoleState>,
  partition: string,
): DecidedAction {
  const arn = `arn:${partition}:iam::aws:policy/AWSDenyAll`;
  const shared = {
    target: type === 'user' ? name : `role/${name}`,
    why: whyOf(target),
    breaks: [
      type === 'user'
        ? `Every request of ${name} is refused: all its access keys, its console sign-in and its own sessions.`
        : `Every session of the role ${name} is refused.`,
    ],
  };
  const called = type === 'user' ? name : `the role ${name}`;
  if (principal.attachedPolicies.includes(arn) || principal.attachedPolicies.length < managedPolicyQuota) {
    return {
      ...shared,
      title: `Attach AWSDenyAll to ${called}`,
      fact: fact.attachedPolicy(type, name, arn),
      from: principal.attachedPolicies.includes(arn) ? attached : null,
      to: attached,
      undo: `Detach AWSDenyAll from ${name}, unless it was attached before.`,
    };
  }
  return {
    ...shared,
    title: `Give ${called} the inline policy ${denyAllName}`,
    fact: fact.inlinePolicy(type, name, denyAllName),
    from: principal.inlinePolicies.find((policy) => policy.name === denyAllName)?.document ?? null,
    to: denyAll,
    undo: `Delete ${denyAllName} from ${name}, or put back the text that it had.`,
  };
}
