import { describe, expect, it } from 'vitest';
import { type GuardContext, refusals, refuse } from '../../src/contain/guards.js';
import type { Target } from '../../src/contain/target.js';
import { noon, someState, someUser } from './state.js';

function contextOf(changes: Partial<GuardContext>): GuardContext {
  return {
    state: someState(),
    identity: { kind: 'user-key', draft: null },
    targets: [],
    derivedArns: [],
    plan: null,
    protectedPrincipals: [],
    now: noon,
    ...changes,
  };
}

function guardsOf(changes: Partial<GuardContext>): string[] {
  return refusals(contextOf(changes)).map(({ guard }) => guard);
}
const seenBy = (arn: string, userId = 'X') => ({ state: someState({}, { caller: { arn, userId } }) });
const account = '111122223333';

describe('guards', () => {
  it('have no objection to containing somebody else', () => {
    expect(guardsOf({})).toEqual([]);
    expect(guardsOf(seenBy(`arn:aws:sts::${account}:assumed-role/ci/ada`))).toEqual([]);
    expect(guardsOf(seenBy(`arn:aws:iam::${account}:root`, account))).toEqual([]);
  });

  it('keep the caller from containing itself, whatever the path, the case or the session', () => {
    expect(guardsOf(seenBy(`arn:aws:iam::${account}:user/build/ci`))).toEqual(['own-identity']);
    expect(guardsOf(seenBy(`arn:aws:iam::${account}:user/CI`))).toEqual(['own-identity']);
    expect(guardsOf(seenBy('', 'AIDACI'))).toEqual(['own-identity']);
    const principal = {
      type: 'role' as const,
      name: 'Responder',
      arn: `arn:aws:iam::${account}:role/ir/Responder`,
      id: 'AROA',
    };
    const caller = { arn: `arn:aws:sts::${account}:assumed-role/Responder/ada`, userId: 'AROA:ada' };
    expect(guardsOf({ state: someState({}, { principal, caller }) })).toEqual(['own-identity']);
  });

  it('keep hands off root', () => {
    const principal = { type: 'root' as const, name: null, arn: `arn:aws:iam::${account}:root`, id: account };
    expect(guardsOf({ state: someState({}, { principal }) })).toEqual(['root']);
  });

  it.each(['ci', 'CI', 'c?', 'arn:aws:iam::111122223333:user/build/ci', '*:user/build/*', '*'])(
    'keep hands off what %s protects',
    (pattern) => {
      expect(guardsOf({ protectedPrincipals: ['other', pattern] })).toEqual(['protected-principal']);
    },
  );

  it.each(['c', 'cid', 'build', 'arn:aws:iam::*:user/ci', '.*', 'c+', ''])('do not take %s for ci', (pattern) => {
    expect(guardsOf({ protectedPrincipals: [pattern] })).toEqual([]);
  });

  it('judge a hostile pattern at once', () => {
    const state = someState({ principal: { ...someState().principal, name: 'a'.repeat(64) } });
    expect(guardsOf({ state, protectedPrincipals: [`${'*a'.repeat(5000)}b`] })).toEqual([]);
  });

  it('keep hands off whoever is contained beside the owner, as it is when the plan is applied', () => {
    const arn = `arn:aws:iam::${account}:user/ops/break-glass`;
    const found = someUser({ principal: { type: 'user', name: 'break-glass', arn, id: 'AIDABG' } });
    const targets: Target[] = [
      { kind: 'user', name: 'break-glass', of: null, region: null, part: 'made', why: '', principals: [] },
    ];
    const users = [someUser(), found];
    expect(guardsOf({ state: someState({}, { users }), targets })).toEqual([]);
    const protectedPrincipals = ['break-glass'];
    expect(guardsOf({ state: someState({}, { users }), targets, protectedPrincipals })).toEqual([
      'protected-principal',
    ]);
    const caller = { arn, userId: 'AIDABG' };
    expect(guardsOf({ state: someState({}, { users, caller }), targets })).toEqual(['own-identity']);
  });

  it('refuse a plan of another account or out of time', () => {
    const plan = { accountId: account, expiresAt: '2024-06-01T12:00:00.001Z' };
    expect(guardsOf({ plan })).toEqual([]);
    expect(guardsOf({ plan: { ...plan, expiresAt: noon.toISOString() } })).toEqual(['expired']);
    expect(guardsOf({ plan: { ...plan, expiresAt: 'never' } })).toEqual(['expired']);
    expect(guardsOf({ plan: { ...plan, accountId: '999999999999' } })).toEqual(['account']);
  });

  it('refuse a plan whose lock lets another go on, and no other session of the same role', () => {
    const lockedBut = `arn:aws:sts::${account}:assumed-role/Responder/ada`;
    const plan = { accountId: account, expiresAt: '2024-06-01T12:00:00.001Z', lockedBut };
    const runBy = (arn: string) => guardsOf({ plan, ...seenBy(arn) });
    expect(runBy(`arn:aws:sts::${account}:assumed-role/Responder/grace`)).toEqual([]);
    expect(runBy(`arn:aws:sts::${account}:assumed-role/Applier/ada`)).toEqual(['lock-holder']);
    expect(runBy(`arn:aws:iam::${account}:user/ada`)).toEqual(['lock-holder']);
  });

  it('say every reason, and only with time as the one reason that the plan expired', () => {
    const objection = (guard: string) => ({ guard, reason: `${guard} objects`, hint: 'Stop.' });
    expect(() => refuse([])).not.toThrow();
    expect(() => refuse([objection('expired')])).toThrow(expect.objectContaining({ code: 'plan_expired' }));
    expect(() => refuse([objection('root'), objection('expired')])).toThrow(
      expect.objectContaining({ code: 'guard_refused', message: 'root objects; expired objects' }),
    );
  });
});

describe('guards of the whole', () => {
  const administrators = [`arn:aws:iam::${account}:user/build/ci`];
  const target: Target = { kind: 'user', name: 'ci', of: null, region: null, part: 'owner', why: '', principals: [] };

  it('keep the last administrator, and let one of two go', () => {
    const guarded = (more: string[]) =>
      guardsOf({ state: someState({}, { administrators: [...administrators, ...more] }), targets: [target] });
    expect(guarded([])).toEqual(['last-administrator']);
    expect(guarded([`arn:aws:iam::${account}:role/admin`])).toEqual([]);
    expect(guardsOf({ state: someState({}, { administrators: null }), targets: [target] })).toEqual([]);
    expect(
      guardsOf({ state: someState({}, { administrators: ['arn:aws:iam::1:user/x'] }), targets: [target] }),
    ).toEqual([]);
  });

  it.each([
    ['aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS', 'service-linked-role'],
    ['aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef', 'identity-center-role'],
  ])('keep hands off the role %s', (path, guard) => {
    const name = path.split('/').at(-1)!;
    const principal = { type: 'role' as const, name, arn: `arn:aws:iam::${account}:role/${path}`, id: 'AROAX' };
    expect(guardsOf({ state: someState({}, { principal }) })).toEqual([guard]);
  });

  it('keep a session that was issued from the credential from cutting itself off', () => {
    const arn = `arn:aws:sts::${account}:assumed-role/admin/ada`;
    expect(guardsOf({ ...seenBy(arn), derivedArns: [arn] })).toEqual(['own-session']);
    expect(guardsOf({ ...seenBy(arn), derivedArns: [`${arn}2`] })).toEqual([]);
    expect(guardsOf(seenBy(`arn:aws:sts::${account}:federated-user/ada`))).toEqual(['own-session']);
  });

  it('keep what was planned from the logs alone, or without Identity Center, from being done', () => {
    expect(guardsOf({ identity: { kind: 'user-key', draft: 'no network' } })).toEqual(['draft']);
    const arn = `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_0/ada`;
    const principal = { type: 'identity-center-user' as const, name: null, arn, id: 'ada' };
    const state = someState({}, { principal });
    expect(guardsOf({ state, identity: { kind: 'identity-center', draft: null } })).toEqual(['identity-center']);
  });
});
