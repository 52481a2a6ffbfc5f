import { DetachUserPolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyPlan } from '../../src/contain/apply.js';
import type { Journal } from '../../src/contain/journal.js';
import type { Plan } from '../../src/contain/plan.js';
import { renderApply } from '../../src/contain/render.js';
import { undoPlan } from '../../src/contain/undo.js';
import { describeWith } from '../services/index.js';
import { Account, outcomes } from './account.js';

/** A journal whose process dies at the n-th write: before it reaches the disk, or right after. */
function dying(journal: Journal, n: number, written: boolean): Journal {
  let left = n;
  return {
    entries: journal.entries,
    append: async (record) => {
      const dies = left-- === 0;
      if (!dies || written) await journal.append(record);
      if (dies) throw new Error('killed');
    },
    close: () => journal.close(),
  };
}

/** Two actions, for each an intent and its end: four writes. */
const deaths = [0, 1, 2, 3].flatMap((n) => [
  { n, written: false },
  { n, written: true },
]);

describeWith('aws', 'a plan run again', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  const applyAndDie = (plan: Plan, n: number, written: boolean) =>
    account.withJournal(plan, (journal) =>
      applyPlan({ plan, clients: account.responder, journal: dying(journal, n, written), options: { delays: [0] } }),
    );

  it('has the intent on disk before each call', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    const seen: Record<string, string> = {};
    const clients = await account.anotherResponder();
    clients.iam.middlewareStack.add(
      (next, context) => async (args) => {
        if (/^(Attach|Update)/.test(context.commandName ?? '')) {
          const last = (await account.journalText(plan)).trimEnd().split('\n').at(-1)!;
          const { event, detail } = JSON.parse(last) as { event: string; detail: string };
          seen[context.commandName!] = `${event} ${detail}`;
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    await account.apply(plan, {}, clients);
    expect(seen).toEqual({
      AttachUserPolicyCommand: 'intent iam:AttachUserPolicy',
      UpdateAccessKeyCommand: 'intent iam:UpdateAccessKey',
    });
  });

  it('changes nothing once it is done, not even the journal', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    await account.apply(plan);
    const [dump, journal] = [await account.dump(leaked), await account.journalText(plan)];
    const again = await account.apply(plan);
    expect(again).toMatchObject({ state: 'contained', changed: false });
    expect(renderApply(again)).toContain('nothing was left to do');
    expect([await account.dump(leaked), await account.journalText(plan)]).toEqual([dump, journal]);
  });

  it('re-asserts what was lifted behind its back, and still knows what there was before', async () => {
    const leaked = await account.leak();
    const before = await account.dump(leaked);
    const plan = await account.plan(leaked);
    await account.apply(plan);
    await account.responder.iam.send(
      new DetachUserPolicyCommand({
        UserName: leaked.userName,
        PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll',
      }),
    );
    expect(outcomes(await account.apply(plan))).toEqual(['applied', 'already']);
    expect(await account.attached(leaked.userName)).toEqual(['AWSDenyAll']);
    await account.undo(plan, { reactivate: [leaked.accessKeyId] });
    expect(await account.dump(leaked)).toEqual(before);
  });

  it('can be applied anew after undo', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    await account.apply(plan);
    await account.undo(plan);
    expect((await account.apply(plan)).state).toBe('contained');
    expect(await account.attached(leaked.userName)).toEqual(['AWSDenyAll']);
  });

  it.each(deaths)(
    'killed at write $n (on disk: $written), ends contained and can be undone',
    async ({ n, written }) => {
      const leaked = await account.leak();
      const before = await account.dump(leaked);
      const plan = await account.plan(leaked);
      await expect(applyAndDie(plan, n, written)).rejects.toThrow('killed');
      expect((await account.apply(plan)).state).toBe('contained');
      expect(await account.attached(leaked.userName)).toEqual(['AWSDenyAll']);
      expect(await account.keyStatus(leaked)).toBe('Inactive');
      await account.undo(plan, { reactivate: [leaked.accessKeyId] });
      expect(await account.dump(leaked)).toEqual(before);
    },
  );

  it.each(deaths.slice(1))('killed at write $n (on disk: $written), can be undone at once', async ({ n, written }) => {
    const leaked = await account.leak();
    const before = await account.dump(leaked);
    const plan = await account.plan(leaked);
    await expect(applyAndDie(plan, n, written)).rejects.toThrow('killed');
    await account.undo(plan, { reactivate: [leaked.accessKeyId] });
    expect(await account.dump(leaked)).toEqual(before);
  });

  it.each(deaths)('killed at write $n (on disk: $written) of undo, ends undone', async ({ n, written }) => {
    const leaked = await account.leak();
    const before = await account.dump(leaked);
    const plan = await account.plan(leaked);
    await account.apply(plan);
    const options = { delays: [0], reactivate: [leaked.accessKeyId] };
    const killed = account.withJournal(plan, (journal) =>
      undoPlan({ plan, clients: account.responder, journal: dying(journal, n, written), options }),
    );
    await expect(killed).rejects.toThrow('killed');
    expect((await account.undo(plan, options)).state).toBe('undone');
    expect(await account.dump(leaked)).toEqual(before);
  });

  it('stops between actions when asked to, and finishes later', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    const stop = new AbortController();
    const run = account.withJournal(plan, (journal) =>
      applyPlan({
        plan,
        clients: account.responder,
        journal,
        options: { delays: [0], signal: stop.signal },
        onProgress: ({ outcome }) => outcome === 'applied' && stop.abort(),
      }),
    );
    await expect(run).rejects.toMatchObject({ code: 'interrupted' });
    expect(await leaked.tryKey()).toBe('AccessDenied');
    expect(outcomes(await account.apply(plan))).toEqual(['already', 'applied']);
  });
});
