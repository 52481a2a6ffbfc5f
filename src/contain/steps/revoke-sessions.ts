import type { AccountState } from '../account/state.js';
import { fact } from '../fact.js';
import { cutoff, type DecidedAction, type Step, type StepOptions } from '../step.js';
import { denyOlderSessions, revokeName } from './policies.js';
import { targetRoles, whyOf } from './targets.js';

/** Ends the sessions of roles that began before now; those that begin later work. */
export const revokeSessions: Step = {
  id: 'revoke-sessions',
  title: 'Revoke the sessions of roles',
  reason:
    'A session of a role outlives the key that it was asked for with, by up to 12 hours. AWS can only deny by the time ' +
    'of issue: the cutoff is half a minute ahead and rounded up, so that no session of the same second slips through.',
  stage: 'deactivate',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    return targetRoles(state, options)
      .filter(({ target }) => target.part !== 'made')
      .map(({ name, state: role, target }) => ({
        target: name,
        title: `Revoke the sessions of the role ${name} that began until now`,
        fact: fact.inlinePolicy('role', name, revokeName),
        from: role.inlinePolicies.find((policy) => policy.name === revokeName)?.document ?? null,
        to: denyOlderSessions(cutoff),
        why: whyOf(target),
        breaks: [`Whatever has a session of ${name} is refused until it asks for a new one.`],
        undo: `Delete ${revokeName} from ${name}, or put back the text that it had: old sessions work until they expire.`,
      }));
  },
};
