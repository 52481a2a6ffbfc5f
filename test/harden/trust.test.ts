import { expect, test } from 'vitest';
import type { PolicyDocument, Statement } from '../../src/harden/policy.js';
import { trustFaults } from '../../src/harden/trust.js';

const account = '111122223333';
const gitHub = 'token.actions.githubusercontent.com';
const policy = (statement: Statement): PolicyDocument => ({ Statement: [{ Effect: 'Allow', ...statement }] });
const severity = (statement: Statement): string | undefined =>
  trustFaults(policy(statement), account, 'aws')[0]?.severity;
const ofGitHub = (Condition?: Statement['Condition']): Statement => ({
  Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${gitHub}` },
  ...(Condition === undefined ? {} : { Condition }),
});

test.each<[string, Statement, string | undefined]>([
  ['everyone', { Principal: '*' }, 'critical'],
  ['everyone, among others', { Principal: { AWS: [`arn:aws:iam::${account}:root`, '*'] } }, 'critical'],
  ['everyone but one', { NotPrincipal: { AWS: account } }, 'critical'],
  [
    'everyone of an organization',
    { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
    undefined,
  ],
  [
    'everyone outside of an organization',
    { Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
    'critical',
  ],
  ['everyone whose ARN is like *', { Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': '*' } } }, 'critical'],
  ['everyone who knows a word', { Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'word' } } }, 'high'],
  ['another account', { Principal: { AWS: '999988887777' } }, 'medium'],
  ['a role of another account', { Principal: { AWS: 'arn:aws:iam::999988887777:role/x' } }, 'medium'],
  [
    'another account with an external id',
    { Principal: { AWS: '999988887777' }, Condition: { StringEquals: { 'STS:externalid': 'x' } } },
    undefined,
  ],
  ['its own account', { Principal: { AWS: `arn:aws:iam::${account}:role/x` } }, undefined],
  ['a service', { Principal: { Service: 'ec2.amazonaws.com' } }, undefined],
  ['nobody, for it denies', { Effect: 'Deny', Principal: '*' }, undefined],
  ['GitHub', ofGitHub(), 'critical'],
  ['GitHub by audience only', ofGitHub({ StringEquals: { [`${gitHub}:aud`]: 'sts.amazonaws.com' } }), 'critical'],
  ['GitHub of any owner', ofGitHub({ StringLike: { [`${gitHub}:sub`]: 'repo:*' } }), 'critical'],
  ['GitHub of any owner of a name', ofGitHub({ StringLike: { [`${gitHub}:sub`]: 'repo:*/app:*' } }), 'critical'],
  ['GitHub but one', ofGitHub({ StringNotLike: { [`${gitHub}:sub`]: 'repo:a/b:*' } }), 'critical'],
  ['a repository of GitHub', ofGitHub({ StringLike: { [`${gitHub}:sub`]: 'repo:a/b:*' } }), undefined],
  [
    'another provider without a condition',
    { Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1` } },
    'high',
  ],
  [
    'another provider with one',
    {
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/oidc.example/id/A1` },
      Condition: { StringEquals: { 'oidc.example/id/A1:sub': 'x' } },
    },
    undefined,
  ],
  ['nonsense', { Principal: 7, Condition: { StringEquals: 'x' } } as unknown as Statement, undefined],
])('a role that trusts %s', (_, statement, expected) => {
  expect(severity(statement)).toBe(expected);
});

test('what mends a statement has nothing left to find', () => {
  for (const statement of [
    { Principal: '*' },
    { NotPrincipal: {} },
    { Principal: { AWS: '999988887777' } },
    ofGitHub(),
  ])
    expect(severity(trustFaults(policy(statement), account, 'aws')[0]!.mended)).toBeUndefined();
});
