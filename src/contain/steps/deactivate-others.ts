import type { AccountState, Credential, UserState } from '../account/state.js';
import { fact } from '../fact.js';
import type { DecidedAction, Step, StepOptions } from '../step.js';
import { wholeUsers, whyOf } from './targets.js';

/** A step that sets Inactive what a user has beside access keys. */
function deactivating(
  id: string,
  noun: string,
  reason: string,
  listOf: (user: UserState) => Credential[],
  factOf: (user: string, id: string) => string,
): Step {
  return {
    id,
    title: `Deactivate ${noun}s`,
    reason,
    stage: 'deactivate',
    plan(state: AccountState, options: StepOptions): DecidedAction[] {
      return wholeUsers(state, options).flatMap(({ name, state: user, target }) =>
        listOf(user)
          .filter(({ status }) => status === 'Active')
          .map((credential) => ({
            target: credential.id,
            title: `Deactivate the ${noun} ${credential.id} of ${name}`,
            fact: factOf(name, credential.id),
            from: credential.status,
            to: 'Inactive',
            why: whyOf(target),
            breaks: [`What uses the ${noun} ${credential.id} stops.`],
            undo: `Set ${credential.id} Active again.`,
          })),
      );
    },
  };
}

export const deactivateSshKey = deactivating(
  'deactivate-ssh-key',
  'SSH key',
  'An SSH key reaches the source code in CodeCommit without any access key.',
  ({ sshKeys }) => sshKeys,
  fact.sshKey,
);

export const deactivateCertificate = deactivating(
  'deactivate-certificate',
  'signing certificate',
  'A signing certificate signs requests in the place of an access key.',
  ({ certificates }) => certificates,
  fact.certificate,
);

export const deactivateServiceCredential = deactivating(
  'deactivate-service-credential',
  'service-specific credential',
  'These sign in to CodeCommit, Keyspaces and Bedrock without any access key, and some never expire.',
  ({ serviceCredentials }) => serviceCredentials,
  fact.serviceCredential,
);
