import type { AccountState } from '../account/state.js';
import { fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';

export const stopFunction: Step = {
  id: 'stop-function',
  title: 'Stop functions that the intruder made or changed',
  reason: 'A function runs with its own role, which is not contained with the key. With no concurrency it never runs.',
  stage: 'deactivate',

  plan({ functions }: AccountState, { targets }: StepOptions): DecidedAction[] {
    return functions.map(({ region, name, concurrency }) => ({
      target: `${region}/${name}`,
      title: `Set the concurrency of ${name} in ${region} to 0`,
      fact: fact.concurrency(region, name),
      from: concurrency,
      to: '0',
      why: targets.find((target) => target.kind === 'function' && target.name === name)?.why ?? '',
      breaks: [`${name} is not run any more, whoever calls it.`],
      undo:
        concurrency === null ? `Reserve nothing for ${name}, as before.` : `Reserve ${concurrency} for ${name} again.`,
    }));
  },
};

export const deleteProvider: Step = {
  id: 'delete-provider',
  title: 'Delete identity providers that the intruder made',
  reason: 'Whoever runs a provider can sign in to every role that trusts it.',
  stage: 'deactivate',

  plan({ providers }: AccountState, { targets }: StepOptions): DecidedAction[] {
    return providers.map(({ kind, arn, settings }) => ({
      target: arn,
      title: `Delete ${arn}`,
      fact: fact.provider(kind, arn),
      from: settings,
      to: null,
      why: targets.find((target) => target.name === arn)?.why ?? '',
      breaks: ['Whoever signs in by this provider is refused.'],
      undo: `Make ${arn} again as it was.`,
    }));
  },
};
