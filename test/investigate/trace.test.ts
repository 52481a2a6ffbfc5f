import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { iso } from '../../src/investigate/times.js';
import { maxTraced, traceOf } from '../../src/investigate/trace.js';
import { trustedPrincipals } from '../../src/investigate/trusted-principals.js';
import type { BoundQuestion } from '../../src/model/question.js';
import { openStore } from '../../src/stores/open.js';
import type { Engine, Store } from '../../src/stores/store.js';
import { ingestAll, writeCase } from '../queries/cases.js';
import { expectIncident, incidentIn, traced } from './traced.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const account = '111122223333';
const user = { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/ci`, userName: 'ci', accessKeyId: key };
const iam = { eventSource: 'iam.amazonaws.com', userIdentity: user };

let folder: string;
const opened: Store[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-trace-'));
});
afterAll(async () => {
  for (const store of opened) await store.close();
  await rm(folder, { recursive: true });
});

async function storeOf(name: string, location: string): Promise<Store> {
  const store = await openStore(`duckdb:${join(folder, `${name}.duckdb`)}`, 'write');
  opened.push(store);
  await ingestAll(location, store);
  return store;
}

async function storeWith(name: string, cloudtrail: Record<string, unknown>[]): Promise<Store> {
  await writeCase(join(folder, name), { cloudtrail, asks: [] });
  return storeOf(name, join(folder, name));
}

test('the trace of a generated incident is what was generated', async () => {
  const scenario = await incidentIn(folder);
  const store = await storeOf('incident', scenario.directory);
  const trace = await traced(store, scenario.incident.keyId);
  expectIncident(trace, scenario);
  expect(trace.logsReachTo).toMatch(/^2026-03-03T23:.*\.000Z$/);
  expect(await traced(store, scenario.incident.keyId)).toEqual(trace);
  // Of the last session in the chain: who asked for it, up to the leaked key.
  const admin = trace.derived.find(({ depth }) => depth === 2)!;
  const { owner, issuers, roles, derived } = await traced(store, admin.accessKeyId);
  expect(owner).toMatchObject({ type: 'AssumedRole', roleArn: scenario.incident.roles[1], sessionName: 'ops' });
  expect(issuers.map(({ accessKeyId, eventName, by }) => [accessKeyId, eventName, by])).toEqual([
    [admin.parent, 'AssumeRole', expect.stringContaining(':assumed-role/deploy-pipeline/')],
    [scenario.incident.keyId, 'AssumeRole', scenario.incident.userArn],
  ]);
  expect(roles).toEqual([]);
  expect(derived.map(({ accessKeyId }) => accessKeyId)).toEqual([scenario.incident.createdKeyId]);
});

test('each kind of thing that stays is named, and what failed or was undone by the call is not', async () => {
  const policy = JSON.stringify({ Statement: { Effect: 'Allow', Principal: { AWS: ['444455556666', '*'] } } });
  const store = await storeWith('kinds', [
    { ...iam, eventName: 'CreateRole', requestParameters: { roleName: 'in', assumeRolePolicyDocument: policy } },
    { ...iam, eventName: 'UpdateAssumeRolePolicy', requestParameters: { roleName: 'admin', policyDocument: policy } },
    { ...iam, eventName: 'UpdateAccessKey', requestParameters: { accessKeyId: 'AKIAOLD', status: 'Active' } },
    { ...iam, eventName: 'UpdateAccessKey', requestParameters: { accessKeyId: 'AKIANEW', status: 'Inactive' } },
    { ...iam, eventName: 'CreateOpenIDConnectProvider', requestParameters: { url: 'https://idp.example/a' } },
    {
      ...iam,
      eventName: 'CreateSAMLProvider',
      responseElements: { sAMLProviderArn: 'arn:aws:iam::1:saml-provider/x' },
    },
    { ...iam, eventName: 'EnableMFADevice', requestParameters: { userName: 'eve', serialNumber: 'arn:mfa' } },
    { ...iam, eventName: 'AddUserToGroup', requestParameters: { userName: 'eve', groupName: 'admins' } },
    { ...iam, eventName: 'CreateUser', errorCode: 'AccessDenied', requestParameters: { userName: 'never' } },
    { ...iam, eventName: 'CreateUser', requestParameters: { userName: { not: 'a name' } } },
    { ...iam, eventName: 'CreateUser', requestParameters: null },
    {
      eventSource: 'rolesanywhere.amazonaws.com',
      eventName: 'CreateTrustAnchor',
      awsRegion: 'eu-west-1',
      userIdentity: user,
      requestParameters: { name: 'ours' },
      responseElements: { trustAnchor: { trustAnchorId: 'ta-1' } },
    },
    {
      eventSource: 'lambda.amazonaws.com',
      eventName: 'AddPermission20150331v2',
      userIdentity: user,
      requestParameters: { functionName: `arn:aws:lambda:us-east-1:${account}:function:intake:live` },
    },
  ]);
  const { created } = await traced(store, key);
  expect(created.map(({ kind, name, of, principals }) => [kind, name, of, ...principals])).toEqual([
    ['role', 'in', null, '*', '444455556666'],
    ['trust-policy', 'admin', null, '*', '444455556666'],
    ['access-key', 'AKIAOLD', null],
    ['oidc-provider', `arn:aws:iam::${account}:oidc-provider/idp.example/a`, null],
    ['saml-provider', 'arn:aws:iam::1:saml-provider/x', null],
    ['mfa-device', 'arn:mfa', 'eve'],
    ['policy-grant', 'admins', 'eve'],
    ['trust-anchor', `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/ta-1`, null],
    ['function', 'intake', null],
  ]);
  expect(created.every(({ time, accountId }) => time === '2026-03-02T08:00:00.000Z' && accountId === account)).toBe(
    true,
  );
});

test('a role’s whole ARN comes from the call that assumed it', async () => {
  const session = (name: string) => ({
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    userIdentity: user,
    requestParameters: { roleArn: `arn:aws:iam::${account}:role/teams/a/${name}`, roleSessionName: 's' },
    responseElements: {
      credentials: { accessKeyId: `ASIA${name.toUpperCase()}`, expiration: 'Mar 2, 2026, 12:30:00\u202fPM' },
      assumedRoleUser: { arn: `arn:aws:sts::${account}:assumed-role/${name}/s` },
    },
  });
  const store = await storeWith('roles', [session('deploy')]);
  const { roles, derived } = await traced(store, key);
  expect(roles).toEqual([
    {
      arn: `arn:aws:iam::${account}:role/teams/a/deploy`,
      sessions: 1,
      sessionNames: ['s'],
      lastAssumed: '2026-03-02T08:00:00.000Z',
    },
  ]);
  expect(derived[0]?.expiration).toBe('2026-03-02T12:30:00.000Z');
});

test('a key that no log knows has an empty trace', async () => {
  const store = await storeWith('none', [{ ...iam, eventName: 'GetUser' }]);
  expect(await traced(store, 'AKIAZZZZZZZZZZZZZZZZ')).toEqual({
    keyId: 'AKIAZZZZZZZZZZZZZZZZ',
    owner: null,
    issuers: [],
    clients: [],
    derived: [],
    roles: [],
    created: [],
    actions: [],
    firstAbuse: null,
    logsReachTo: '2026-03-02T08:00:00.000Z',
    unanswered: [],
    truncated: [],
  });
});

test('lists are cut at their bound, and it is said', async () => {
  const items = Array.from({ length: maxTraced + 1 }, (_, n) => ({ instanceId: `i-${String(n).padStart(6, '0')}` }));
  const store = await storeWith('many', [
    {
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
      userIdentity: user,
      responseElements: { instancesSet: { items } },
    },
  ]);
  const { created, truncated } = await traced(store, key);
  expect(created).toHaveLength(maxTraced);
  expect(created.at(-1)?.name).toBe('i-009999');
  expect(truncated).toEqual(['created']);
});

test('an engine without a ledger leaves open how far the logs reach, and says so', async () => {
  const asked: string[] = [];
  const engine: Engine = {
    uri: 'athena:primary/logs',
    ask: async ({ question }: BoundQuestion) => {
      asked.push(question.id);
      return [];
    },
    coverage: async () => null,
    close: async () => undefined,
  };
  const trace = await traceOf({ engine, keyId: key, now: new Date() });
  expect(trace).toMatchObject({ logsReachTo: null, unanswered: ['coverage'] });
  expect(asked).toContain('lasting-changes');
});

test.each([
  ['', []],
  ['{"Statement":[{"Effect":"Allow","Principal":"*"}]}', ['*']],
  [
    '{"statement":{"effect":"Allow","principal":{"Service":["a.amazonaws.com","b"],"AWS":"1"}}}',
    ['1', 'a.amazonaws.com', 'b'],
  ],
  ['{"Statement":[{"Effect":"Deny","Principal":{"AWS":"444455556666"}}]}', []],
  ['{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"444455556666"}}]}', ['*']],
  ['%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22x%22%7D%7D', ['x']],
  ['{"Statement": [{"Principal": {"AWS": "arn:aws:iam::444455556666:root', ['arn:aws:iam::444455556666:root']],
  ['{"Statement":[null,3,"x",[{}],{"Effect":"Allow","Principal":{"AWS":[1,{"a":"b"},"ok",null]}}]}', ['ok']],
  ['%', []],
  ['[]', []],
])('principals of %s', (document, principals) => {
  expect(trustedPrincipals(document)).toEqual(principals);
});

test.each([
  ['Mar 4, 2026, 4:19:21 AM', '2026-03-04T04:19:21.000Z'],
  ['Mar 4, 2026, 12:00:00 AM', '2026-03-04T00:00:00.000Z'],
  ['Mar 4, 2026 12:00:01 PM', '2026-03-04T12:00:01.000Z'],
  ['2026-03-04T04:19:21Z', '2026-03-04T04:19:21.000Z'],
  ['Zog 4, 2026, 4:19:21 AM', null],
  ['tomorrow', null],
  [null, null],
])('%s as a time', (text, time) => {
  expect(iso(text)).toBe(time);
});
