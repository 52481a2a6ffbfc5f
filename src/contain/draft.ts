import { KeytrailError } from '../errors.js';
import type { Trace } from '../model/trace.js';
import type { AccountState, Principal } from './account/state.js';
import type { Identity } from './identify.js';
import { accountAndName, type Target } from './target.js';

/**
 * Whose a credential is by the logs alone, for when AWS can't be asked; `why` says why it can't. Throws
 * `bad_parameter` where the logs do not know either.
 */
export function identityFromLogs(keyId: string, trace: Trace, why: string): Identity {
  const { owner } = trace;
  if (owner === null) {
    throw new KeytrailError('bad_parameter', `AWS could not be asked (${why}), and the logs hold no call of ${keyId}`, {
      hint: 'Sign in as a responder of the account, or name a store that has its logs.',
    });
  }
  const { accountId, userName, roleArn, sessionName } = owner;
  const partition = owner.arn.split(':')[1] || 'aws';
  const principal = principalFrom(owner.arn, accountId, userName, roleArn, partition);
  const kind =
    principal.type === 'root' ? 'root' : principal.type === 'identity-center-user' ? 'identity-center' : principal.type;
  return {
    keyId,
    kind: kind === 'user' ? (keyId.startsWith('ASIA') ? 'temporary' : 'user-key') : kind,
    accountId,
    caller: { arn: '', userId: '', accountId, partition },
    principal,
    sessionName,
    parents: [],
    lastUsed: null,
    sources: ['The logs say whose the key is.', `AWS could not be asked: ${why}.`],
    draft: why,
  };
}

/** What the logs let expect of the account: a draft can show what would be done, and can't be applied. */
export function stateFromLogs(identity: Identity, trace: Trace | null, targets: readonly Target[]): AccountState {
  const { keyId, accountId, caller, principal } = identity;
  const keysOf = (name: string) => [
    ...(name === principal.name && keyId !== null ? [keyId] : []),
    ...(trace?.derived ?? [])
      .filter(({ accessKeyId, issuedArn }) => accessKeyId.startsWith('AKIA') && issuedArn === `user/${name}`)
      .map(({ accessKeyId }) => accessKeyId),
  ];
  const arnOf = (type: string, name: string) => `arn:${caller.partition}:iam::${accountId}:${type}/${name}`;
  const users = new Set(targets.flatMap(({ kind, name, of }) => (kind === 'user' ? name : (of ?? []))));
  const roles = targets.filter(({ kind }) => kind === 'role');
  return {
    keyId,
    accountId,
    partition: caller.partition,
    caller: { arn: '', userId: '' },
    principal,
    users: [...users].map((name) => ({
      principal: { type: 'user', name, arn: arnOf('user', name), id: '' },
      accessKeys: keysOf(name).map((id) => ({ id, status: 'Active', created: null })),
      attachedPolicies: [],
      inlinePolicies: [],
      groups: [],
      loginProfile: (trace?.created ?? []).some((thing) => thing.kind === 'login-profile' && thing.of === name),
      sshKeys: [],
      certificates: [],
      serviceCredentials: [],
      mfaDevices: [],
    })),
    roles: roles.map(({ name }) => ({
      principal: { type: 'role', name, arn: arnOf('role', name), id: '' },
      path: '/',
      description: '',
      maxSessionDuration: 3600,
      trustPolicy: '',
      attachedPolicies: [],
      inlinePolicies: [],
      boundary: null,
      instanceProfiles: [],
      instances: [],
    })),
    functions: targets.flatMap(({ kind, name, region }) =>
      kind === 'function' && region !== null ? [{ region, name, concurrency: null }] : [],
    ),
    providers: [],
    identityCenter: null,
    organization: null,
    lastUsed: null,
    administrators: null,
    unread: ['The account itself: this is what the logs let expect of it.'],
  };
}

function principalFrom(
  arn: string,
  accountId: string,
  userName: string | null,
  roleArn: string | null,
  partition: string,
): Principal {
  if (arn.endsWith(':root')) return { type: 'root', name: null, arn, id: accountId };
  if (roleArn !== null) {
    const name = accountAndName(roleArn)[1] ?? '';
    return name.startsWith('AWSReservedSSO_')
      ? { type: 'identity-center-user', name: null, arn, id: '' }
      : { type: 'role', name, arn: roleArn, id: '' };
  }
  const name = userName ?? accountAndName(arn)[1] ?? '';
  return { type: 'user', name, arn: `arn:${partition}:iam::${accountId}:user/${name}`, id: '' };
}
