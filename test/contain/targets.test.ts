import { describe, expect, it } from 'vitest';
import { identityFromLogs, stateFromLogs } from '../../src/contain/draft.js';
import { makePlan } from '../../src/contain/plan.js';
import { renderPlan } from '../../src/contain/render.js';
import { withoutPrincipals } from '../../src/contain/steps/edit-trust.js';
import { targetsOf } from '../../src/contain/target.js';
import type { CreatedThing } from '../../src/model/trace.js';
import { accountId, identityOf, keyId, noon, someState, someTrace } from './state.js';

const thing = (changes: Partial<CreatedThing>): CreatedThing => ({
  kind: 'user',
  name: 'support',
  of: null,
  accountId,
  region: 'us-east-1',
  eventName: 'CreateUser',
  eventId: 'e-1',
  time: '2024-05-02T00:00:00.000Z',
  sourceIp: '198.51.100.7',
  principals: [],
  ...changes,
});
const since = '2024-05-01T00:00:00.000Z';
const identity = identityOf(someState());
const named = (trace: Parameters<typeof someTrace>[0], from: string | null = since) =>
  targetsOf(identity, someTrace(trace), from).targets.map(({ kind, name, part }) => `${part} ${kind} ${name}`);

describe('who is contained with the key', () => {
  it('is what the intruder made, and the roles that were assumed', () => {
    const roles = [
      { arn: `arn:aws:iam::${accountId}:role/app/deploy`, sessions: 3, sessionNames: ['x'], lastAssumed: since },
    ];
    const created = [
      thing({}),
      thing({ kind: 'access-key', name: 'AKIAOTHER', of: 'support' }),
      thing({ kind: 'access-key', name: 'AKIAADA', of: 'ada' }),
      thing({ kind: 'trust-policy', name: 'deploy', principals: ['*'] }),
    ];
    expect(named({ roles, created })).toEqual([
      'owner user ci',
      'session role deploy',
      'made user support',
      'made access-key AKIAADA',
    ]);
    const { targets } = targetsOf(identity, someTrace({ roles, created }), since);
    expect(targets[1]).toMatchObject({ principals: ['*'], why: expect.stringContaining('3 sessions') });
  });

  it('is nobody for what was made before the incident, or where nobody knows of one', () => {
    expect(named({ created: [thing({ time: '2024-04-01T00:00:00.000Z' })] })).toEqual(['owner user ci']);
    const earlier = someTrace({ created: [thing({ time: '2024-04-01T00:00:00.000Z' })] });
    expect(targetsOf(identity, earlier, since).notCovered).toEqual([
      expect.stringContaining(`1 thing made or changed with the key before ${since}: if the intruder came earlier`),
    ]);
    expect(named({ created: [thing({})] }, null)).toEqual(['owner user ci']);
    const { notCovered } = targetsOf(identity, someTrace({ created: [thing({})] }), null);
    expect(notCovered.join()).toContain('with --since TIME, what was made from then on is contained');
  });

  it('is no provider that was there before: it is named, for production signs in by it', () => {
    const name = `arn:aws:iam::${accountId}:saml-provider/corporate`;
    const created = [thing({ kind: 'saml-provider', name, eventName: 'UpdateSAMLProvider' })];
    expect(named({ created })).toEqual(['owner user ci']);
    expect(targetsOf(identity, someTrace({ created }), since).notCovered).toEqual([
      expect.stringMatching(/^UpdateSAMLProvider of saml-provider .*: look at it by hand$/),
    ]);
    expect(named({ created: [thing({ kind: 'saml-provider', name, eventName: 'CreateSAMLProvider' })] })).toEqual([
      'owner user ci',
      `made saml-provider ${name}`,
    ]);
  });

  it('is not what a client made that used the key before: that is named', () => {
    const clients = [
      { source_ip: '192.0.2.1', user_agent: 'ci', events: 9, first_seen: '2024-01-01T00:00:00.000Z', last_seen: null },
      { source_ip: '198.51.100.7', user_agent: 'x', events: 9, first_seen: since, last_seen: null },
    ];
    const created = [
      thing({ kind: 'function', name: 'deployed', eventName: 'UpdateFunctionCode', sourceIp: '192.0.2.1' }),
      thing({ kind: 'function', name: 'backdoor', eventName: 'UpdateFunctionCode' }),
    ];
    expect(named({ clients, created })).toEqual(['owner user ci', 'made function backdoor']);
    const { notCovered } = targetsOf(identity, someTrace({ clients, created }), since);
    expect(notCovered).toEqual([
      expect.stringContaining(
        'UpdateFunctionCode of function deployed, at 2024-05-02T00:00:00.000Z (event e-1): it came from 192.0.2.1',
      ),
    ]);
  });

  it('takes an address for the intruder that came shortly before the first abuse: it looked around', () => {
    const clients = [
      {
        source_ip: '198.51.100.7',
        user_agent: 'x',
        events: 9,
        first_seen: '2024-04-30T20:00:00.000Z',
        last_seen: null,
      },
    ];
    expect(named({ clients, created: [thing({})] })).toContain('made user support');
  });

  it('names who asked for the session of a role, and can ask again', () => {
    const role = { type: 'role' as const, name: 'deploy', arn: `arn:aws:iam::${accountId}:role/deploy`, id: 'AROAX' };
    const by = `arn:aws:iam::${accountId}:user/ada`;
    const issuers = [{ accessKeyId: 'AKIAADA', eventName: 'AssumeRole', by, time: since }];
    const temporary = identityOf(someState({}, { keyId: 'ASIAIOSFODNN7EXAMPLE', principal: role }), {
      kind: 'temporary',
    });
    expect(targetsOf(temporary, someTrace({ issuers }), since).notCovered).toEqual([
      expect.stringContaining(`${by} asked for the session (AssumeRole) and can ask again`),
    ]);
  });

  it('names what it can not contain: other accounts, instances, what the logs lack', () => {
    const { notCovered } = targetsOf(
      identity,
      someTrace({
        roles: [{ arn: 'arn:aws:iam::999999999999:role/x', sessions: 1, sessionNames: [], lastAssumed: null }],
        created: [thing({ kind: 'instance', name: 'i-1' }), thing({ accountId: '999999999999' })],
        truncated: ['derived'],
        unanswered: ['denied-burst'],
        logsReachTo: null,
      }),
      since,
    );
    expect(notCovered).toEqual([
      expect.stringContaining('in another account: plan there with --principal arn:aws:iam::999999999999:role/x'),
      expect.stringContaining('instance i-1, at '),
      expect.stringContaining('it is in account 999999999999, plan there'),
      expect.stringContaining('no CloudTrail event'),
      expect.stringContaining('more than is planned for, of derived'),
      expect.stringContaining('can not answer denied-burst'),
    ]);
    expect(targetsOf(identity, null, null).notCovered.join()).toContain('No logs were asked');
  });
});

describe('a trust policy', () => {
  const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const allow = (Principal: unknown) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
  const ci = `arn:aws:iam::${accountId}:user/build/ci`;

  it('loses the intruder, and keeps everybody else', () => {
    const service = { Service: 'ec2.amazonaws.com' };
    const edited = withoutPrincipals(policy(allow({ ...service, AWS: [ci, 'arn:aws:iam::1:root'] })), new Set([ci]));
    expect(edited?.removed).toEqual([ci]);
    expect(JSON.parse(edited!.document)).toEqual(
      JSON.parse(policy(allow({ ...service, AWS: ['arn:aws:iam::1:root'] }))),
    );
  });

  it('lets nobody in where nobody is left', () => {
    const { document } = withoutPrincipals(policy(allow('*')), new Set(['*']))!;
    expect(JSON.parse(document).Statement).toMatchObject([{ Effect: 'Deny', Principal: { AWS: '*' } }]);
  });

  it.each(['', '{', '[]', '{"Statement":1}', '{"Statement":[null]}', policy({ Effect: 'Deny', Principal: ci })])(
    'that names no intruder stays: %s',
    (text) => expect(withoutPrincipals(text, new Set([ci]))).toBeNull(),
  );
});

describe('a plan from the logs alone', () => {
  const owner = {
    type: 'IAMUser',
    arn: `arn:aws:iam::${accountId}:user/ci`,
    accountId,
    userName: 'ci',
    roleArn: null,
    sessionName: null,
  };
  const trace = someTrace({ owner, created: [thing({})] });

  it('shows what would be done, and will not be applied', () => {
    const found = identityFromLogs(keyId, trace, 'getaddrinfo ENOTFOUND');
    const { targets, notCovered } = targetsOf(found, trace, since);
    const plan = makePlan(stateFromLogs(found, trace, targets), {
      now: noon,
      identity: found,
      targets,
      notCovered,
      trace,
    });
    expect(plan.actions.map(({ id }) => id)).toEqual([
      'attach-deny:ci',
      'attach-deny:support',
      `deactivate-key:${keyId}`,
    ]);
    expect(plan.refusals.map(({ guard }) => guard)).toContain('draft');
    expect(renderPlan(plan)).toContain('made from the logs alone: getaddrinfo ENOTFOUND');
  });

  it('can not be made where the logs do not know the key either', () => {
    expect(() => identityFromLogs(keyId, someTrace(), 'no network')).toThrow(
      expect.objectContaining({ code: 'bad_parameter' }),
    );
  });
});
