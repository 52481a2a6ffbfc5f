import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyPlan } from '../../src/contain/apply.js';
import type { ContainClients } from '../../src/contain/clients.js';
import type { Journal } from '../../src/contain/journal.js';
import type { Plan } from '../../src/contain/plan.js';
import { undoPlan } from '../../src/contain/undo.js';
import { describeWith } from '../services/index.js';
import { Account, type Credentials } from './account.js';
import { dumpAccount } from './dump.js';
import { began, type Incident, stageIncident } from './incident.js';

const changing = /^(Add|Attach|Create|Deactivate|Delete|Detach|Modify|Put|Remove|Replace|Update)/;

/**
 * Clients of a process that dies right after AWS has done its n-th change: the answer never comes, and nothing else
 * happens. `calls` are the changes that AWS was asked for.
 */
function dying(clients: ContainClients, n: number): { clients: ContainClients; died: Promise<void>; calls: string[] } {
  const calls: string[] = [];
  let die = (): void => undefined;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const regional = clients.in('us-east-1');
  for (const client of [clients.iam, regional.ec2, regional.lambda]) {
    (client as ContainClients['iam']).middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const answer = await next(args);
          if (!changing.test(commandName)) return answer;
          calls.push(commandName);
          if (calls.length !== n) return answer;
          die();
          return new Promise<never>(() => undefined);
        },
      { step: 'initialize' },
    );
  }
  return { clients, died, calls };
}

describeWith('aws', 'a process killed after any call of a plan', () => {
  let account: Account;
  let incident: Incident;
  let responder: Credentials;
  let plan: Plan;
  let before: unknown;
  let after: unknown;
  let calls: string[];
  const watch = { rounds: 2, interval: 0 };
  const delays = [0];
  const dump = () => dumpAccount(account.responder);

  const reactivate = () => plan.actions.flatMap(({ undo }) => undo.onlyIfNamed ?? []);
  /** As a process does that is killed: the journal is never closed by it. */
  const killed = async (n: number, run: (clients: ContainClients, journal: Journal) => Promise<unknown>) => {
    const { clients, died } = dying(account.clients(responder), n);
    await account.withJournal(plan, async (journal) => {
      const done = run(clients, journal).then(() => 'ran to its end');
      expect(await Promise.race([done, died.then(() => 'killed')])).toBe('killed');
    });
  };
  const applying = (clients: ContainClients, journal: Journal) =>
    applyPlan({ plan, clients, journal, options: { delays, watch } });
  const undoing = (clients: ContainClients, journal: Journal) =>
    undoPlan({ plan, clients, journal, options: { delays, reactivate: reactivate() } });
  const undone = async () => {
    expect((await account.undo(plan, { reactivate: reactivate() })).state).toBe('undone');
    expect(await dump()).toEqual(before);
  };

  beforeAll(async () => {
    account = await Account.start();
    incident = await stageIncident(account);
    responder = await account.addUser('killed-responder', ['*']);
    before = await dump();
    plan = await account.plan(incident.leaked, { trace: incident.trace, since: began });
    const counted = dying(account.clients(responder), 0);
    await account.withJournal(plan, (journal) => applying(counted.clients, journal));
    calls = counted.calls;
    after = withoutCutoffs(await dump());
    await undone();
  });
  afterAll(() => account.stop());

  it('ends as one that was not, when it is run again; and undo ends where it began', async () => {
    expect(calls.length).toBeGreaterThan(15);
    for (let n = 1; n <= calls.length; n++) {
      await killed(n, applying);
      expect((await account.apply(plan)).state, `after ${calls[n - 1]}`).toBe('contained');
      expect(withoutCutoffs(await dump()), `after ${calls[n - 1]}`).toEqual(after);
      await undone();
    }
  }, 240_000);

  it('is undone at once to where it began', async () => {
    for (let n = 1; n <= calls.length; n++) {
      await killed(n, applying);
      await undone();
    }
  }, 240_000);

  it('is undone to where it began when undo is killed, too', async () => {
    await account.apply(plan);
    const counted = dying(account.clients(responder), 0);
    await account.withJournal(plan, (journal) => undoing(counted.clients, journal));
    expect(counted.calls.length).toBeGreaterThan(15);
    for (let n = 1; n <= counted.calls.length; n++) {
      await account.apply(plan);
      await killed(n, undoing);
      await undone();
    }
  }, 240_000);
});

/** The time of each run stands in what revokes sessions, and what is made anew has another id. */
function withoutCutoffs(dump: unknown): unknown {
  const text = JSON.stringify(dump)
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replaceAll(/"id":"\w+"/g, '"id":""');
  return JSON.parse(text) as unknown;
}
