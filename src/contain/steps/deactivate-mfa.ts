import type { AccountState } from '../account/state.js';
import { fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { wholeUsers, whyOf } from './targets.js';

/** Only devices that came since the incident began: the owner's own stays. */
export const deactivateMfa: Step = {
  id: 'deactivate-mfa',
  title: 'Take off MFA devices added since the incident began',
  reason:
    "An intruder's own device passes for the owner's and keeps the owner out. It comes after the console password is " +
    'gone, so that nobody can sign in without MFA in between.',
  stage: 'deactivate',

  plan(state: AccountState, { since, ...options }: StepOptions): DecidedAction[] {
    if (since === null) return [];
    return wholeUsers(state, { ...options, since }).flatMap(({ name, state: user, target }) =>
      user.mfaDevices
        .filter(({ enabled }) => enabled !== null && Date.parse(enabled) >= Date.parse(since))
        .map(({ serial, enabled }) => ({
          target: serial,
          title: `Deactivate the MFA device ${serial} of ${name}`,
          fact: fact.mfaDevice(name, serial),
          from: 'enabled',
          to: null,
          why: whyOf(target) || `it was enabled at ${enabled}, after the incident began at ${since}`,
          breaks: [`${name} can't use this device.`],
          undo: 'Only who holds the device can enable it again (aws iam enable-mfa-device, with two of its codes).',
          irreversible: true,
        })),
    );
  },
};
