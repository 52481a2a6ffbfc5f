import { stateFromLogs } from '../contain/draft.js';
import type { Identity } from '../contain/identify.js';
import { makePlan, type Plan } from '../contain/plan.js';
import { targetsOf } from '../contain/target.js';
import type { Trace } from '../model/trace.js';
import type { OwnerState } from './owner-state.js';

/** The plan that a responder would make: the owner as IAM has it, the rest as the logs let expect. */
export function planOfOwner(
  { caller, owner, lastUsed }: OwnerState,
  keyId: string,
  trace: Trace | null,
  now: Date,
): Plan {
  const identity: Identity = {
    keyId,
    kind: 'user-key',
    accountId: caller.accountId,
    caller,
    principal: owner.principal,
    sessionName: null,
    parents: [],
    lastUsed,
    sources: ['The account is generated.'],
    draft: null,
  };
  const since = trace?.firstAbuse ?? null;
  const { targets, notCovered } = targetsOf(identity, trace, since);
  const expected = stateFromLogs(identity, trace, targets);
  const others = expected.users.filter(({ principal }) => principal.name !== owner.principal.name);
  const seenBy = { arn: caller.arn, userId: caller.userId };
  const state = { ...expected, caller: seenBy, lastUsed, users: [owner, ...others], unread: [] };
  return makePlan(state, { now, identity, targets, notCovered, since, trace });
}
