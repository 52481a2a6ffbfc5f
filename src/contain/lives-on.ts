import type { Plan } from './plan.js';

/** Why the credential may be of use though every action of the plan holds: a sentence each. */
export function livesOn({ identity, actions }: Pick<Plan, 'identity' | 'actions'>): string[] {
  if (actions.length === 0) return ['The plan has no action: nothing is contained by it.'];
  // "Revoke active IAM role sessions created by permission sets": only a policy that denies ends them.
  if (identity.kind === 'identity-center' && !actions.some(({ step }) => step === 'lock'))
    return [
      `Sessions that ${identity.sessionName ?? 'the user'} has in the accounts go on until they expire: no service control policy of the plan denies them.`,
    ];
  return [];
}
