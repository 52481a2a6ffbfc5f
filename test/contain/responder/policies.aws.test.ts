import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ContainClients } from '../../../src/contain/clients.js';
import type { Plan } from '../../../src/contain/plan.js';
import { type ResponderStage, responderPolicy } from '../../../src/contain/responder/policies.js';
import { verifyPlan } from '../../../src/contain/verify-plan.js';
import { allow, assumeRole, outcomeOf, trusting, tryBuckets } from '../../services/credentials.js';
import { describeWith, uniquePrefix } from '../../services/index.js';
import { Account } from '../account.js';
import { dumpAccount } from '../dump.js';
import { began, type Incident, stageIncident } from '../incident.js';

const accountId = '123456789012';
const keysOf = (plan: Plan) => plan.actions.flatMap(({ undo }) => undo.onlyIfNamed ?? []);

describeWith('aws', 'a responder who has only the policies of a stage, IAM enforced', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  /** A user with these stages; its name is that of the clients' user. */
  const responder = async (...stages: ResponderStage[]): Promise<{ clients: ContainClients; userName: string }> => {
    const { iam } = account.responder;
    const userName = uniquePrefix('hands');
    await iam.send(new CreateUserCommand({ UserName: userName, Path: '/ir/' }));
    for (const stage of stages) await give(userName, stage);
    return { clients: account.clients(await account.addKey(userName)), userName };
  };
  const give = (UserName: string, stage: ResponderStage) =>
    account.responder.iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: stage,
        PolicyDocument: JSON.stringify(responderPolicy(stage, { accountId })),
      }),
    );
  const planBy = (clients: ContainClients, { leaked, trace }: Incident) =>
    account.plan(leaked, { trace, since: began, clients });
  const verify = (plan: Plan, clients: ContainClients) =>
    account.withJournal(plan, (journal) => verifyPlan({ plan, clients, journal }, null));

  it('plans, applies, verifies and undoes the whole of an incident', async () => {
    const incident = await stageIncident(account);
    const { clients, userName } = await responder('observe', 'contain-user', 'contain-role');
    const before = await dumpAccount(account.responder);
    const plan = await planBy(clients, incident);
    expect(plan.refusals).toEqual([]);
    expect(plan.state.unread.filter((line) => !line.startsWith('service-specific'))).toEqual([]);
    expect(new Set(plan.actions.map(({ step }) => step)).size).toBe(10);

    const applied = await account.apply(plan, {}, clients);
    expect(applied.actions.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
    expect(applied.state).toBe('contained');
    expect((await verify(plan, clients)).state).toBe('contained');
    expect(await tryBuckets(account.endpoint, incident.backdoor)).toBe('InvalidAccessKeyId');

    // To give an instance its old role back is to pass that role: no right to contain has it.
    const undone = await account.undo(plan, { reactivate: keysOf(plan) }, undefined, clients);
    const failed = undone.actions.filter(({ outcome }) => outcome !== 'undone');
    expect(failed).toMatchObject([
      { id: `replace-instance-role:${incident.instanceId}`, detail: expect.stringContaining('iam:PassRole') },
    ]);
    await give(userName, 'restore-instance');
    await account.undo(plan, { reactivate: keysOf(plan) }, undefined, clients);
    await account.responder.iam.send(
      new DeleteUserPolicyCommand({ UserName: userName, PolicyName: 'restore-instance' }),
    );
    expect(await dumpAccount(account.responder)).toEqual(before);
  });

  it('who may not contain users is told which permission is missing, and what is contained all the same', async () => {
    const incident = await stageIncident(account);
    const { clients } = await responder('observe', 'contain-role');
    const plan = await planBy(clients, incident);
    const applied = await account.apply(plan, {}, clients);
    expect(applied.state).toBe('partial');
    const failed = applied.actions.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ id }) => id)).toContain(`attach-deny:${incident.leaked.userName}`);
    expect(failed[0]!.detail).toMatch(/iam:AttachUserPolicy.*Give the responder iam:AttachUserPolicy/);
    expect(failed.every(({ id }) => /^(attach-deny|deactivate|delete-login-profile)/.test(id))).toBe(true);
    expect(await incident.leaked.tryKey()).toBe('allowed');
    await account.undo(plan, {}, undefined, account.responder);
  });

  it('who may only observe changes nothing, and who may contain nothing at all can not plan', async () => {
    const leaked = await account.leak();
    const observer = await responder('observe');
    const before = await dumpAccount(account.responder);
    const plan = await account.plan(leaked, { clients: observer.clients });
    await expect(account.apply(plan, {}, observer.clients)).rejects.toMatchObject({
      code: 'aws_failed',
      message: expect.stringContaining('iam:AttachUserPolicy'),
    });
    expect(await dumpAccount(account.responder)).toEqual(before);
    const stranger = await responder('contain-user');
    await expect(account.plan(leaked, { clients: stranger.clients })).rejects.toMatchObject({
      message: expect.stringMatching(/sts:GetAccessKeyInfo|iam:GetAccessKeyLastUsed/),
    });
  });

  it('can not widen what it has', async () => {
    const { clients, userName } = await responder('observe', 'contain-user', 'contain-role');
    const { iam, sts } = clients;
    const victim = (await account.leak()).userName;
    const RoleName = uniquePrefix('admin');
    const arn = `arn:aws:iam::${accountId}:role/${RoleName}`;
    const bystander = { name: uniquePrefix('by'), key: { accessKeyId: '', secretAccessKey: '' } };
    bystander.key = await account.addUser(bystander.name, ['s3:*']);
    const trusted = [`user/ir/${userName}`, `user/${bystander.name}`].map(
      (each) => `arn:aws:iam::${accountId}:${each}`,
    );
    const own = trusting({ AWS: trusted });
    await account.responder.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: own }));
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const all = { PolicyName: 'all', PolicyDocument: allow('*') };
    const attempts: [string, () => Promise<unknown>][] = [
      ['another policy', () => iam.send(new AttachUserPolicyCommand({ UserName: victim, PolicyArn }))],
      ['a policy of another role', () => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))],
      ['a key', () => iam.send(new CreateAccessKeyCommand({ UserName: victim }))],
      ['a user', () => iam.send(new CreateUserCommand({ UserName: uniquePrefix('new') }))],
      [
        'a role of another name',
        () => iam.send(new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: own })),
      ],
      ['its own rights', () => iam.send(new PutUserPolicyCommand({ UserName: userName, ...all }))],
      ['a role of the account', () => sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'mine' }))],
      ['a key deleted', () => iam.send(new DeleteAccessKeyCommand({ UserName: victim, AccessKeyId: 'AKIAX' }))],
    ];
    for (const [what, attempt] of attempts) expect([what, await outcomeOf(attempt())]).toEqual([what, 'AccessDenied']);
    // The very same role is open to the other whom it trusts: it is the policies that refuse.
    expect((await assumeRole(account.endpoint, bystander.key, arn)).accessKeyId).toMatch(/^ASIA/);
  });

  it('that is a role can not change that role', async () => {
    const RoleName = uniquePrefix('responder');
    const arn = `arn:aws:iam::${accountId}:role/ir/${RoleName}`;
    const admin = await account.addUser(uniquePrefix('hub'), ['sts:AssumeRole']);
    const { iam } = account.responder;
    const AssumeRolePolicyDocument = trusting({ AWS: `arn:aws:iam::${accountId}:root` });
    await iam.send(new CreateRoleCommand({ RoleName, Path: '/ir/', AssumeRolePolicyDocument }));
    for (const stage of ['observe', 'contain-role'] as const) {
      const PolicyDocument = JSON.stringify(responderPolicy(stage, { accountId, responder: arn }));
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: stage, PolicyDocument }));
    }
    const session = account.clients(await assumeRole(account.endpoint, admin, arn));
    const put = (name: string) =>
      outcomeOf(
        session.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'all', PolicyDocument: allow('*') })),
      );
    const other = uniquePrefix('other');
    await iam.send(new CreateRoleCommand({ RoleName: other, AssumeRolePolicyDocument }));
    expect([await put(RoleName), await put(other)]).toEqual(['AccessDenied', 'allowed']);
  });

  // moto gives no session with MFA, so that only the refusal shows here; what MFA opens is in policies.test.ts.
  it('deletes no key without MFA', async () => {
    const { userName, accessKeyId } = await account.leak();
    const { clients } = await responder('observe', 'contain-user', 'destroy');
    const key = { UserName: userName, AccessKeyId: accessKeyId };
    await clients.iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }));
    expect(await outcomeOf(clients.iam.send(new DeleteAccessKeyCommand(key)))).toBe('AccessDenied');
  });
});
