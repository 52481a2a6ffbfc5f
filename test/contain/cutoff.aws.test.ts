import { CreateRoleCommand, DetachUserPolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../../src/contain/plan.js';
import { allow, assumeRole, trusting, tryBuckets } from '../services/credentials.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { Account, type Leaked } from './account.js';
import { someTrace } from './state.js';

const accountId = '123456789012';

describeWith('aws', 'the cutoff of sessions', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  const hoursAgo = (hours: number) => () => new Date(Date.now() - hours * 3_600_000);

  /** A leaked key that assumes a role at will, and the plan that stops both, made two hours ago. */
  const stage = async (): Promise<{ leaked: Leaked; plan: Plan; assume: () => ReturnType<typeof assumeRole> }> => {
    const { iam } = account.responder;
    const leaked = await account.leak();
    const RoleName = uniquePrefix('deploy');
    const AssumeRolePolicyDocument = trusting({ AWS: `arn:aws:iam::${accountId}:root` });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'work', PolicyDocument: allow('s3:*') }));
    await account.putInline(leaked.userName, 'assume', allow('sts:AssumeRole'));
    const arn = `arn:aws:iam::${accountId}:role/${RoleName}`;
    const trace = someTrace({ roles: [{ arn, sessions: 1, sessionNames: ['one'], lastAssumed: null }] });
    const plan = await account.plan(leaked, { trace, now: hoursAgo(2)() });
    return { leaked, plan, assume: () => assumeRole(account.endpoint, leaked, arn) };
  };

  /** A responder whom IAM refuses the deny and the deactivation, though not the rest. */
  const throttled = async () => {
    const clients = await account.anotherResponder();
    clients.iam.middlewareStack.add(
      (next, context) => (args) => {
        if (!/^(AttachUserPolicy|UpdateAccessKey)/.test(context.commandName ?? '')) return next(args);
        throw Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
      },
      { step: 'initialize' },
    );
    return clients;
  };

  it('moves on when a run only later carries out what keeps new sessions from beginning', async () => {
    const { plan, assume } = await stage();
    const first = await account.apply(plan, { now: hoursAgo(2) }, await throttled());
    expect(first.state).toBe('partial');
    const session = await assume();
    expect(await tryBuckets(account.endpoint, session)).toBe('allowed');
    expect((await account.apply(plan)).state).toBe('contained');
    expect(await tryBuckets(account.endpoint, session)).toBe('AccessDenied');
  });

  it('moves on when what was lifted is set again, and undo knows both', async () => {
    const { leaked, plan, assume } = await stage();
    const before = await account.dump();
    const session = await assume();
    expect((await account.apply(plan, { now: hoursAgo(2) })).state).toBe('contained');
    expect(await tryBuckets(account.endpoint, session)).toBe('allowed');
    const lifted = { UserName: leaked.userName, PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' };
    await account.responder.iam.send(new DetachUserPolicyCommand(lifted));
    expect(await account.apply(plan)).toMatchObject({ state: 'contained', changed: true });
    expect(await tryBuckets(account.endpoint, session)).toBe('AccessDenied');
    const journal = await account.journalText(plan);
    expect(await account.apply(plan)).toMatchObject({ state: 'contained', changed: false });
    expect(await account.journalText(plan)).toBe(journal);
    await account.undo(plan, { reactivate: [leaked.accessKeyId] });
    expect(await account.dump()).toEqual(before);
  });

  it('moved on by a run that died before the call can be moved again, and undone', async () => {
    const { leaked, plan } = await stage();
    const clients = await account.anotherResponder();
    const before = await account.dump();
    await account.apply(plan, { now: hoursAgo(2) });
    const lifted = { UserName: leaked.userName, PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' };
    await account.responder.iam.send(new DetachUserPolicyCommand(lifted));
    clients.iam.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName !== 'PutRolePolicyCommand') return next(args);
        throw new Error('killed');
      },
      { step: 'initialize' },
    );
    await account.apply(plan, {}, clients).catch(() => undefined);
    expect((await account.apply(plan)).state).toBe('contained');
    expect((await account.undo(plan, { reactivate: [leaked.accessKeyId] })).state).toBe('undone');
    expect(await account.dump()).toEqual(before);
  });
});
