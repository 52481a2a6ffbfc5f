import type { AccountState, Credential } from '../account/state.js';
import { fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { wholeUsers, whyOf } from './targets.js';

/** Every key that can be used of the users, the leaked one first: who has one may have made the other. */
export const deactivateKey: Step = {
  id: 'deactivate-key',
  title: 'Deactivate access keys',
  reason:
    'A deactivated key authenticates nothing, also after the deny is lifted. It comes after the deny because sessions ' +
    'that the key issued outlive it.',
  stage: 'deactivate',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    const whole = wholeUsers(state, options).flatMap(({ name, state: user, target }) =>
      [...user.accessKeys]
        .sort((a, b) => Number(b.id === state.keyId) - Number(a.id === state.keyId))
        .filter(({ id, status }) => status === 'Active' || (id === state.keyId && status === 'Inactive'))
        .map((key) => actionFor(key, name, whyOf(target), breaksText(key.id, name, state, options))),
    );
    const single = options.targets
      .filter(({ kind }) => kind === 'access-key')
      .flatMap((target) => {
        const of = target.of ?? '';
        const user = state.users.find(({ principal }) => principal.name === of);
        const key = user?.accessKeys.find(({ id }) => id === target.name);
        if (key === undefined) return [];
        return [actionFor(key, of, target.why, `Whatever signs with ${key.id}, which the intruder made.`)];
      });
    return [...whole, ...single];
  },
};

function actionFor(key: Credential, userName: string, why: string, breaks: string): DecidedAction {
  return {
    target: key.id,
    title: `Deactivate ${key.id} of ${userName}`,
    fact: fact.accessKey(userName, key.id),
    from: key.status,
    to: 'Inactive',
    why,
    breaks: [breaks],
    undo: `Set ${key.id} Active again, only when asked for it by name: the secret is in other hands.`,
    onlyIfNamed: key.id,
  };
}

function breaksText(id: string, userName: string, { keyId }: AccountState, options: StepOptions): string {
  if (id !== keyId) return `Whatever signs with ${id}, another key of ${userName}: the plan did not look at its use.`;
  if (options.clients.length > 0) return `What signs with ${id}: the clients listed in this plan.`;
  return options.clientsFrom === 'logs'
    ? `Whatever signs with ${id}: the logs asked hold no call of it, which is no proof that nothing does.`
    : `Whatever signs with ${id}; the plan was made without knowing who does.`;
}
