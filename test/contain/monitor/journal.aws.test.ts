import { afterAll, beforeAll, expect, test } from 'vitest';
import { containmentOf } from '../../../src/contain/monitor/containment.js';
import { describeWith } from '../../services/index.js';
import { Account } from '../account.js';

describeWith('aws', 'the journal of a plan', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  test('says when the key was denied and deactivated, until it is undone', async () => {
    const leaked = await account.leak();
    const began = new Date().toISOString();
    const plan = await account.plan(leaked);
    await account.apply(plan);
    const applied = containmentOf(await account.journalText(plan), leaked.accessKeyId, 'journal');
    expect(applied.deniedAt >= began).toBe(true);
    expect(applied.deactivatedAt! >= applied.deniedAt).toBe(true);
    expect(applied.containedAt >= applied.deactivatedAt!).toBe(true);
    await account.apply(plan);
    expect(containmentOf(await account.journalText(plan), leaked.accessKeyId, 'journal')).toEqual(applied);
    await account.undo(plan, { reactivate: [leaked.accessKeyId] });
    const undone = await account.journalText(plan);
    expect(() => containmentOf(undone, leaked.accessKeyId, 'journal')).toThrow('nothing of the plan is in force');
  });
});
