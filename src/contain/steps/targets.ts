import type { AccountState, RoleState, UserState } from '../account/state.js';
import type { StepOptions } from '../step.js';
import type { Target } from '../target.js';

/** A target as it was found in the account. */
export interface Found<State> {
  name: string;
  state: State;
  target: Target;
}

/** Users of whom everything is contained, the owner first. */
export function wholeUsers({ users }: AccountState, { targets }: StepOptions): Found<UserState>[] {
  return targets.flatMap((target) => {
    const state = users.find(({ principal }) => principal.name === target.name);
    return target.kind === 'user' && state !== undefined ? [{ name: target.name, state, target }] : [];
  });
}

export function targetRoles({ roles }: AccountState, { targets }: StepOptions): Found<RoleState>[] {
  return targets.flatMap((target) => {
    const state = roles.find(({ principal }) => principal.name === target.name);
    return target.kind === 'role' && state !== undefined ? [{ name: target.name, state, target }] : [];
  });
}

/** Why this target; empty for the owner, of whom the plan says it at its head. */
export const whyOf = ({ part, why }: Target): string => (part === 'owner' ? '' : why);
