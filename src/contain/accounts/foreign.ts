import { KeytrailError } from '../../errors.js';
import type { Trace } from '../../model/trace.js';
import type { Principal } from '../account/state.js';
import type { Caller, Identity } from '../identify.js';

/**
 * A credential as an account has it that is not its own: who has it is known from the logs, and is contained elsewhere.
 * Throws `bad_parameter` where the logs do not know who has it.
 */
export function foreignIdentity(keyId: string, trace: Trace, caller: Caller): Identity {
  const { owner } = trace;
  if (owner === null) {
    throw new KeytrailError('bad_parameter', `the logs hold no call of ${keyId}, so that its owner is not known`, {
      hint: 'Name a store that has the logs of the account of the key, too.',
    });
  }
  return {
    keyId,
    kind: 'foreign',
    accountId: caller.accountId,
    caller,
    principal: principalOf(owner),
    sessionName: owner.sessionName,
    parents: [],
    lastUsed: null,
    sources: ['The logs say whose the key is, and what it reached here.'],
    draft: null,
  };
}

/** Without a name, for nothing of that name here is meant. */
function principalOf({ arn, roleArn }: NonNullable<Trace['owner']>): Principal {
  if (arn.endsWith(':root')) return { type: 'root', name: null, arn, id: '' };
  if (roleArn !== null) return { type: 'role', name: null, arn: roleArn, id: '' };
  return { type: 'user', name: null, arn, id: '' };
}
