import type { AccountState } from '../../src/contain/state.js';

/** A user `ci` with one key, in account 111122223333, seen by the responder `ada`. */
export function someState(changes: Partial<AccountState> = {}): AccountState {
  return {
    keyId: 'AKIAIOSFODNN7EXAMPLE',
    accountId: '111122223333',
    partition: 'aws',
    caller: { arn: 'arn:aws:iam::111122223333:user/ada', userId: 'AIDAADA' },
    principal: { type: 'user', userName: 'ci', arn: 'arn:aws:iam::111122223333:user/build/ci', userId: 'AIDACI' },
    accessKeys: [{ id: 'AKIAIOSFODNN7EXAMPLE', status: 'Active', created: '2024-01-01T00:00:00.000Z' }],
    attachedPolicies: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'],
    inlinePolicies: [{ name: 'build', document: '{"Version":"2012-10-17","Statement":[]}' }],
    groups: ['builders'],
    lastUsed: { time: '2024-06-01T00:00:00.000Z', service: 's3', region: 'eu-west-1' },
    ...changes,
  };
}

export const noon = new Date('2024-06-01T12:00:00.000Z');
