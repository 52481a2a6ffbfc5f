import { omittedActions, type Plan } from './plan.js';

/** Why the credential may be of use though every action of the plan holds: a sentence each. */
export function livesOn(plan: Plan): string[] {
  const { identity, actions, targets, state } = plan;
  if (actions.length === 0) return ['The plan has no action: nothing is contained by it.'];
  // "Revoke active IAM role sessions created by permission sets": only a policy that denies ends them.
  const unlocked = identity.kind === 'identity-center' && !actions.some(({ step }) => step === 'lock');
  const providers = targets.filter(
    ({ kind, name }) => kind.endsWith('-provider') && state.unread.some((line) => line.startsWith(`${name}: `)),
  );
  const groups = state.identityCenter?.groups.length ?? 0;
  const omitted = omittedActions(plan);
  return [
    ...(omitted.length > 0 ? [`Left out on request: ${omitted.map(({ title }) => title).join('; ')}.`] : []),
    ...(!unlocked && groups > 0
      ? [`Sessions by way of its ${groups} groups, in accounts that the plan does not lock, go on until they expire.`]
      : []),
    ...(unlocked
      ? [
          `Sessions that ${identity.sessionName ?? 'the user'} has in the accounts go on until they expire: no service control policy of the plan denies them.`,
        ]
      : []),
    ...providers.map(({ name }) => `${name} could not be kept for undo, so that it stays: delete it by hand.`),
  ];
}
