import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../../src/contain/plan.js';
import { formatPlan } from '../../src/contain/plan-file.js';
import { renderApply, renderPlan, renderUndo, renderVerify } from '../../src/contain/render.js';
import { verifyPlan } from '../../src/contain/verify-plan.js';
import { assumeRole, tryBuckets } from '../services/credentials.js';
import { describeWith } from '../services/index.js';
import { Account } from './account.js';
import { Attackers, type Outcomes } from './attackers.js';
import { dumpAccount } from './dump.js';
import { began, stageIncident } from './incident.js';
import { LoopingDetacher } from './looping-detacher.js';
import { someTrace } from './state.js';

const accountId = '123456789012';

const all = (outcome: string): Outcomes => ({
  key: outcome,
  'second key': outcome,
  'role session': outcome,
  'federation session': outcome,
  'session token': outcome,
});

describeWith('aws', 'the fast lane', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  const verify = (plan: Plan, logs = null as Parameters<typeof verifyPlan>[1]) =>
    account.withJournal(plan, (journal) => verifyPlan({ plan, clients: account.responder, journal }, logs));
  const keysOf = (plan: Plan) => plan.actions.flatMap(({ undo }) => undo.onlyIfNamed ?? []);

  it('refuses every attacker, and undo gives back exactly what was there', async () => {
    const leaked = await account.leak();
    const attackers = await Attackers.start(account, leaked);
    try {
      expect(await attackers.roundTrip()).toEqual(all('allowed'));
      const before = await dumpAccount(account.responder);
      const role = {
        arn: `arn:aws:iam::${accountId}:role/${attackers.roleName}`,
        sessions: 1,
        sessionNames: [],
        lastAssumed: began,
      };
      const plan = await account.plan(leaked, { trace: someTrace({ roles: [role] }), since: began });
      const result = await account.apply(plan);
      expect(result).toMatchObject({ state: 'contained', changed: true, locked: false });
      expect(await attackers.roundTrip()).toEqual({
        ...all('AccessDenied'),
        key: 'InvalidAccessKeyId',
        'second key': 'InvalidAccessKeyId',
      });
      await expect(assumeRole(account.endpoint, leaked, role.arn)).rejects.toThrow();

      const undone = await account.undo(plan, { reactivate: keysOf(plan) });
      expect(undone.state).toBe('undone');
      expect(await dumpAccount(account.responder)).toEqual(before);
      expect(await attackers.roundTrip()).toEqual(all('allowed'));
    } finally {
      await attackers.stop();
    }
  });

  it('sweeps what the intruder made, gives the instance a clean role, and undoes all of it', async () => {
    const incident = await stageIncident(account);
    const { leaked, backdoor, trace, serverRole } = incident;
    const before = await dumpAccount(account.responder);
    const plan = await account.plan(leaked, { trace, since: began });
    expect(plan.refusals).toEqual([]);
    expect([...new Set(plan.actions.map(({ step }) => step))]).toEqual([
      'attach-deny',
      'deactivate-key',
      'edit-trust',
      'revoke-sessions',
      'delete-login-profile',
      'deactivate-ssh-key',
      'require-imdsv2',
      'replace-instance-role',
      'stop-function',
      'delete-provider',
    ]);
    expect(await dumpAccount(account.responder)).toEqual(before);

    const old = await assumeRole(account.endpoint, leaked, `arn:aws:iam::${accountId}:role/web/${serverRole}`);
    const applied = await account.apply(plan);
    expect(applied.reasons).toEqual([]);
    expect(applied.state).toBe('contained');
    expect(await tryBuckets(account.endpoint, old)).toBe('AccessDenied');
    expect(await tryBuckets(account.endpoint, backdoor)).toBe('InvalidAccessKeyId');
    const after = JSON.stringify(await dumpAccount(account.responder));
    expect(after).toContain(`instance-profile/${serverRole}-clean`);
    expect(await account.apply(plan)).toMatchObject({ state: 'contained', changed: false });

    const verified = await verify(plan);
    expect(verified).toMatchObject({
      state: 'contained',
      reasons: ['The logs were not asked: name a store (--store).'],
    });
    const undone = await account.undo(plan, { reactivate: keysOf(plan) });
    expect(undone.actions.filter(({ outcome }) => outcome !== 'undone')).toEqual([]);
    expect(await dumpAccount(account.responder)).toEqual(before);

    const shown = [
      formatPlan(plan),
      await account.journalText(plan),
      renderPlan(plan),
      renderApply(applied),
      renderVerify(verified),
      renderUndo(undone),
    ].join('\n');
    expect(account.secrets.length).toBeGreaterThan(5);
    for (const secret of account.secrets) expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/"(Secret|Password)/);
  });

  it('cuts off sessions of before, and no later ones, with a cutoff after the last of them', async () => {
    const { leaked, trace, serverRole } = await stageIncident(account);
    const plan = await account.plan(leaked, { trace, since: began, steps: ['revoke-sessions'] });
    const arn = `arn:aws:iam::${accountId}:role/web/${serverRole}`;
    const before = await assumeRole(account.endpoint, leaked, arn);
    const past = new Date(Date.now() - 60_000);
    await account.apply(plan, { now: () => new Date(past.getTime() + 30_000) });
    const goal = JSON.parse((await account.journalText(plan)).split('\n')[0]!) as { goal: Record<string, string> };
    const [text] = Object.values(goal.goal);
    expect(text).toMatch(/"aws:TokenIssueTime":"[^"]+:\d\dZ"/);
    expect(text).not.toContain('{{');
    await account.apply(plan);
    expect(await tryBuckets(account.endpoint, before)).toBe('AccessDenied');
  });

  it.each([
    ['a success since', { successes: 2, refused: 1, reachTo: '2999-01-01T00:00:00.000Z' }, 'not-contained'],
    ['too few of the logs', { successes: 0, refused: 0, reachTo: '2024-01-01T00:00:00.000Z' }, 'unverifiable'],
    ['no logs at all', { successes: 0, refused: 0, reachTo: null }, 'unverifiable'],
    ['the logs, complete and silent', { successes: 0, refused: 3, reachTo: '2999-01-01T00:00:00.000Z' }, 'contained'],
  ])('is judged by %s', async (_, logs, state) => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    expect((await verify(plan)).state).toBe('partial');
    await account.apply(plan);
    expect((await verify(plan, logs)).state).toBe(state);
  });

  it('says that what was lifted is not contained, and what nobody watched not verified', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    const unwatched = await account.apply(plan, { watch: { rounds: 0, interval: 0 } });
    expect(unwatched).toMatchObject({ state: 'unverifiable', reasons: [expect.stringContaining('Nobody watched')] });
    const detacher = LoopingDetacher.start(await account.anotherResponder(), leaked.userName, { everyMs: 5 });
    await detacher.nextRound();
    await detacher.stop();
    expect((await verify(plan)).state).toBe('not-contained');
  });

  it('wins against an intruder who detaches the deny every half second with the key that is contained', async () => {
    const leaked = await account.leak();
    await account.putInline(
      leaked.userName,
      'iam',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    );
    const plan = await account.plan(leaked);
    const detacher = LoopingDetacher.start(account.clients(leaked), leaked.userName);
    try {
      await detacher.nextRound();
      const result = await account.apply(plan, { watch: { rounds: 12, interval: 250 } });
      expect(result.state).toBe('contained');
      await detacher.nextRound();
      expect(await leaked.tryKey()).toBe('InvalidAccessKeyId');
    } finally {
      await detacher.stop();
    }
  });

  it('never says contained while an administrator detaches the deny every half second', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    const detacher = LoopingDetacher.start(await account.anotherResponder(), leaked.userName);
    try {
      await detacher.nextRound();
      const result = await account.apply(plan, { watch: { rounds: 12, interval: 250 } });
      expect(result.state).toBe('not-contained');
      expect(result.watched.lifts).toBeGreaterThan(1);
      expect(renderApply(result)).toMatch(/^Result: NOT CONTAINED/);
    } finally {
      await detacher.stop();
    }
    // With the intruder gone the same command wins, and undo still knows what there was.
    expect((await account.apply(plan)).state).toBe('contained');
  });
});
