import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ApiCall, changePermissions, permissionOf } from '../../../src/contain/calls.js';
import { callsFor } from '../../../src/contain/facts/index.js';
import { type ChangeStage, stageOfChange } from '../../../src/contain/responder/changes.js';
import {
  maxPolicyCharacters,
  type ResponderStage,
  responderPolicy,
  responderStages,
  stageOf,
} from '../../../src/contain/responder/policies.js';
import type { Statement } from '../../../src/contain/responder/statement.js';
import { playbook } from '../../../src/contain/steps/index.js';
import { everything } from './everything.js';

const accountId = '111122223333';
const changing: ChangeStage[] = ['contain-user', 'contain-role', 'contain-organization'];

const like = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$()|[\]{}\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

/** Whether one policy alone allows it; context keys in lower case. */
function allows(stage: ResponderStage, action: string, resource: string, context: Record<string, string> = {}) {
  const meets = ({ Condition = {} }: Statement): boolean =>
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => {
        const value = context[key.toLowerCase()];
        if (value === undefined) return operator.endsWith('IfExists');
        return [wanted].flat().some((each) => like(each, value));
      }),
    );
  const concerns = (statement: Statement): boolean =>
    statement.Action.includes(action) && statement.Resource.some((each) => like(each, resource)) && meets(statement);
  const statements = responderPolicy(stage, { accountId }).Statement.filter(concerns);
  return statements.length > 0 && statements.every(({ Effect }) => Effect === 'Allow');
}

/** What a call is about, by the Service Authorization Reference; a call on two things has two. */
function resourcesOf({ service, call, region, input }: ApiCall): string[] {
  const iam = (resource: string) => [`arn:aws:iam::${accountId}:${resource}`];
  if (service === 'ec2') return [`arn:aws:ec2:${region}:${accountId}:instance/${input.InstanceId}`];
  if (service === 'lambda') return [`arn:aws:lambda:${region}:${accountId}:function:${input.FunctionName}`];
  if (service === 'organizations') {
    if (call === 'CreatePolicy') return ['*'];
    const policy = `arn:aws:organizations::${accountId}:policy/o-exampleorg/service_control_policy/p-example`;
    const account = `arn:aws:organizations::${accountId}:account/o-exampleorg/${input.TargetId}`;
    return input.TargetId === undefined ? [policy] : [policy, account];
  }
  if (service === 'sso')
    return [input.InstanceArn ?? '', input.PermissionSetArn ?? '', `arn:aws:sso:::account/${input.TargetId}`];
  if (service === 'identitystore')
    return [
      `arn:aws:identitystore::${accountId}:identitystore/${input.IdentityStoreId}`,
      `arn:aws:identitystore:::group/${input.GroupId}`,
    ];
  if (input.InstanceProfileName !== undefined) return iam(`instance-profile/${input.InstanceProfileName}`);
  if (input.RoleName !== undefined) return iam(`role/web/${input.RoleName}`);
  if (input.UserName !== undefined) return iam(`user/build/${input.UserName}`);
  const settings = JSON.parse(input.Settings ?? '{}') as { url?: string; name?: string };
  if (settings.url) return iam(`oidc-provider/${settings.url.replace('https://', '')}`);
  if (settings.name) return iam(`saml-provider/${settings.name}`);
  return [input.OpenIDConnectProviderArn ?? input.SAMLProviderArn ?? ''];
}

const contextOf = ({ service, input }: ApiCall): Record<string, string> => ({
  ...(input.PolicyArn === undefined ? {} : { 'iam:policyarn': input.PolicyArn }),
  ...(service === 'organizations' ? { 'organizations:policytype': 'SERVICE_CONTROL_POLICY' } : {}),
});

const actions = everything(accountId);
/** Of apply, and of undo. */
const calls: ApiCall[] = actions.flatMap(({ fact, from, to, calls: there, undo }) => [
  ...there,
  ...(undo.reversible && from !== to ? callsFor(fact, to, from) : []),
]);

describe('the policies of a responder', () => {
  it('are tried on every step and every call of the playbook', () => {
    expect(new Set(actions.map(({ step }) => step))).toEqual(new Set(playbook.map(({ id }) => id)));
    expect(new Set(calls.map(permissionOf))).toEqual(new Set(changePermissions()));
  });

  it.each(calls.map((call) => [permissionOf(call), Object.values(call.input).join(' ').slice(0, 60), call] as const))(
    '%s is allowed by the stage that claims it, and by no other (%s)',
    (permission, _, call) => {
      const resources = resourcesOf(call);
      const allowing = changing.filter((stage) =>
        resources.every((resource) => allows(stage, permission, resource, contextOf(call))),
      );
      expect(allowing).toEqual([stageOfChange(permission)]);
    },
  );

  it('cover every permission that containment names anywhere, and need no wildcard for it', () => {
    const named = readdirSync('src/contain', { recursive: true, encoding: 'utf8' })
      // The second names what an intruder would want.
      .filter((file) => file.endsWith('.ts') && !file.startsWith('responder') && file !== 'compare-privileges.ts')
      .flatMap((file) => [
        ...readFileSync(join('src/contain', file), 'utf8').matchAll(
          /'((?:iam|ec2|lambda|organizations|sso|identitystore|sts|s3|kms|ssm|secretsmanager|cloudwatch|logs):[A-Z]\w+)'/g,
        ),
      ])
      .map(([, permission]) => permission!);
    const given = new Set(
      responderStages.flatMap((stage) => responderPolicy(stage).Statement.flatMap(({ Action }) => Action)),
    );
    expect(named.length).toBeGreaterThan(50);
    // It needs no permission.
    expect(named.filter((each) => !given.has(each) && each !== 'sts:GetCallerIdentity')).toEqual([]);
    expect([...given].filter((each) => each.includes('*'))).toEqual([]);
  });

  it.each(responderStages)('%s fits a managed policy, and its statements have names of their own', (stage) => {
    const { Statement } = responderPolicy(stage, { accountId });
    const length = JSON.stringify(responderPolicy(stage, { accountId, responder: 'r'.repeat(64) })).length;
    expect(length).toBeLessThanOrEqual(maxPolicyCharacters);
    const names = Statement.map(({ Sid }) => Sid);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9]+$/);
    for (const { Action } of Statement) expect(Action.length).toBeGreaterThan(0);
  });

  it('attach nothing but AWSDenyAll to users, and anything to clean roles alone', () => {
    const user = `arn:aws:iam::${accountId}:user/ci`;
    const admin = { 'iam:policyarn': 'arn:aws:iam::aws:policy/AdministratorAccess' };
    for (const stage of responderStages) {
      expect(allows(stage, 'iam:AttachUserPolicy', user, admin)).toBe(false);
      expect(allows(stage, 'iam:AttachRolePolicy', `arn:aws:iam::${accountId}:role/web`, admin)).toBe(false);
      expect(allows(stage, 'iam:CreateRole', `arn:aws:iam::${accountId}:role/clean-web`)).toBe(false);
      expect(allows(stage, 'organizations:AttachPolicy', `arn:aws:organizations::${accountId}:root/o-a/r-b`)).toBe(
        false,
      );
    }
    expect(allows('contain-role', 'iam:AttachRolePolicy', `arn:aws:iam::${accountId}:role/web-clean`, admin)).toBe(
      true,
    );
  });

  it('pass clean roles to EC2 and nothing else; only to undo, others too', () => {
    const ec2 = { 'iam:passedtoservice': 'ec2.amazonaws.com' };
    const pass = (stage: ResponderStage, role: string, context: Record<string, string>) =>
      allows(stage, 'iam:PassRole', `arn:aws:iam::${accountId}:role/${role}`, context);
    expect(pass('contain-role', 'web-clean', ec2)).toBe(true);
    expect(pass('contain-role', 'web-clean', { 'iam:passedtoservice': 'lambda.amazonaws.com' })).toBe(false);
    expect(pass('contain-role', 'web', ec2)).toBe(false);
    expect(pass('restore-instance', 'web', ec2)).toBe(true);
    for (const stage of responderStages.filter((each) => !/^(contain-role|restore-instance)$/.test(each)))
      expect(pass(stage, 'web-clean', ec2)).toBe(false);
  });

  it('delete keys only with MFA, which a long-term key does not tell of', () => {
    const user = `arn:aws:iam::${accountId}:user/ci`;
    const may = responderStages.filter((stage) =>
      allows(stage, 'iam:DeleteAccessKey', user, { 'aws:multifactorauthpresent': 'true' }),
    );
    expect(may).toEqual(['rotate', 'destroy']);
    for (const stage of responderStages)
      for (const context of [{}, { 'aws:multifactorauthpresent': 'false' }])
        expect(allows(stage, 'iam:DeleteAccessKey', user, context as Record<string, string>)).toBe(false);
  });

  it('are not for the responder itself', () => {
    const own = `arn:aws:iam::${accountId}:role/ir/hands`;
    const policy = responderPolicy('contain-role', { accountId, responder: own });
    expect(policy.Statement.find(({ Sid }) => Sid === 'NotOneself')).toMatchObject({
      Effect: 'Deny',
      Resource: [own],
      Action: expect.arrayContaining(['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy']),
    });
    const users = responderPolicy('contain-user').Statement.find(({ Sid }) => Sid === 'NotOneself');
    expect(users).toMatchObject({ Effect: 'Deny', Action: expect.arrayContaining(['iam:PutUserPolicy']) });
    expect(JSON.stringify(users)).toMatch(/user\/\*\/\$\{aws:username\}/);
  });

  it('are refused for what names nothing', () => {
    expect(() => stageOf('contain')).toThrow(/no stage "contain"/);
    expect(() => responderPolicy('observe', { accountId: '12' })).toThrow(/"12" is no account/);
    expect(() => responderPolicy('accounts', { responder: 'a b' })).toThrow(/"a b" is no role/);
    expect(() => responderPolicy('evidence', { bucket: 's3://x' })).toThrow(/"s3:\/\/x" is no bucket/);
    expect(() => responderPolicy('observe', { partition: 'gcp' })).toThrow(/is no partition/);
    expect(() => stageOfChange('iam:CreateAccessKey')).toThrow(/no stage/);
  });
});
