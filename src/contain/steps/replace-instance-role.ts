import type { AccountState, RoleState } from '../account/state.js';
import { canonicalJson } from '../canonical.js';
import { attached, fact } from '../fact.js';
import type { RoleSettings } from '../facts/instance.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { withoutDeleted, withoutIntruder } from './edit-trust.js';
import { denyAllName, revokeName } from './policies.js';
import { type Found, targetRoles, whyOf } from './targets.js';

/** Longest name of a role ("IAM and AWS STS quotas"). */
const maxRoleName = 64;

/** A clean role with the same rights for each instance that has the compromised one. */
export const replaceInstanceRole: Step = {
  id: 'replace-instance-role',
  title: 'Give instances a clean role',
  reason:
    'Credentials of an instance live until they expire and are renewed by whoever reaches its metadata. With a new role ' +
    'the application goes on within a minute or two, while every credential of the old role stays revoked.',
  stage: 'deactivate',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    return targetRoles(state, options)
      .filter(({ target, state: role }) => target.part !== 'made' && role.instances.length > 0)
      .flatMap((found) => replacing(found, state, withoutIntruder(found, state, options)?.document));
  },
};

function replacing(
  { name, state: role, target }: Found<RoleState>,
  { accountId, partition }: AccountState,
  trustPolicy = withoutDeleted(role.trustPolicy),
): DecidedAction[] {
  const clean = `${name.slice(0, maxRoleName - 6)}-clean`;
  const why = whyOf(target);
  const settings: RoleSettings = {
    path: role.path,
    description: `Stands in for ${name}, whose credentials leaked`,
    maxSessionDuration: role.maxSessionDuration,
    trustPolicy,
    boundary: role.boundary,
  };
  const made = { why, breaks: [], from: null };
  return [
    {
      ...made,
      target: clean,
      title: `Make the role ${clean}, a copy of ${name}`,
      fact: fact.roleCopy(clean),
      to: canonicalJson(settings),
      undo: `Delete the role ${clean}.`,
    },
    ...role.attachedPolicies.map((arn) => ({
      ...made,
      target: `${clean}/${arn}`,
      needs: clean,
      title: `Attach ${arn} to ${clean}`,
      fact: fact.attachedPolicy('role', clean, arn),
      to: attached,
      undo: `Detach ${arn} from ${clean}.`,
    })),
    ...role.inlinePolicies
      .filter((policy) => policy.name !== revokeName && policy.name !== denyAllName)
      .map((policy) => ({
        ...made,
        target: `${clean}/${policy.name}`,
        needs: clean,
        title: `Give ${clean} the inline policy ${policy.name}`,
        fact: fact.inlinePolicy('role', clean, policy.name),
        to: policy.document,
        undo: `Delete ${policy.name} from ${clean}.`,
      })),
    {
      ...made,
      target: `profile/${clean}`,
      needs: clean,
      title: `Make the instance profile ${clean}`,
      fact: fact.profileRole(clean),
      to: clean,
      undo: `Delete the instance profile ${clean}.`,
    },
    ...role.instances.map(({ region, instanceId, profileArn }) => ({
      target: instanceId,
      needs: `profile/${clean}`,
      title: `Give ${instanceId} in ${region} the instance profile ${clean}`,
      fact: fact.instanceProfile(region, instanceId),
      from: profileArn,
      to: `arn:${partition}:iam::${accountId}:instance-profile/${clean}`,
      why,
      breaks: [`${instanceId} has no valid credentials until it fetches those of ${clean}: a minute or two.`],
      undo: `Give ${instanceId} its profile ${profileArn} back.`,
    })),
  ];
}
