import { describe, expect, it } from 'vitest';
import { comparePrivileges } from '../../src/contain/compare-privileges.js';
import { covers } from '../../src/contain/policy-document.js';
import type { Privileges } from '../../src/contain/privileges.js';
import type { UsedAction } from '../../src/model/trace.js';

const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], more: object = {}): string =>
  policy({ Effect: 'Allow', Action, Resource: '*', ...more });
const deny = (Action: string, more: object = {}): string => policy({ Effect: 'Deny', Action, Resource: '*', ...more });

function holding(documents: Record<string, string>, more: Partial<Privileges> = {}): Privileges {
  return {
    principal: { type: 'user', name: 'ci', arn: 'arn:aws:iam::111122223333:user/ci' },
    policies: Object.entries(documents).map(([name, document]) => ({ name, arn: null, group: null, document })),
    boundary: null,
    accessAdvisor: { notAvailable: 'not asked' },
    ...more,
  };
}

const used = (event_source: string, event_name: string, events = 1): UsedAction => ({
  event_source,
  event_name,
  events,
  failed: 0,
  last_seen: '2024-06-01T12:00:00.000Z',
});

const grantsOf = (privileges: Privileges): string[] =>
  comparePrivileges(privileges, []).grants.map(({ action, limited }) => (limited ? `${action} (limited)` : action));

describe('what a principal may do', () => {
  it.each<[string, string, string[]]>([
    ['everything', allow('*'), ['*']],
    [
      'everything, in a single statement',
      JSON.stringify({ Statement: { ...JSON.parse(allow('*')).Statement[0] } }),
      ['*'],
    ],
    ['all of IAM', allow(['IAM:*', 's3:Get*']), ['iam:*']],
    ['some of IAM, in any letter case', allow('iam:passrole'), ['iam:PassRole']],
    ['a pattern', allow('iam:Put?serPolicy'), ['iam:PutUserPolicy']],
    ['secrets', allow(['kms:*', 'sts:Assume*']), ['sts:AssumeRole', 'kms:Decrypt']],
    [
      'one resource',
      allow('iam:PassRole', { Resource: 'arn:aws:iam::111122223333:role/a' }),
      ['iam:PassRole (limited)'],
    ],
    ['a condition', allow('*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }), ['* (limited)']],
    [
      'a condition, and a part without one',
      policy(
        { Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
        { Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition: {} },
      ),
      ['* (limited)', 'kms:Decrypt'],
    ],
    ['nothing of note', allow(['s3:*', 'ec2:Describe*', 'sts:GetCallerIdentity']), []],
    ['a deny alone', deny('*'), []],
  ])('finds the dangerous in %s', (_what, document, grants) => {
    expect(grantsOf(holding({ work: document }))).toEqual(grants);
  });

  it('takes all but what NotAction names', () => {
    const { grants, administrator } = comparePrivileges(
      holding({ power: policy({ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' }) }),
      [],
    );
    expect(administrator).toBe(false);
    const actions = grants.map(({ action }) => action);
    expect(actions).toContain('kms:Decrypt');
    expect(actions.filter((action) => /^(iam|organizations|\*)/.test(action))).toEqual([]);
  });

  it('says which policies allow it, and why it matters', () => {
    const { grants } = comparePrivileges(holding({ a: allow('kms:*'), b: allow('s3:*'), c: allow('kms:Decrypt') }), []);
    expect(grants).toEqual([{ action: 'kms:Decrypt', why: 'reads secrets', policies: ['a', 'c'], limited: false }]);
  });

  it('takes off what is denied, or outside the boundary', () => {
    const admin = { admin: allow('*') };
    const bounded = (document: string) =>
      holding(admin, { boundary: { arn: 'arn:aws:iam::111122223333:policy/edge', document } });
    expect(comparePrivileges(holding({ ...admin, off: deny('*') }), [])).toMatchObject({
      administrator: false,
      deniedAll: true,
      grants: [],
    });
    const soft = deny('*', { Condition: { DateLessThan: { 'aws:TokenIssueTime': '2024-06-01T12:00:00Z' } } });
    expect(comparePrivileges(holding({ ...admin, soft }), [])).toMatchObject({ administrator: true, deniedAll: false });
    expect(grantsOf(holding({ work: allow(['kms:*', 'iam:PassRole']), off: deny('iam:*') }))).toEqual(['kms:Decrypt']);
    expect(grantsOf(bounded(allow(['s3:*', 'kms:*'])))).toEqual(['kms:Decrypt']);
    expect(grantsOf(bounded(allow('s3:*')))).toEqual([]);
    expect(comparePrivileges(bounded(allow('*')), []).administrator).toBe(true);
    expect(grantsOf(bounded('{}'))).toEqual([]);
  });

  it('tells what was granted and never used, by the logs and the access advisor', () => {
    const privileges = holding({ work: allow(['s3:*', 'cloudwatch:PutMetricData', 'sqs:SendMessage', 'ec2:*']) });
    const actions = [used('s3.amazonaws.com', 'GetObject', 3), used('monitoring.amazonaws.com', 'PutMetricData')];
    expect(comparePrivileges(privileges, actions).services).toEqual({
      granted: ['cloudwatch', 'ec2', 's3', 'sqs'],
      neverUsed: ['ec2', 'sqs'],
      incomplete: false,
    });
    const accessAdvisor = {
      services: [
        { namespace: 'ec2', lastUsed: '2024-01-01T00:00:00.000Z', actions: [] },
        { namespace: 'sns', lastUsed: null, actions: [] },
      ],
    };
    expect(comparePrivileges({ ...privileges, accessAdvisor }, actions).services).toEqual({
      granted: ['cloudwatch', 'ec2', 's3', 'sns', 'sqs'],
      neverUsed: ['sns', 'sqs'],
      incomplete: false,
    });
  });

  it('says where it can not know all that is granted', () => {
    const privileges = holding({ admin: allow('*') });
    expect(comparePrivileges(privileges, []).services).toEqual({ granted: [], neverUsed: [], incomplete: true });
    const advised = { ...privileges, accessAdvisor: { services: [] } };
    expect(comparePrivileges(advised, []).services.incomplete).toBe(false);
  });

  it('lists the actions used, busiest first, without the dates of Lambda', () => {
    const actions = [
      used('lambda.amazonaws.com', 'UpdateFunctionCode20150331v2'),
      used('iam.amazonaws.com', 'ListUsers', 1),
      used('s3.amazonaws.com', 'GetObject', 7),
    ];
    const found = comparePrivileges(holding({}), actions).used;
    expect(found.map(({ action, events }) => `${action} ${events}`)).toEqual([
      's3:GetObject 7',
      'iam:ListUsers 1',
      'lambda:UpdateFunctionCode 1',
    ]);
    expect(found[0]).toEqual({ action: 's3:GetObject', events: 7, failed: 0, lastSeen: '2024-06-01T12:00:00.000Z' });
  });
});

describe('a pattern of actions', () => {
  it.each([
    ['*', 'iam:PassRole', true],
    ['*:*', 'iam:PassRole', true],
    ['iam:*', 'iam:*', true],
    ['i*', 'iam:*', true],
    ['iam:Get*', 'iam:*', false],
    ['iam:???????e', 'iam:PassRole', true],
    ['iam:?', 'iam:*', false],
    ['iam:*Role', 'iam:PassRole', true],
    ['iam:*Role', 'iam:PassRoles', false],
    ['iam.PassRole', 'iam:PassRole', false],
    ['', 'iam:PassRole', false],
  ])('%s covers %s: %s', (pattern, action, is) => {
    expect(covers(pattern, action)).toBe(is);
  });

  it('takes no time with many stars', () => {
    const pattern = `${'*?'.repeat(3000)}!`;
    const start = performance.now();
    expect(covers(pattern, `iam:${'a'.repeat(60)}`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
