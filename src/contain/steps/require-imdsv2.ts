import type { AccountState } from '../account/state.js';
import { fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { targetRoles, whyOf } from './targets.js';

export const requireImdsv2: Step = {
  id: 'require-imdsv2',
  title: 'Require IMDSv2',
  reason:
    'A request forged through the application reads the credentials of an instance from IMDSv1, the new ones as well as ' +
    'the old; IMDSv2 wants a token that such requests can seldom get.',
  stage: 'deactivate',

  plan(state: AccountState, options: StepOptions): DecidedAction[] {
    return targetRoles(state, options).flatMap(({ state: role, target }) =>
      role.instances
        .filter(({ httpTokens }) => httpTokens !== 'required')
        .map(({ region, instanceId, httpTokens }) => ({
          target: instanceId,
          title: `Require IMDSv2 on ${instanceId} in ${region}`,
          fact: fact.metadataTokens(region, instanceId),
          from: httpTokens,
          to: 'required',
          why: whyOf(target),
          breaks: [`Software on ${instanceId} that knows only IMDSv1 gets no credentials.`],
          undo: `Let ${instanceId} answer IMDSv1 again.`,
        })),
    );
  },
};
