import {
  DescribeIamInstanceProfileAssociationsCommand,
  ModifyInstanceMetadataOptionsCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateLoginProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  DeleteLoginProfileCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateSSHPublicKeyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGroupMembershipCommand,
  CreateUserCommand as CreatePersonCommand,
  CreateGroupCommand as CreateStoreGroupCommand,
} from '@aws-sdk/client-identitystore';
import {
  CreateFunctionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  AttachPolicyCommand,
  CreatePolicyCommand as CreateControlPolicyCommand,
  CreateOrganizationCommand,
} from '@aws-sdk/client-organizations';
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  DeleteAccountAssignmentCommand,
  ListInstancesCommand,
} from '@aws-sdk/client-sso-admin';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allow, denyAll, trusting } from '../services/credentials.js';
import { describeWith } from '../services/index.js';
import { Account } from './account.js';
import { dumpAccount } from './dump.js';

type Dump = Record<string, unknown>;

const trust = trusting({ Service: 'ec2.amazonaws.com' });
const accountId = '123456789012';
// An archive with nothing in it: its end of the central directory.
const emptyZip = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');
const sshKey = `ssh-rsa ${'A'.repeat(372)} someone`;

describeWith('aws', 'the dump of an account', () => {
  let account: Account;
  /** As it was before the next change. */
  let last: Dump;
  const UserName = 'worker';
  const known: Record<string, string> = {};

  const dump = async (): Promise<Dump> => (await dumpAccount(account.responder)) as Dump;
  const iam = () => account.responder.iam;
  const regional = () => account.responder.in('us-east-1');
  const assignment = () => ({
    InstanceArn: known.instance,
    TargetId: accountId,
    TargetType: 'AWS_ACCOUNT' as const,
    PermissionSetArn: known.permissionSet,
    PrincipalType: 'USER' as const,
    PrincipalId: known.person,
  });

  beforeAll(async () => {
    account = await Account.start();
    const { organizations, ssoAdmin, identityStore } = account.responder;
    const { ec2, lambda, secretsManager, ssm } = regional();
    known.key = (await account.addUser(UserName, ['s3:*'])).accessKeyId;
    await iam().send(new CreateGroupCommand({ GroupName: 'workers' }));
    const uploaded = await iam().send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshKey }));
    known.sshKey = uploaded.SSHPublicKey!.SSHPublicKeyId!;
    await iam().send(new CreateRoleCommand({ RoleName: 'server', AssumeRolePolicyDocument: trust }));
    for (const InstanceProfileName of ['server', 'clean']) {
      await iam().send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    }
    const { Policy } = await iam().send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: allow('s3:*') }));
    known.policy = Policy!.Arn!;
    const one = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 };
    const { Instances } = await ec2.send(new RunInstancesCommand({ ...one, IamInstanceProfile: { Name: 'server' } }));
    known.machine = Instances![0]!.InstanceId!;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'job',
        Role: `arn:aws:iam::${accountId}:role/server`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: emptyZip },
        Environment: { Variables: { TOKEN: 'hush-lambda' } },
      }),
    );
    await secretsManager.send(new CreateSecretCommand({ Name: 'token', SecretString: 'hush-secret' }));
    await secretsManager.send(new CreateSecretCommand({ Name: 'empty' }));
    await ssm.send(new PutParameterCommand({ Name: 'token', Type: 'SecureString', Value: 'hush-parameter' }));
    await organizations.send(new CreateOrganizationCommand({}));
    const { Policy: control } = await organizations.send(
      new CreateControlPolicyCommand({
        Name: 'lock',
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: denyAll(),
      }),
    );
    known.control = control!.PolicySummary!.Id!;
    const [instance] = (await ssoAdmin.send(new ListInstancesCommand({}))).Instances!;
    known.instance = instance!.InstanceArn!;
    known.store = instance!.IdentityStoreId!;
    const set = new CreatePermissionSetCommand({ InstanceArn: known.instance, Name: 'Admin' });
    known.permissionSet = (await ssoAdmin.send(set)).PermissionSet!.PermissionSetArn!;
    const group = new CreateStoreGroupCommand({ IdentityStoreId: known.store, DisplayName: 'admins' });
    known.group = (await identityStore.send(group)).GroupId!;
    const person = new CreatePersonCommand({
      IdentityStoreId: known.store,
      UserName: 'ada',
      DisplayName: 'Ada',
      Name: { GivenName: 'Ada', FamilyName: 'L' },
    });
    known.person = (await identityStore.send(person)).UserId!;
    last = await dump();
  });
  afterAll(() => account?.stop());

  const changes: [part: string, what: string, change: () => Promise<unknown>][] = [
    [
      'users',
      'a key made inactive',
      () => iam().send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: known.key, Status: 'Inactive' })),
    ],
    ['users', 'a policy attached', () => account.attach(UserName, 'arn:aws:iam::aws:policy/AWSDenyAll')],
    ['users', 'an inline policy of another text', () => account.putInline(UserName, 'work', allow('ec2:*'))],
    [
      'users',
      'a login profile',
      () => iam().send(new CreateLoginProfileCommand({ UserName, Password: 'Hush-profile-1' })),
    ],
    ['users', 'a group joined', () => iam().send(new AddUserToGroupCommand({ UserName, GroupName: 'workers' }))],
    [
      'users',
      'an SSH key made inactive',
      () => iam().send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId: known.sshKey, Status: 'Inactive' })),
    ],
    ['users', 'a tag', () => iam().send(new TagUserCommand({ UserName, Tags: [{ Key: 'ticket', Value: '7' }] }))],
    ['users', 'another user', () => account.addUser('another', ['*'])],
    [
      'groups',
      'a policy attached',
      () =>
        iam().send(
          new AttachGroupPolicyCommand({ GroupName: 'workers', PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' }),
        ),
    ],
    [
      'roles',
      'another trust policy',
      () =>
        iam().send(
          new UpdateAssumeRolePolicyCommand({ RoleName: 'server', PolicyDocument: trusting({ AWS: accountId }) }),
        ),
    ],
    [
      'roles',
      'an inline policy',
      () =>
        iam().send(new PutRolePolicyCommand({ RoleName: 'server', PolicyName: 'revoke', PolicyDocument: denyAll() })),
    ],
    [
      'instanceProfiles,roles',
      'a role in a profile',
      () => iam().send(new AddRoleToInstanceProfileCommand({ RoleName: 'server', InstanceProfileName: 'server' })),
    ],
    [
      'policies',
      'another version',
      () =>
        iam().send(
          new CreatePolicyVersionCommand({ PolicyArn: known.policy, PolicyDocument: denyAll(), SetAsDefault: true }),
        ),
    ],
    [
      'oidcProviders',
      'a provider',
      () =>
        iam().send(
          new CreateOpenIDConnectProviderCommand({
            Url: 'https://issuer.example.com',
            ThumbprintList: ['c'.repeat(40)],
            ClientIDList: ['sts.amazonaws.com'],
          }),
        ),
    ],
    [
      'samlProviders',
      'a provider',
      () => iam().send(new CreateSAMLProviderCommand({ Name: 'idp', SAMLMetadataDocument: 'm'.repeat(1000) })),
    ],
    [
      'controlPolicies',
      'a policy attached',
      () =>
        account.responder.organizations.send(new AttachPolicyCommand({ PolicyId: known.control, TargetId: accountId })),
    ],
    [
      'identityCenter',
      'an assignment',
      () => account.responder.ssoAdmin.send(new CreateAccountAssignmentCommand(assignment())),
    ],
    [
      'identityCenter',
      'no assignment',
      () => account.responder.ssoAdmin.send(new DeleteAccountAssignmentCommand(assignment())),
    ],
    [
      'identityCenter',
      'a member of a group',
      () =>
        account.responder.identityStore.send(
          new CreateGroupMembershipCommand({
            IdentityStoreId: known.store,
            GroupId: known.group,
            MemberId: { UserId: known.person! },
          }),
        ),
    ],
    [
      'us-east-1',
      'IMDSv2 required',
      () =>
        regional().ec2.send(
          new ModifyInstanceMetadataOptionsCommand({ InstanceId: known.machine, HttpTokens: 'required' }),
        ),
    ],
    [
      'us-east-1',
      'an instance profile replaced',
      async () => {
        const { ec2 } = regional();
        const answer = await ec2.send(new DescribeIamInstanceProfileAssociationsCommand({}));
        const AssociationId = answer.IamInstanceProfileAssociations![0]!.AssociationId;
        const IamInstanceProfile = { Name: 'clean' };
        await ec2.send(new ReplaceIamInstanceProfileAssociationCommand({ AssociationId, IamInstanceProfile }));
      },
    ],
    [
      'us-east-1',
      'another environment',
      () =>
        regional().lambda.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: 'job',
            Environment: { Variables: { TOKEN: 'hush-again' } },
          }),
        ),
    ],
    [
      'us-east-1',
      'a function held back',
      () =>
        regional().lambda.send(
          new PutFunctionConcurrencyCommand({ FunctionName: 'job', ReservedConcurrentExecutions: 0 }),
        ),
    ],
    [
      'us-east-1',
      'another secret',
      () => regional().secretsManager.send(new PutSecretValueCommand({ SecretId: 'token', SecretString: 'hush-2' })),
    ],
    [
      'us-east-1',
      'another parameter',
      () => regional().ssm.send(new PutParameterCommand({ Name: 'token', Value: 'hush-3', Overwrite: true })),
    ],
  ];

  it('is the same when nothing changed, and holds no secret', async () => {
    const again = await dump();
    expect(again).toEqual(last);
    const text = JSON.stringify(again);
    expect(JSON.parse(text)).toEqual(again);
    expect(text).not.toMatch(/hush/i);
    for (const secret of account.secrets) expect(text).not.toContain(secret);
  });

  it.each(changes)('shows in %s: %s', async (part, _what, change) => {
    await change();
    const is = await dump();
    const changed = Object.keys(is).filter((name) => JSON.stringify(is[name]) !== JSON.stringify(last[name]));
    last = is;
    expect(changed.sort().join(',')).toBe(part);
  });

  it('of a login profile knows only whether there is one, and of a user what it has', async () => {
    const was = await dump();
    await iam().send(new DeleteLoginProfileCommand({ UserName }));
    expect(await dump()).not.toEqual(was);
    await iam().send(
      new CreateLoginProfileCommand({ UserName, Password: 'Hush-profile-2', PasswordResetRequired: true }),
    );
    expect(await dump()).toEqual(was);
    const user = (was.users as Dump[]).find(({ name }) => name === UserName);
    expect(user).toMatchObject({
      path: '/',
      attached: ['arn:aws:iam::aws:policy/AWSDenyAll'],
      inline: [['work', allow('ec2:*')]],
      groups: ['workers'],
      keys: [[known.key, 'Inactive', expect.any(String)]],
      hasLoginProfile: true,
      sshKeys: [[known.sshKey, 'Inactive']],
      tags: [['ticket', '7']],
    });
    await iam().send(new PutUserPolicyCommand({ UserName, PolicyName: 'a', PolicyDocument: denyAll() }));
    await iam().send(new PutUserPolicyCommand({ UserName, PolicyName: 'z', PolicyDocument: denyAll() }));
    const { inline } = ((await dump()).users as Dump[]).find(({ name }) => name === UserName)!;
    expect((inline as string[][]).map(([name]) => name)).toEqual(['a', 'work', 'z']);
  });
});
