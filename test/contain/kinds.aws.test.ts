import {
  CreateRoleCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGroupMembershipCommand,
  CreateUserCommand as CreatePersonCommand,
  CreateGroupCommand as CreateStoreGroupCommand,
} from '@aws-sdk/client-identitystore';
import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  ListInstancesCommand,
} from '@aws-sdk/client-sso-admin';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ContainClients } from '../../src/contain/clients.js';
import { observeCaller } from '../../src/contain/identify.js';
import { renderPlan } from '../../src/contain/render.js';
import type { TracedIdentity } from '../../src/model/trace.js';
import { allow, assumeRole, getSessionToken, trusting, tryBuckets } from '../services/credentials.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { Account, type Leaked } from './account.js';
import { dumpAccount } from './dump.js';
import { began, stageIncident } from './incident.js';
import { someTrace } from './state.js';

const accountId = '123456789012';
const owner = (changes: Partial<TracedIdentity>): TracedIdentity => ({
  type: 'IAMUser',
  arn: '',
  accountId,
  userName: null,
  roleArn: null,
  sessionName: null,
  ...changes,
});

describeWith('aws', 'each kind of credential', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  const dump = () => dumpAccount(account.responder);
  const roleOf = async (Principal: unknown): Promise<string> => {
    const RoleName = uniquePrefix('app');
    const AssumeRolePolicyDocument = trusting(Principal);
    await account.responder.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const policy = { RoleName, PolicyName: 'work', PolicyDocument: allow('s3:*') };
    await account.responder.iam.send(new PutRolePolicyCommand(policy));
    return RoleName;
  };

  it('a session of a user is stopped at the user who asked for it', async () => {
    const leaked = await account.leak();
    const session = await getSessionToken(account.endpoint, leaked);
    const arn = `arn:aws:iam::${accountId}:user/${leaked.userName}`;
    const trace = someTrace({
      owner: owner({ arn, userName: leaked.userName }),
      issuers: [{ accessKeyId: leaked.accessKeyId, eventName: 'GetSessionToken', by: arn, time: began }],
    });
    const before = await dump();
    const plan = await account.plan(session, { trace });
    expect(plan.identity).toMatchObject({ kind: 'temporary', principal: { name: leaked.userName } });
    expect((await account.apply(plan)).state).toBe('contained');
    expect(await tryBuckets(account.endpoint, session)).toBe('AccessDenied');
    await account.undo(plan, { reactivate: [leaked.accessKeyId] });
    expect(await dump()).toEqual(before);
  });

  it('a session of a role is cut off, and the application gets a new one', async () => {
    const leaked = await account.leak();
    const name = await roleOf({ AWS: `arn:aws:iam::${accountId}:root` });
    const arn = `arn:aws:iam::${accountId}:role/${name}`;
    await account.putInline(leaked.userName, 'assume', allow('sts:AssumeRole'));
    const session = await assumeRole(account.endpoint, leaked, arn);
    const sessionArn = `arn:aws:sts::${accountId}:assumed-role/${name}/one`;
    const trace = someTrace({
      owner: owner({ type: 'AssumedRole', arn: sessionArn, roleArn: arn, sessionName: 'one' }),
    });
    const before = await dump();
    const plan = await account.plan(session, { trace });
    expect(plan.actions.map(({ id }) => id)).toEqual([`revoke-sessions:${name}`]);
    expect((await account.apply(plan, { now: () => new Date(Date.now() - 29_000) })).state).toBe('contained');
    expect(await tryBuckets(account.endpoint, session)).toBe('AccessDenied');
    await account.undo(plan);
    expect(await dump()).toEqual(before);
    expect(await tryBuckets(account.endpoint, session)).toBe('allowed');
  });

  it('a role that is named needs no key', async () => {
    const name = await roleOf({ Service: 'ec2.amazonaws.com' });
    const principalArn = `arn:aws:sts::${accountId}:assumed-role/${name}/i-0123456789abcdef0`;
    const plan = await account.plan({ accessKeyId: '' }, { principalArn });
    expect(plan.identity).toMatchObject({ keyId: null, kind: 'role', sessionName: 'i-0123456789abcdef0' });
    expect(plan.actions.map(({ step }) => step)).toEqual(['revoke-sessions']);
  });

  it('for which a plan has no action is not contained by it', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked, { steps: ['lock'] });
    expect(plan.actions).toEqual([]);
    expect(await account.apply(plan)).toMatchObject({
      state: 'partial',
      reasons: ['The plan has no action: nothing is contained by it.'],
    });
  });

  it('an MFA device that came after the incident began goes, one from before stays, and undo says so', async () => {
    const leaked = await account.leak();
    const { iam } = account.responder;
    const named = { VirtualMFADeviceName: leaked.userName };
    const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand(named));
    const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
    const SerialNumber = VirtualMFADevice!.SerialNumber!;
    await iam.send(new EnableMFADeviceCommand({ UserName: leaked.userName, SerialNumber, ...codes }));
    const later = await account.plan(leaked, { since: new Date(Date.now() + 60_000).toISOString() });
    expect(later.actions.map(({ step }) => step)).not.toContain('deactivate-mfa');
    const plan = await account.plan(leaked, { since: began, steps: ['deactivate-mfa'] });
    expect(renderPlan(plan)).toContain('can not be undone');
    const reasons = [expect.stringMatching(/^Left out on request: Attach AWSDenyAll to \S+; Deactivate AKIA/)];
    expect(await account.apply(plan)).toMatchObject({ state: 'partial', reasons });
    expect((await account.dump(leaked)) as object).toMatchObject({ mfaDevices: [] });
    const undone = await account.undo(plan);
    expect(undone.actions).toMatchObject([{ outcome: 'kept', detail: expect.stringContaining('enable-mfa-device') }]);
  });

  it('in the graceful lane is denied while its key is Active, then deactivated', async () => {
    const leaked = await account.leak();
    const before = await dump();
    const plan = await account.plan(leaked, { lane: 'graceful' });
    const canary = await account.apply(plan);
    expect(canary).toMatchObject({ state: 'canary', reasons: ['Stages are left: deactivate.'] });
    expect(await account.keyStatus(leaked)).toBe('Active');
    expect(await leaked.tryKey()).toBe('AccessDenied');
    expect((await account.apply(plan, { stage: 'deactivate' })).state).toBe('contained');
    expect(await account.keyStatus(leaked)).toBe('Inactive');
    await expect(account.apply(plan, { stage: 'contain' })).rejects.toMatchObject({ code: 'bad_parameter' });
    await account.undo(plan, { reactivate: [leaked.accessKeyId] });
    expect(await dump()).toEqual(before);
  });

  it('leaves out who is protected among what the intruder made, and is partial then', async () => {
    const { leaked, backdoor, trace } = await stageIncident(account);
    const plan = await account.plan(leaked, { trace, since: began, protectedPrincipals: [backdoor.userName] });
    expect(plan.refusals).toEqual([]);
    expect(plan.leftOut).toMatchObject([
      { target: { name: backdoor.userName }, refusal: { guard: 'protected-principal' } },
    ]);
    expect(await account.apply(plan)).toMatchObject({
      state: 'partial',
      reasons: [expect.stringContaining('left out')],
    });
    expect(await tryBuckets(account.endpoint, backdoor)).toBe('allowed');
  });

  it('of an intruder who has the responder’s own session is refused', async () => {
    const leaked = await account.leak();
    const name = await roleOf({ AWS: `arn:aws:iam::${accountId}:root` });
    await account.responder.iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'all', PolicyDocument: allow('*') }),
    );
    await account.putInline(leaked.userName, 'assume', allow('sts:AssumeRole'));
    const clients = account.clients(
      await assumeRole(account.endpoint, leaked, `arn:aws:iam::${accountId}:role/${name}`),
    );
    const { arn } = await observeCaller(clients);
    const derived = [
      {
        accessKeyId: 'ASIAX',
        parent: leaked.accessKeyId,
        depth: 1,
        eventName: 'AssumeRole',
        issuedArn: arn,
        issuedAt: began,
        expiration: null,
      },
    ];
    const plan = await account.plan(leaked, { trace: someTrace({ derived }), clients });
    expect(plan.refusals.map(({ guard }) => guard)).toEqual(['own-session']);
    await expect(account.apply(plan, {}, clients)).rejects.toMatchObject({ code: 'guard_refused' });
    const { targets } = await account.plan(leaked, {
      trace: someTrace({
        roles: [{ arn: `arn:aws:iam::${accountId}:role/${name}`, sessions: 1, sessionNames: [], lastAssumed: null }],
      }),
      clients,
    });
    expect(targets.map(({ name: target }) => target)).toEqual([leaked.userName]);
  });

  it('of Identity Center loses its assignments and groups, and gets them back', async () => {
    const { ssoAdmin, identityStore } = account.responder;
    const [instance] = (await ssoAdmin.send(new ListInstancesCommand({}))).Instances!;
    const { InstanceArn, IdentityStoreId } = instance!;
    const Name = { GivenName: 'Ada', FamilyName: 'L' };
    const person = new CreatePersonCommand({ IdentityStoreId, UserName: 'ada@example.com', DisplayName: 'Ada', Name });
    const UserId = (await identityStore.send(person)).UserId!;
    const group = new CreateStoreGroupCommand({ IdentityStoreId, DisplayName: 'admins' });
    const { GroupId } = await identityStore.send(group);
    await identityStore.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId } }));
    const set = new CreatePermissionSetCommand({ InstanceArn, Name: 'Admin' });
    const { PermissionSetArn } = (await ssoAdmin.send(set)).PermissionSet!;
    await ssoAdmin.send(
      new CreateAccountAssignmentCommand({
        InstanceArn,
        PermissionSetArn,
        TargetId: accountId,
        TargetType: 'AWS_ACCOUNT',
        PrincipalType: 'USER',
        PrincipalId: UserId,
      }),
    );
    const before = await dump();
    const principalArn = `arn:aws:sts::${accountId}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada@example.com`;
    const roleArn = `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef`;
    const session = owner({ type: 'AssumedRole', arn: principalArn, roleArn, sessionName: 'ada@example.com' });
    const temporary = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE' };
    const byLogs = await account.plan(temporary, { trace: someTrace({ owner: session }) });
    expect(byLogs.identity).toMatchObject({ kind: 'identity-center', sessionName: 'ada@example.com' });
    const plan = await account.plan({ accessKeyId: '' }, { principalArn });
    expect(plan.refusals).toEqual([]);
    expect(byLogs.actions).toEqual(plan.actions);
    expect(plan.actions.map(({ step }) => step)).toEqual(['remove-assignments', 'remove-assignments']);
    expect(plan.checklist.join()).toContain('Delete session');
    // In the management account no policy denies the sessions that there are.
    expect(await account.apply(plan)).toMatchObject({
      state: 'partial',
      reasons: [expect.stringContaining('Sessions that ada@example.com has in the accounts go on')],
    });
    expect(await dump()).not.toEqual(before);
    await account.undo(plan);
    expect(await dump()).toEqual(before);
  });
});

describeWith('aws', 'a member of an organization', () => {
  let account: Account;
  let clients: ContainClients;
  let leaked: Leaked;
  beforeAll(async () => {
    account = await Account.start({ members: 1 });
    ({ clients, leaked } = await account.inMember());
  });
  afterAll(() => account.stop());

  it('is locked by a service control policy, which undo takes away again', async () => {
    const both = async () => [await dumpAccount(clients), await account.dump()];
    const before = await both();
    const plan = await account.plan(leaked, { clients });
    expect(plan.actions.map(({ step }) => step)).toEqual(['lock', 'lock', 'attach-deny', 'deactivate-key']);
    const [made] = plan.actions;
    const { Statement } = JSON.parse(made!.to!) as { Statement: { Condition: object }[] };
    expect(Statement[0]!.Condition).toEqual({
      ArnLike: {
        'aws:PrincipalArn': [
          `arn:aws:iam::${account.memberIds[0]}:user/${leaked.userName}`,
          `arn:aws:sts::${account.memberIds[0]}:federated-user/${leaked.userName}`,
        ],
      },
    });
    expect(await account.apply(plan, {}, clients)).toMatchObject({ state: 'contained', locked: true });
    expect(await both()).not.toEqual(before);
    await account.undo(plan, { reactivate: [leaked.accessKeyId] }, undefined, clients);
    expect(await both()).toEqual(before);
  });

  it('is the management account: no service control policy binds it', async () => {
    const own = await account.leak();
    const plan = await account.plan(own);
    expect(plan.actions.map(({ step }) => step)).not.toContain('lock');
    expect(renderPlan(plan)).toContain(
      'Race-safe: no, for service control policies do not bind the management account',
    );
  });
});
