import type { AccountState } from '../account/state.js';
import { fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { wholeUsers, whyOf } from './targets.js';

export const deleteLoginProfile: Step = {
  id: 'delete-login-profile',
  title: 'Take away console passwords',
  reason: 'A password signs in to the console without any access key, and is often made as a way back in.',
  stage: 'deactivate',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    const whole = wholeUsers(state, options)
      .filter(({ state: user }) => user.loginProfile)
      .map(({ name, target }) => ({ name, why: whyOf(target) }));
    const single = options.targets
      .filter(({ kind, of }) => kind === 'login-profile' && hasProfile(state, of))
      .map(({ of, why }) => ({ name: of ?? '', why }));
    return [...whole, ...single].map(({ name, why }) => ({
      target: name,
      title: `Delete the console password of ${name}`,
      fact: fact.loginProfile(name),
      from: 'present',
      to: null,
      why,
      breaks: [`${name} can't sign in to the console.`],
      undo: `Give ${name} a new password that nobody knows: an administrator then sets one (aws iam update-login-profile).`,
    }));
  },
};

function hasProfile({ users }: AccountState, name: string | null): boolean {
  return users.some(({ principal, loginProfile }) => principal.name === name && loginProfile);
}
