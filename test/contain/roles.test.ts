import { describe, expect, it } from 'vitest';
import type { RoleState } from '../../src/contain/account/state.js';
import { differences } from '../../src/contain/fact.js';
import type { Plan } from '../../src/contain/plan.js';
import { renderPlan } from '../../src/contain/render.js';
import type { CreatedThing } from '../../src/model/trace.js';
import { accountId, planOf, someState, someTrace } from './state.js';

const since = '2024-05-01T00:00:00.000Z';
const stranger = 'arn:aws:iam::999999999999:root';

const trusting = (Principal: unknown): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });

const someRole = (changes: Partial<RoleState> = {}): RoleState => ({
  principal: { type: 'role', name: 'web', arn: `arn:aws:iam::${accountId}:role/web`, id: 'AROAWEB' },
  path: '/',
  description: '',
  maxSessionDuration: 3600,
  trustPolicy: trusting({ Service: 'ec2.amazonaws.com' }),
  attachedPolicies: [],
  inlinePolicies: [],
  boundary: null,
  instanceProfiles: ['web'],
  instances: [
    {
      region: 'us-east-1',
      instanceId: 'i-1',
      profileArn: `arn:aws:iam::${accountId}:instance-profile/web`,
      httpTokens: 'required',
    },
  ],
  ...changes,
});

const edit = (principals: string[]): CreatedThing => ({
  kind: 'trust-policy',
  name: 'web',
  of: null,
  accountId,
  region: 'us-east-1',
  eventName: 'UpdateAssumeRolePolicy',
  eventId: 'e-1',
  time: '2024-05-02T00:00:00.000Z',
  sourceIp: '198.51.100.7',
  principals,
});

/** A plan for the user `ci`, whose key was used to let these in to the role `web`. */
const planFor = (role: RoleState, principals: string[]): Plan =>
  planOf(someState({}, { roles: [role] }), { since, trace: someTrace({ created: [edit(principals)] }) });

const textOf = (plan: Plan, call: string, input: string): unknown => {
  const found = plan.actions.flatMap(({ calls }) => calls).find((each) => each.call === call);
  return found === undefined ? null : JSON.parse(found.input[input]!);
};

describe('a trust policy that AWS gives back', () => {
  const is = (was: string, now: string) => differences({ 'trust-policy web': was }, { 'trust-policy web': now });
  const [a, b] = ['arn:aws:iam::111122223333:role/a', 'arn:aws:iam::111122223333:role/b'];

  it('is the same with its principals in another order, or one without its list', () => {
    expect(is(trusting({ AWS: [a, b] }), trusting({ AWS: [b, a] }))).toEqual([]);
    expect(is(trusting({ AWS: [a] }), trusting({ AWS: a }))).toEqual([]);
  });

  it('is another with one principal more, less or of another kind', () => {
    expect(is(trusting({ AWS: [a, b] }), trusting({ AWS: a }))).toHaveLength(1);
    expect(is(trusting({ AWS: a }), trusting({ AWS: b }))).toHaveLength(1);
    expect(is(trusting({ AWS: '*' }), trusting('*'))).toHaveLength(1);
    expect(is(trusting({ AWS: a }), trusting({ Federated: a }))).toHaveLength(1);
  });
});

describe('a role that the intruder let others assume', () => {
  const both = trusting({ Service: 'ec2.amazonaws.com', AWS: stranger });
  const principals = ['ec2.amazonaws.com', stranger];

  it('is not copied with them: the clean role lets in only who is left', () => {
    const plan = planFor(someRole({ trustPolicy: both }), principals);
    const left = JSON.parse(trusting({ Service: 'ec2.amazonaws.com' }));
    expect(textOf(plan, 'CreateRole', 'AssumeRolePolicyDocument')).toEqual(left);
  });

  it('is written without the ids of whoever was deleted, which IAM would not take', () => {
    const gone = 'AIDAJQABLZS4A3QDU576Q';
    const service = { Service: 'ec2.amazonaws.com' };
    const left = JSON.parse(trusting(service));
    const named = planFor(someRole({ trustPolicy: trusting({ ...service, AWS: [stranger, gone] }) }), principals);
    expect(textOf(named, 'UpdateAssumeRolePolicy', 'PolicyDocument')).toEqual(left);
    expect(textOf(named, 'CreateRole', 'AssumeRolePolicyDocument')).toEqual(left);
    const only = planFor(someRole({ trustPolicy: trusting({ ...service, AWS: gone }) }), principals);
    expect(textOf(only, 'UpdateAssumeRolePolicy', 'PolicyDocument')).toBeNull();
    expect(textOf(only, 'CreateRole', 'AssumeRolePolicyDocument')).toEqual(left);
  });

  it('leaves to its owner what no plan sees: who starts instances with it, and whose policies name it', () => {
    const text = renderPlan(planFor(someRole(), principals));
    expect(text).toContain('Launch templates and Auto Scaling groups');
    expect(text).toContain('do not know the clean one');
    expect(renderPlan(planFor(someRole({ instances: [] }), principals))).not.toContain('Launch templates');
  });

  it('still serves AWS: a service is no stranger', () => {
    const plan = planFor(someRole({ trustPolicy: both }), principals);
    const left = JSON.parse(trusting({ Service: 'ec2.amazonaws.com' }));
    expect(textOf(plan, 'UpdateAssumeRolePolicy', 'PolicyDocument')).toEqual(left);
  });
});
