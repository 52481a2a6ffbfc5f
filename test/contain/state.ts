import type { AccountState, UserState } from '../../src/contain/account/state.js';
import type { Identity } from '../../src/contain/identify.js';
import { makePlan, type Plan, type PlanOptions } from '../../src/contain/plan.js';
import { targetsOf } from '../../src/contain/target.js';
import type { Trace } from '../../src/model/trace.js';

export const accountId = '111122223333';
export const keyId = 'AKIAIOSFODNN7EXAMPLE';

/** The user `ci` with one key. */
export function someUser(changes: Partial<UserState> = {}): UserState {
  return {
    principal: { type: 'user', name: 'ci', arn: `arn:aws:iam::${accountId}:user/build/ci`, id: 'AIDACI' },
    accessKeys: [{ id: keyId, status: 'Active', created: '2024-01-01T00:00:00.000Z' }],
    attachedPolicies: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'],
    inlinePolicies: [{ name: 'build', document: '{"Version":"2012-10-17","Statement":[]}' }],
    groups: ['builders'],
    loginProfile: false,
    sshKeys: [],
    certificates: [],
    serviceCredentials: [],
    mfaDevices: [],
    ...changes,
  };
}

/** Account 111122223333 with `ci`, seen by the responder `ada`. */
export function someState(user: Partial<UserState> = {}, changes: Partial<AccountState> = {}): AccountState {
  const found = someUser(user);
  return {
    keyId,
    accountId,
    partition: 'aws',
    caller: { arn: `arn:aws:iam::${accountId}:user/ada`, userId: 'AIDAADA' },
    principal: found.principal,
    users: [found],
    roles: [],
    functions: [],
    providers: [],
    identityCenter: null,
    organization: null,
    lastUsed: { time: '2024-06-01T00:00:00.000Z', service: 's3', region: 'eu-west-1' },
    administrators: [],
    unread: [],
    ...changes,
  };
}

export function identityOf(state: AccountState, changes: Partial<Identity> = {}): Identity {
  const { caller, partition, principal, lastUsed } = state;
  return {
    keyId: state.keyId,
    kind: principal.type === 'root' ? 'root' : 'user-key',
    accountId: state.accountId,
    caller: { ...caller, accountId: state.accountId, partition },
    principal,
    sessionName: null,
    parents: [],
    lastUsed,
    sources: ['IAM says whose the key is.'],
    draft: null,
    ...changes,
  };
}

export const noon = new Date('2024-06-01T12:00:00.000Z');

/** A plan made at noon; with a trace, of what it tells, too. */
export function planOf(
  state: AccountState = someState(),
  { trace, ...options }: Partial<Omit<PlanOptions, 'trace'>> & { trace?: Trace } = {},
): Plan {
  const identity = options.identity ?? identityOf(state);
  const found = targetsOf(identity, trace ?? null, options.since ?? null);
  return makePlan(state, { now: noon, identity, ...found, ...(trace === undefined ? {} : { trace }), ...options });
}

export function someTrace(changes: Partial<Trace> = {}): Trace {
  return {
    keyId,
    owner: null,
    issuers: [],
    clients: [],
    derived: [],
    roles: [],
    created: [],
    actions: [],
    firstAbuse: null,
    logsReachTo: '2024-06-01T11:45:00.000Z',
    unanswered: [],
    truncated: [],
    ...changes,
  };
}
