import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AttachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListServiceSpecificCredentialsCommand,
  ListSSHPublicKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetUserIdCommand, ListGroupMembershipsForMemberCommand } from '@aws-sdk/client-identitystore';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
} from '@aws-sdk/client-organizations';
import {
  DeleteAccountAssignmentCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListInstancesCommand,
} from '@aws-sdk/client-sso-admin';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAccessKeys } from '../../src/contain/account/user.js';
import { renderPlan } from '../../src/contain/render.js';
import { outcomes } from './account.js';
import { fault, RecordedAccount } from './recorded-account.js';
import { accountId, keyId } from './state.js';

let directory: string;
let account: RecordedAccount;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keytrail-recorded-'));
});
afterAll(() => rm(directory, { recursive: true }));
beforeEach(() => {
  account = new RecordedAccount(directory);
});

const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
const denied = (action: string) =>
  fault(
    'AccessDenied',
    `User: arn:aws:sts::${accountId}:assumed-role/responder/ada is not authorized to perform: ${action}`,
  );

describe('recorded shapes: service-specific credentials', () => {
  test('listed over all pages, deactivated and undone', async () => {
    account.serviceCredentials = ['ACCAONE', 'ACCATWO', 'ACCAOFF'].map((id) => ({
      id,
      status: id === 'ACCAOFF' ? 'Inactive' : 'Active',
    }));
    account.iam.on(ListServiceSpecificCredentialsCommand).callsFake(({ Marker }) => {
      const [one, ...others] = account.serviceCredentials.map((held) => account.serviceCredential(held));
      return Marker === undefined
        ? { ServiceSpecificCredentials: [one], IsTruncated: true, Marker: 'next' }
        : { ServiceSpecificCredentials: others, IsTruncated: false };
    });
    const plan = await account.plan();
    const ids = plan.actions.filter(({ step }) => step === 'deactivate-service-credential').map(({ id }) => id);
    expect(ids).toEqual(['deactivate-service-credential:ACCAONE', 'deactivate-service-credential:ACCATWO']);
    expect((await account.apply(plan)).state).toBe('contained');
    expect(account.serviceCredentials.map(({ status }) => status)).toEqual(['Inactive', 'Inactive', 'Inactive']);
    expect((await account.undo(plan)).state).toBe('undone');
    expect(account.serviceCredentials.map(({ status }) => status)).toEqual(['Active', 'Active', 'Inactive']);
  });
});

describe('recorded shapes: refusals of IAM and STS', () => {
  test('what may not be read is named, and the plan goes on', async () => {
    account.iam.on(ListSSHPublicKeysCommand).rejects(denied('iam:ListSSHPublicKeys'));
    account.iam.on(ListGroupsForUserCommand).rejects(denied('iam:ListGroupsForUser'));
    account.iam.on(ListServiceSpecificCredentialsCommand).rejects(denied('iam:ListServiceSpecificCredentials'));
    account.iam.on(GetAccountAuthorizationDetailsCommand).rejects(denied('iam:GetAccountAuthorizationDetails'));
    const plan = await account.plan();
    expect(plan.state.unread.map((line) => line.split(':')[0]).sort()).toEqual([
      'SSH keys of ci',
      'groups of ci',
      'service-specific credentials of ci',
      'who are administrators',
    ]);
    expect(renderPlan(plan)).toContain('- Not read: SSH keys of ci: iam:ListSSHPublicKeys: User: ');
    expect((await account.apply(plan)).state).toBe('contained');
  });

  test('without the list of access keys there is no plan, and the permission is named', async () => {
    account.iam.on(ListAccessKeysCommand).rejects(denied('iam:ListAccessKeys'));
    await expect(account.plan()).rejects.toMatchObject({
      code: 'aws_failed',
      hint: 'Give the responder iam:ListAccessKeys, or use a role that has it.',
    });
  });

  test('a key of another account is refused before IAM is asked', async () => {
    account.sts.on(GetAccessKeyInfoCommand).resolves({ Account: '999988887777' });
    await expect(account.plan()).rejects.toMatchObject({
      code: 'guard_refused',
      message: `${keyId} belongs to account 999988887777, not to ${accountId}`,
    });
    expect(account.iam.calls()).toEqual([]);
  });

  test.each([
    ['no user', {}],
    ['<root_account>', { UserName: '<root_account>' }],
  ])('a key that IAM knows with %s is of root: a checklist, and nothing to apply', async (_, answer) => {
    account.iam.on(GetAccessKeyLastUsedCommand).resolves({
      ...answer,
      AccessKeyLastUsed: { LastUsedDate: new Date('2024-05-01T00:00:00Z'), ServiceName: 'iam', Region: 'us-east-1' },
    });
    const plan = await account.plan();
    expect(plan).toMatchObject({ identity: { kind: 'root' }, actions: [], refusals: [{ guard: 'root' }] });
    expect(plan.checklist.join('\n')).toContain('Sign in as root');
    await expect(account.apply(plan)).rejects.toMatchObject({ code: 'guard_refused' });
  });
});

describe('recorded shapes: pages', () => {
  test('access keys and attached policies are read to the last page', async () => {
    account.keys.push({ id: 'AKIAI44QH8DHBEXAMPLE', status: 'Active' });
    account.iam.on(ListAccessKeysCommand).callsFake(({ Marker }) => {
      const keys = account.keys.map(({ id, status }) => ({ UserName: 'ci', AccessKeyId: id, Status: status }));
      return Marker === undefined
        ? { AccessKeyMetadata: keys.slice(0, 1), IsTruncated: true, Marker: 'm' }
        : { AccessKeyMetadata: keys.slice(1), IsTruncated: false };
    });
    for (let n = 0; n < 9; n++) account.attached.add(`arn:aws:iam::${accountId}:policy/p${n}`);
    account.iam.on(ListAttachedUserPoliciesCommand).callsFake(({ Marker }) => {
      const policies = [...account.attached].map((PolicyArn) => ({ PolicyArn }));
      return Marker === undefined
        ? { AttachedPolicies: policies.slice(0, 4), IsTruncated: true, Marker: 'm' }
        : { AttachedPolicies: policies.slice(4), IsTruncated: false };
    });
    const plan = await account.plan();
    // Ten are attached: there is no room for another.
    expect(plan.actions.map(({ id, fact }) => `${id} ${fact.split(' ')[0]}`)).toEqual([
      'attach-deny:ci inline-policy',
      `deactivate-key:${keyId} access-key`,
      'deactivate-key:AKIAI44QH8DHBEXAMPLE access-key',
    ]);
  });
});

describe('recorded shapes: throttling', () => {
  /** An IAM client over recorded HTTP answers, one for each try. */
  const clientOf = (answers: { statusCode: number; body: string }[]) => {
    const tries: string[] = [];
    const iam = new IAMClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
      requestHandler: {
        handle: async (request: { body: string }) => {
          const { statusCode, body } = answers[Math.min(tries.length, answers.length - 1)]!;
          tries.push(request.body);
          const headers = { 'content-type': 'text/xml' };
          return { response: { statusCode, headers, body: Readable.from([body]) } as never };
        },
      },
    });
    return { clients: { ...account.clients, iam }, tries };
  };
  const throttling = {
    statusCode: 400,
    body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>
      <Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  };
  const keys = {
    statusCode: 200,
    body: `<ListAccessKeysResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListAccessKeysResult>
      <IsTruncated>false</IsTruncated><AccessKeyMetadata><member><UserName>ci</UserName>
      <AccessKeyId>${keyId}</AccessKeyId><Status>Active</Status><CreateDate>2024-01-01T00:00:00Z</CreateDate>
      </member></AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>`,
  };

  test('is tried again', async () => {
    const { clients, tries } = clientOf([throttling, throttling, keys]);
    expect(await readAccessKeys(clients, 'ci')).toEqual([
      { id: keyId, status: 'Active', created: '2024-01-01T00:00:00.000Z' },
    ]);
    expect(tries).toHaveLength(3);
  });

  test('to the end is a failure that says what to do', async () => {
    const { clients, tries } = clientOf([throttling]);
    await expect(readAccessKeys(clients, 'ci')).rejects.toMatchObject({
      code: 'aws_failed',
      message: 'iam:ListAccessKeys: Rate exceeded',
      hint: expect.stringContaining('AWS is throttling: run the same command again'),
    });
    expect(tries).toHaveLength(3);
  });

  test('of one action leaves the others to be done, and the same command goes on', async () => {
    const plan = await account.plan();
    account.iam.on(AttachUserPolicyCommand).rejectsOnce(fault('Throttling', 'Rate exceeded'));
    const first = await account.apply(plan);
    expect(first.state).toBe('partial');
    expect(outcomes(first)).toEqual(['failed', 'applied']);
    expect(first.actions[0]?.detail).toContain('AWS is throttling');
    account.iam.on(AttachUserPolicyCommand).callsFake(({ PolicyArn }) => void account.attached.add(PolicyArn));
    const again = await account.apply(plan);
    expect(again.state).toBe('contained');
    expect(outcomes(again)).toEqual(['applied', 'already']);
  });

  test('of a look while watching is no lift, nor a proof', async () => {
    const plan = await account.plan();
    let looks = 0;
    let applied = false;
    account.iam.on(ListAttachedUserPoliciesCommand).callsFake(() => {
      if (applied && ++looks > 1) throw fault('Throttling', 'Rate exceeded');
      return { AttachedPolicies: [...account.attached].map((PolicyArn) => ({ PolicyArn })), IsTruncated: false };
    });
    account.iam.on(AttachUserPolicyCommand).callsFake(({ PolicyArn }) => {
      applied = true;
      account.attached.add(PolicyArn);
    });
    const result = await account.apply(plan);
    expect(result.state).toBe('unverifiable');
    expect(outcomes(result)).toEqual(['unverifiable', 'applied']);
    expect(result.watched.lifts).toBe(0);
  });
});

describe('recorded shapes: eventual consistency of IAM', () => {
  test('the account shows it at the third look', async () => {
    const plan = await account.plan();
    let stale = Number.POSITIVE_INFINITY;
    account.iam.on(AttachUserPolicyCommand).callsFake(({ PolicyArn }) => {
      stale = 3;
      account.attached.add(PolicyArn);
    });
    account.iam.on(ListAttachedUserPoliciesCommand).callsFake(() => ({
      AttachedPolicies: [...account.attached]
        .filter((arn) => arn !== denyAll || stale-- <= 0)
        .map((PolicyArn) => ({ PolicyArn })),
      IsTruncated: false,
    }));
    const unseen = await account.apply(plan, { delays: [0, 0, 0] });
    expect(unseen.state).toBe('contained');
    expect(stale).toBeLessThan(0);
  });

  test('what it does not show in time is unverifiable, and found in place later', async () => {
    const plan = await account.plan();
    let shown = false;
    account.iam.on(ListAttachedUserPoliciesCommand).callsFake(() => ({
      AttachedPolicies: [...account.attached]
        .filter((arn) => arn !== denyAll || shown)
        .map((PolicyArn) => ({ PolicyArn })),
      IsTruncated: false,
    }));
    const first = await account.apply(plan, { delays: [0, 0] });
    expect(first.state).toBe('unverifiable');
    shown = true;
    expect(outcomes(await account.apply(plan))).toEqual(['already', 'already']);
    expect(account.iam.commandCalls(AttachUserPolicyCommand)).toHaveLength(1);
  });
});

describe('recorded shapes: Organizations', () => {
  const name = `KeytrailIr-${keyId}`;
  let policy: { content: string; attached: boolean } | null;
  beforeEach(() => {
    policy = null;
    const { organizations } = account;
    const summary = () =>
      policy === null ? [] : [{ Id: 'p-keytrail1', Name: name, Type: 'SERVICE_CONTROL_POLICY' as const }];
    organizations
      .on(DescribeOrganizationCommand)
      .resolves({ Organization: { Id: 'o-1', MasterAccountId: '999988887777' } });
    organizations.on(ListPoliciesCommand).callsFake(() => ({
      Policies: [{ Id: 'p-FullAWSAccess', Name: 'FullAWSAccess', AwsManaged: true }, ...summary()],
    }));
    organizations.on(ListPoliciesForTargetCommand).callsFake(() => ({ Policies: policy?.attached ? summary() : [] }));
    organizations.on(DescribePolicyCommand).callsFake(() => ({ Policy: { Content: policy?.content } }));
    organizations.on(CreatePolicyCommand).callsFake(({ Content }) => {
      policy = { content: Content, attached: false };
    });
    organizations.on(AttachPolicyCommand).callsFake(() => {
      policy!.attached = true;
    });
    organizations.on(DetachPolicyCommand).callsFake(() => {
      policy!.attached = false;
    });
    organizations.on(DeletePolicyCommand).callsFake(() => {
      policy = null;
    });
  });
  const lockIds = [`lock:${name}`, `lock:${name}@${accountId}`];

  test('an account in none is not race-safe, and is contained without', async () => {
    account.organizations
      .on(DescribeOrganizationCommand)
      .rejects(fault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.'));
    const plan = await account.plan();
    expect(plan.state).toMatchObject({ organization: null, unread: [] });
    expect(renderPlan(plan)).toContain('- Race-safe: no');
    expect(await account.apply(plan)).toMatchObject({ state: 'contained', locked: false });
  });

  test.each([
    ['DescribeOrganization', DescribeOrganizationCommand],
    ['ListPolicies', ListPoliciesCommand],
  ])('%s denied: no lock, and the permission is named', async (call, Command) => {
    account.organizations
      .on(Command as typeof ListPoliciesCommand)
      .rejects(fault('AccessDeniedException', "You don't have permissions to access this resource."));
    const plan = await account.plan();
    expect(plan.state.organization).toMatchObject({ usable: false, reason: expect.stringContaining(call) });
    expect(plan.actions.some(({ step }) => step === 'lock')).toBe(false);
  });

  test('locked, and undone though somebody detached it at the same time', async () => {
    const plan = await account.plan();
    expect(plan.actions.slice(0, 2).map(({ id }) => id)).toEqual(lockIds);
    expect(await account.apply(plan)).toMatchObject({ state: 'contained', locked: true });
    account.organizations.on(DetachPolicyCommand).callsFake(() => {
      policy!.attached = false;
      throw fault(
        'PolicyNotAttachedException',
        "The policy isn't attached to the specified target in the specified root.",
      );
    });
    expect((await account.undo(plan)).state).toBe('undone');
    expect(policy).toBeNull();
  });

  test.each([
    ['ConcurrentModificationException', 'run again'],
    ['PolicyChangesInProgressException', 'run again'],
    ['TooManyRequestsException', 'AWS is throttling'],
  ])('%s fails that action with what to do; the others are done, and the same command goes on', async (name, hint) => {
    const plan = await account.plan();
    account.organizations
      .on(AttachPolicyCommand)
      .rejectsOnce(fault(name, 'Try again later.'))
      .callsFake(() => {
        policy!.attached = true;
      });
    const first = await account.apply(plan);
    expect(first).toMatchObject({ state: 'partial', locked: false });
    expect(outcomes(first)).toEqual(['applied', 'failed', 'applied', 'applied']);
    expect(first.actions[1]?.detail).toContain(hint);
    expect(await account.apply(plan)).toMatchObject({ state: 'contained', locked: true });
  });
});

describe('recorded shapes: Identity Center', () => {
  const InstanceArn = 'arn:aws:sso:::instance/ssoins-1234567890abcdef';
  const permissionSet = (n: number) =>
    `arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-${String(n).padStart(16, '0')}`;
  const principalArn = `arn:aws:sts::${accountId}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana@example.com`;
  let assigned: string[];
  beforeEach(() => {
    assigned = [permissionSet(1), permissionSet(2)];
    account.ssoAdmin
      .on(ListInstancesCommand)
      .resolves({ Instances: [{ InstanceArn, IdentityStoreId: 'd-1234567890' }] });
    account.identityStore.on(GetUserIdCommand).resolves({ UserId: 'u-ana', IdentityStoreId: 'd-1234567890' });
    account.identityStore.on(ListGroupMembershipsForMemberCommand).resolves({ GroupMemberships: [] });
    // A page may be empty and still not be the last; what comes by a group is told with the group.
    account.ssoAdmin.on(ListAccountAssignmentsForPrincipalCommand).callsFake(({ NextToken }) => {
      const own = assigned.map((PermissionSetArn) => ({
        AccountId: accountId,
        PermissionSetArn,
        PrincipalId: 'u-ana',
        PrincipalType: 'USER',
      }));
      const group = {
        AccountId: accountId,
        PermissionSetArn: permissionSet(9),
        PrincipalId: 'g-1',
        PrincipalType: 'GROUP',
      };
      if (NextToken === undefined) return { AccountAssignments: [], NextToken: '1' };
      if (NextToken === '1') return { AccountAssignments: [group, ...own.slice(0, 1)], NextToken: '2' };
      return { AccountAssignments: own.slice(1) };
    });
  });

  test('assignments over all pages; one whose removal is still in progress is unverifiable until read back', async () => {
    const plan = await account.plan({ keyId: null, principalArn });
    expect(plan.state.identityCenter?.assignments.map(({ permissionSetArn }) => permissionSetArn)).toEqual([
      permissionSet(1),
      permissionSet(2),
    ]);
    account.ssoAdmin.on(DeleteAccountAssignmentCommand).callsFake(({ PermissionSetArn }) => {
      if (PermissionSetArn === permissionSet(1)) assigned = assigned.filter((arn) => arn !== PermissionSetArn);
      return {
        AccountAssignmentDeletionStatus: {
          Status: 'IN_PROGRESS',
          RequestId: '01234567-89ab-cdef-0123-456789abcdef',
          TargetId: accountId,
          TargetType: 'AWS_ACCOUNT',
          PermissionSetArn,
          PrincipalType: 'USER',
          PrincipalId: 'u-ana',
        },
      };
    });
    const first = await account.apply(plan);
    // Without a service control policy it can be no better than partial: sessions go on until they expire.
    expect(first.state).toBe('partial');
    expect(outcomes(first)).toEqual(['applied', 'unverifiable']);
    assigned = [];
    const again = await account.apply(plan);
    expect(again.state).toBe('partial');
    expect(outcomes(again)).toEqual(['already', 'already']);
    expect(account.ssoAdmin.commandCalls(DeleteAccountAssignmentCommand)).toHaveLength(2);
  });
});

describe('recorded shapes: the responder’s token expires', () => {
  const expired = fault('ExpiredToken', 'The security token included in the request is expired');

  test('in the middle of apply: the journal is whole, and the same command goes on', async () => {
    const plan = await account.plan();
    account.iam
      .on(UpdateAccessKeyCommand)
      .rejectsOnce(expired)
      .callsFake(({ Status }) => {
        account.keys[0]!.status = Status;
        return {};
      });
    await expect(account.apply(plan)).rejects.toMatchObject({
      code: 'no_credentials',
      hint: expect.stringContaining('run the command again'),
    });
    expect(await account.entries(plan)).toEqual([
      'apply intent attach-deny:ci',
      'apply done attach-deny:ci',
      `apply intent deactivate-key:${keyId}`,
    ]);
    const again = await account.apply(plan);
    expect(again.state).toBe('contained');
    expect(outcomes(again)).toEqual(['already', 'applied']);
    expect((await account.undo(plan, [keyId])).state).toBe('undone');
    expect(account.attached.has(denyAll)).toBe(false);
  });

  test('while watching: it is no lift, and the same command watches again', async () => {
    const plan = await account.plan();
    await account.apply(plan, { watch: { rounds: 0, interval: 0 } });
    const reads = account.iam.commandCalls(ListAttachedUserPoliciesCommand).length;
    account.iam.on(ListAttachedUserPoliciesCommand).callsFake(() => {
      // Of apply, the state and the fact; then the watch begins.
      if (account.iam.commandCalls(ListAttachedUserPoliciesCommand).length > reads + 2) throw expired;
      return { AttachedPolicies: [...account.attached].map((PolicyArn) => ({ PolicyArn })), IsTruncated: false };
    });
    await expect(account.apply(plan)).rejects.toMatchObject({ code: 'no_credentials' });
    expect((await account.entries(plan)).filter((entry) => entry.includes('intent'))).toHaveLength(2);
  });

  test('before anything was done', async () => {
    account.sts.on(GetCallerIdentityCommand).rejects(fault('ExpiredTokenException', expired.message));
    await expect(account.plan()).rejects.toMatchObject({ code: 'no_credentials' });
  });
});
