import { CreatePolicyCommand, GetUserPolicyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../../src/contain/plan.js';
import { formatPlan } from '../../src/contain/plan-file.js';
import { renderApply, renderPlan, renderUndo } from '../../src/contain/render.js';
import { describeWith } from '../services/index.js';
import { Account, type Leaked, outcomes } from './account.js';

const denyArn = 'arn:aws:iam::aws:policy/AWSDenyAll';
const inlineName = 'KeytrailIrDenyAll';
const allowing = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';

describeWith('aws', 'containment of a leaked key', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  const attachTenPolicies = async ({ userName }: Leaked) => {
    for (let n = 0; n < 10; n++) {
      const input = { PolicyName: `${userName}-${n}`, PolicyDocument: allowing };
      const { Policy } = await account.responder.iam.send(new CreatePolicyCommand(input));
      await account.attach(userName, Policy!.Arn!);
    }
  };

  it('refuses the key, and with undo and the key named restores the account exactly', async () => {
    const leaked = await account.leak();
    const before = await account.dump();
    expect(await leaked.tryKey()).toBe('allowed');

    const plan = await account.plan(leaked);
    expect(await account.dump()).toEqual(before);
    const result = await account.apply(plan);
    expect(result).toMatchObject({ state: 'contained', changed: true });
    expect(await leaked.tryKey()).toBe('InvalidAccessKeyId');
    expect(await account.keyStatus(leaked)).toBe('Inactive');
    expect(await account.attached(leaked.userName)).toEqual(['AWSDenyAll']);

    const undone = await account.undo(plan, { reactivate: [leaked.accessKeyId] });
    expect(undone).toMatchObject({ state: 'undone', changed: true });
    expect(await account.dump()).toEqual(before);
    expect(await leaked.tryKey()).toBe('allowed');

    const kept = [formatPlan(plan), await account.journalText(plan)];
    const shown = [...kept, renderPlan(plan), renderApply(result), renderUndo(undone)].join('\n');
    expect(account.secrets).toHaveLength(2);
    for (const secret of account.secrets) expect(shown).not.toContain(secret);
  });

  it('refuses the key by the deny alone, and takes it again after undo', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked, { steps: ['attach-deny'] });
    await account.apply(plan);
    expect(await leaked.tryKey()).toBe('AccessDenied');
    expect(await account.keyStatus(leaked)).toBe('Active');
    await account.undo(plan);
    expect(await leaked.tryKey()).toBe('allowed');
  });

  it('never reactivates a key that is not named, and does so later when it is', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    await account.apply(plan);
    const said: string[] = [];
    const kept = await account.undo(plan, {}, ({ outcome, title }) => said.push(`${outcome} ${title}`));
    expect(outcomes(kept)).toEqual(['kept', 'undone']);
    expect(renderUndo(kept)).toContain(
      `(${leaked.accessKeyId} stays Inactive: name it with --reactivate ${leaked.accessKeyId} to set it Active)`,
    );
    expect(said).toEqual([
      `kept Deactivate ${leaked.accessKeyId} of ${leaked.userName}`,
      `undoing Attach AWSDenyAll to ${leaked.userName}`,
      `undone Attach AWSDenyAll to ${leaked.userName}`,
    ]);
    expect(await account.attached(leaked.userName)).toEqual([]);
    expect(await account.keyStatus(leaked)).toBe('Inactive');
    await expect(account.undo(plan, { reactivate: ['AKIAOTHER'] })).rejects.toMatchObject({
      code: 'bad_parameter',
      message: 'the plan does not deactivate "AKIAOTHER"',
    });
    expect(outcomes(await account.undo(plan, { reactivate: [leaked.accessKeyId] }))).toEqual(['undone', 'already']);
    expect(await leaked.tryKey()).toBe('allowed');
  });

  it('deactivates every key of the user', async () => {
    const leaked = await account.leak();
    const other = { ...leaked, ...(await account.addKey(leaked.userName)) };
    const plan = await account.plan(leaked);
    await account.apply(plan);
    expect([await account.keyStatus(leaked), await account.keyStatus(other)]).toEqual(['Inactive', 'Inactive']);
    await account.undo(plan, { reactivate: [other.accessKeyId] });
    expect([await account.keyStatus(leaked), await account.keyStatus(other)]).toEqual(['Inactive', 'Active']);
  });

  it('leaves a deny and a deactivation that were there before', async () => {
    const leaked = await account.leak();
    await account.attach(leaked.userName, denyArn);
    await account.responder.iam.send(
      new UpdateAccessKeyCommand({ UserName: leaked.userName, AccessKeyId: leaked.accessKeyId, Status: 'Inactive' }),
    );
    const before = await account.dump(leaked);
    const plan = await account.plan(leaked);
    expect(renderPlan(plan).match(/in place already/g)).toHaveLength(2);
    expect(outcomes(await account.apply(plan))).toEqual(['already', 'already']);
    const undone = await account.undo(plan, { reactivate: [leaked.accessKeyId] });
    expect(outcomes(undone)).toEqual(['already', 'already']);
    expect(await account.dump(leaked)).toEqual(before);
  });

  it.each([
    ['no policy', null],
    ['another text', allowing],
  ])('denies inline where ten policies are attached, and brings back %s of that name', async (_, text) => {
    const leaked = await account.leak();
    await attachTenPolicies(leaked);
    if (text !== null) await account.putInline(leaked.userName, inlineName, text);
    const before = await account.dump(leaked);
    const plan = await account.plan(leaked, { steps: ['attach-deny'] });
    await account.apply(plan);
    expect(await leaked.tryKey()).toBe('AccessDenied');
    await account.undo(plan);
    expect(await account.dump(leaked)).toEqual(before);
  });

  it('leaves alone at undo what someone else has changed since', async () => {
    const leaked = await account.leak();
    await attachTenPolicies(leaked);
    const plan = await account.plan(leaked);
    await account.apply(plan);
    await account.putInline(leaked.userName, inlineName, allowing);
    const result = await account.undo(plan);
    expect(result.state).toBe('partial');
    expect(result.actions[1]).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('someone else') });
    const { PolicyDocument = '' } = await account.responder.iam.send(
      new GetUserPolicyCommand({ UserName: leaked.userName, PolicyName: inlineName }),
    );
    expect(decodeURIComponent(PolicyDocument)).toBe(allowing);
  });

  it('does not take a lost journal for an undone plan', async () => {
    const leaked = await account.leak();
    await expect(account.undo(await account.plan(leaked))).rejects.toMatchObject({
      code: 'plan_invalid',
      message: expect.stringContaining('the journal is empty'),
    });
  });

  it('undoes nothing that the playbook would not have done, however the plan was forged', async () => {
    const leaked = await account.leak();
    const other = await account.leak();
    const plan = await account.plan(leaked);
    await account.apply(plan);
    const [, deactivate] = plan.actions;
    const ofAnother = { ...deactivate!, fact: `access-key ${other.userName} ${other.accessKeyId}` };
    const unasked = { ...deactivate!, undo: { ...deactivate!.undo, onlyIfNamed: null } };
    for (const forged of [ofAnother, unasked]) {
      const actions = [plan.actions[0]!, forged] as Plan['actions'];
      const altered = { ...plan, actions };
      await expect(account.undo({ ...altered, planHash: plan.planHash })).rejects.toMatchObject({
        code: 'plan_invalid',
      });
    }
    expect(await account.keyStatus(leaked)).toBe('Inactive');
    await account.undo(plan, { reactivate: [leaked.accessKeyId] });
  });
});
