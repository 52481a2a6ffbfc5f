import { describe, expect, it } from 'vitest';
import { hashOf } from '../../src/contain/canonical.js';
import { checkActions, driftOf, hashPlan, type Plan, refuseDrift } from '../../src/contain/plan.js';
import { formatPlan, parsePlan } from '../../src/contain/plan-file.js';
import { renderPlan, renderUndoPlan } from '../../src/contain/render.js';
import { planOf, someState, someTrace, someUser } from './state.js';

const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
const tenPolicies = Array.from({ length: 10 }, (_, n) => `arn:aws:iam::111122223333:policy/p${n}`);
const calls = (plan: Plan) =>
  plan.actions.flatMap((action) => action.calls.map(({ call, input }) => ({ [call]: input })));

/** The plan with other content and a hash that fits: what a forger who knows the format writes. */
function forged(plan: Plan, change: (copy: Plan) => void): Plan {
  const copy = structuredClone(plan);
  change(copy);
  return { ...copy, planHash: hashPlan(copy) };
}

describe('makePlan', () => {
  it('denies first, then deactivates the leaked key and the other active ones', () => {
    const accessKeys = [
      { id: 'AKIAAAAAAAAAAAAAAAAA', status: 'Active', created: null },
      { id: 'AKIABBBBBBBBBBBBBBBB', status: 'Inactive', created: null },
      ...someUser().accessKeys,
    ];
    expect(calls(planOf(someState({ accessKeys })))).toEqual([
      { AttachUserPolicy: { UserName: 'ci', PolicyArn: denyAll } },
      { UpdateAccessKey: { UserName: 'ci', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' } },
      { UpdateAccessKey: { UserName: 'ci', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Inactive' } },
    ]);
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov'])("names the deny in the caller's partition %s", (partition) => {
    const [deny] = planOf(someState({}, { partition })).actions;
    expect(deny?.calls[0]?.input.PolicyArn).toBe(`arn:${partition}:iam::aws:policy/AWSDenyAll`);
  });

  it('denies inline where no eleventh policy can be attached, unless the deny is one of the ten', () => {
    const full = planOf(someState({ attachedPolicies: tenPolicies }), { steps: ['attach-deny'] });
    expect(calls(full)).toEqual([
      {
        PutUserPolicy: {
          UserName: 'ci',
          PolicyName: 'KeytrailIrDenyAll',
          PolicyDocument:
            '{"Version":"2012-10-17","Statement":[{"Sid":"IrDenyAll","Effect":"Deny","Action":"*","Resource":"*"}]}',
        },
      },
    ]);
    const attachedPolicies = [...tenPolicies.slice(1), denyAll];
    const [deny] = planOf(someState({ attachedPolicies })).actions;

    expect(deny).toMatchObject({
      fact: `attached-policy user/ci ${denyAll}`,
      from: 'attached',
      to: 'attached',
      calls: [],
    });
  });

  it('gives the same plan for the same state, valid for a day', () => {
    const plan = planOf(someState());
    expect(planOf(someState())).toEqual(plan);
    expect([plan.createdAt, plan.expiresAt]).toEqual(['2024-06-01T12:00:00.000Z', '2024-06-02T12:00:00.000Z']);
    expect(planOf(someState(), { hoursValid: 1 }).planHash).not.toBe(plan.planHash);
  });

  it('refuses a step that it does not have', () => {
    expect(() => planOf(someState(), { steps: ['delete-everything'] })).toThrow(
      expect.objectContaining({ code: 'bad_parameter', hint: expect.stringContaining('attach-deny, deactivate-key') }),
    );
  });

  it('shows a refusal beside the actions', () => {
    const plan = planOf(someState(), { protectedPrincipals: ['ci'] });
    expect(plan.refusals.map(({ guard }) => guard)).toEqual(['protected-principal']);
    expect(renderPlan(plan)).toContain('will not be applied');
  });
});

describe('the lock', () => {
  const organization = { managementAccountId: '999999999999', usable: true, reason: '', policies: [] };
  const lockedBy = (arn: string) => {
    const [made] = planOf(someState({}, { organization, caller: { arn, userId: 'X' } })).actions;
    const { Statement } = JSON.parse(made!.to!) as { Statement: { Condition: object }[] };
    return Statement[1]!.Condition;
  };

  it('lets only the responder change what is locked, of any path, and no role whose name ends alike', () => {
    const role = 'arn:aws:iam::111122223333:role';
    expect(lockedBy('arn:aws:sts::111122223333:assumed-role/Responder/ada')).toEqual({
      ArnNotLike: { 'aws:PrincipalArn': [`${role}/Responder`, `${role}/*/Responder`] },
    });
    expect(lockedBy('arn:aws:iam::111122223333:user/ada')).toEqual({
      ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:user/ada'] },
    });
  });
});

describe('a plan file', () => {
  const plan = planOf(someState());

  it('comes back as it was written', () => {
    expect(parsePlan(formatPlan(plan))).toEqual(plan);
  });

  it.each([
    ['no JSON', 'plan'],
    ['another shape', '{"version":1}'],
    ['a member too many', JSON.stringify({ ...plan, note: 'x' })],
    ['another version', JSON.stringify({ ...plan, version: 3 })],
    ['another user', formatPlan(plan).replaceAll('"UserName": "ci"', '"UserName": "ada"')],
    ['a later expiry', formatPlan({ ...plan, expiresAt: '2034-06-01T12:00:00.000Z' })],
    ['a refusal taken out', formatPlan({ ...planOf(someState(), { protectedPrincipals: ['ci'] }), refusals: [] })],
  ])('with %s is invalid', (_, text) => {
    expect(() => parsePlan(text)).toThrow(expect.objectContaining({ code: 'plan_invalid' }));
  });

  it.each<[string, (copy: Plan) => void]>([
    [
      'another policy',
      (copy) =>
        Object.assign(copy.actions[0]!.calls[0]!.input, { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    ],
    ['another user', (copy) => Object.assign(copy.actions[1]!.calls[0]!.input, { UserName: 'ada' })],
    ['another call', (copy) => Object.assign(copy.actions[0]!.calls[0]!, { call: 'DetachUserPolicy' })],
    ['an action left out', (copy) => copy.actions.pop()],
    ['another account on its face', (copy) => Object.assign(copy.identity, { accountId: '999999999999' })],
    ['the hash of another state', (copy) => Object.assign(copy, { stateHash: hashOf('x') })],
  ])('forged with %s, its hash made to fit, does not pass for one of the playbook', (_, change) => {
    const read = parsePlan(formatPlan(forged(plan, change)));
    expect(() => checkActions(read)).toThrow(expect.objectContaining({ code: 'plan_invalid' }));
    expect(() => checkActions(plan)).not.toThrow();
  });
});

describe('drift', () => {
  const plan = planOf(someState());

  it('says what changed since the plan', () => {
    const now = someState({
      accessKeys: [
        { id: 'AKIAIOSFODNN7EXAMPLE', status: 'Inactive', created: null },
        { id: 'AKIANEW', status: 'Active', created: null },
      ],
      attachedPolicies: [],
      inlinePolicies: [{ name: 'build', document: '{}' }],
    });
    expect(() => refuseDrift(driftOf(plan, now, () => false))).toThrow(
      expect.objectContaining({
        code: 'state_changed',
        message:
          'the account changed since the plan: access key AKIAIOSFODNN7EXAMPLE of ci was Active and is Inactive; ' +
          'access key AKIANEW of ci is new; attached policy arn:aws:iam::aws:policy/AmazonS3FullAccess of ci is gone; ' +
          'inline policy build of ci has another text',
      }),
    );
  });

  it('takes a new user of the same name for a change, and a new last use or group for none', () => {
    const principal = { ...someState().principal, id: 'AIDAOTHER' };
    expect(() => refuseDrift(driftOf(plan, someState({ principal }), () => false))).toThrow(/AIDAOTHER/);
    expect(() => refuseDrift(driftOf(plan, someState({ groups: [] }, { lastUsed: null }), () => false))).not.toThrow();
  });
});

describe('renderPlan', () => {
  it('names who uses the key, busiest first, with hostile text made harmless', () => {
    const clients = [
      {
        source_ip: '198.51.100.7',
        user_agent: '\u001b[2Jaws-cli\n# Heading `x` \u202e',
        events: 3,
        first_seen: null,
        last_seen: null,
      },
      {
        source_ip: '192.0.2.1',
        user_agent: 'deploy/1.0',
        events: 90,
        first_seen: null,
        last_seen: '2024-06-01T10:00:00Z',
      },
    ];
    const text = renderPlan(planOf(someState(), { trace: someTrace({ clients }) }));
    expect(text.split('\n').filter((line) => line.includes(' events'))).toEqual([
      '- `192.0.2.1` with `deploy/1.0`: 90 events, last 2024-06-01T10:00:00Z',
      '- `198.51.100.7` with `\\u{1b}[2Jaws-cli\\u{a}# Heading \\u{60}x\\u{60} \\u{202e}`: 3 events',
    ]);
    expect(text).toContain('arn:aws:iam::aws:policy/AWSDenyAll');
  });

  it('keeps the busiest hundred clients and counts the others', () => {
    const clients = Array.from({ length: 103 }, (_, n) => ({
      source_ip: `10.0.0.${n}`,
      user_agent: null,
      events: n,
      first_seen: null,
      last_seen: null,
    }));
    const plan = planOf(someState(), { trace: someTrace({ clients }) });
    expect(plan.clients.map(({ events }) => events)).toEqual(Array.from({ length: 100 }, (_, n) => 102 - n));
    expect(renderPlan(plan)).toContain('and 3 more');
  });
});

describe('who uses the key, where no client is known', () => {
  const plan = (clients?: []) => planOf(someState(), clients === undefined ? {} : { trace: someTrace({ clients }) });

  it('tells logs without a call from logs that nobody asked', () => {
    expect(renderPlan(plan([]))).toContain(
      'The logs asked hold no call of this key: unused, or used where logs are missing.',
    );
    expect(renderPlan(plan([]))).toContain('the logs asked hold no call of it');
    expect(renderPlan(plan())).toContain('Not known: no store was named.');
    expect(renderPlan(plan())).toContain('the plan was made without knowing who does');
  });

  it('is kept in the plan file, and covered by its hash', () => {
    for (const made of [plan([]), plan()]) {
      const read = parsePlan(formatPlan(made));
      expect(read).toEqual(made);
      expect(() => checkActions(read)).not.toThrow();
    }
    expect(plan([]).planHash).not.toBe(plan().planHash);
    expect(() => parsePlan(formatPlan(plan()).replace('"clientsFrom": "none"', '"clientsFrom": "logs"'))).toThrow(
      expect.objectContaining({ code: 'plan_invalid' }),
    );
  });
});

describe('renderUndoPlan', () => {
  const key = 'AKIAIOSFODNN7EXAMPLE';
  const steps = (text: string) => text.split('\n').filter((line) => /^\d\. /.test(line));

  it('lists what undo would do, last action first, and leaves the key Inactive', () => {
    const text = renderUndoPlan(planOf(someState()), []);
    expect(steps(text)).toEqual([
      `1. ${key} stays Inactive: name it with --reactivate ${key} to set it Active`,
      '2. Detach AWSDenyAll from ci, unless it was attached before.',
    ]);
    expect(text).not.toContain('AttachUserPolicy');
  });

  it('sets a key Active that is named', () => {
    expect(steps(renderUndoPlan(planOf(someState()), [key]))[0]).toBe(
      `1. Set ${key} Active again, because it was named`,
    );
  });

  it('leaves what was so before the plan', () => {
    const denied = someState({ attachedPolicies: [denyAll] });
    expect(steps(renderUndoPlan(planOf(denied), []))[1]).toBe(
      '2. Nothing: it was so before the plan (Attach AWSDenyAll to ci)',
    );
  });

  it('makes hostile names harmless', () => {
    const state = someState({ principal: { ...someState().principal, name: '\u001b[2Jci<b>' } });
    expect(renderUndoPlan(planOf(state), [])).toContain('\\u{1b}\\[2Jci\\<b\\>');
  });
});
