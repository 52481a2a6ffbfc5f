import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { comparePrivileges } from '../../src/contain/compare-privileges.js';
import { readPrivileges } from '../../src/contain/privileges.js';
import { allow, configOf, denyAll, trusting } from '../services/credentials.js';
import { describeWith, uniquePrefix } from '../services/index.js';

describeWith('aws', 'privileges', (url) => {
  const iam = new IAMClient(configOf(url, { accessKeyId: 'testing', secretAccessKey: 'testing' }));
  const quick = { pollMs: 1, limitMs: 5000 };
  const secretsArn = 'arn:aws:iam::aws:policy/SecretsManagerReadWrite';

  it('of a user: its own policies and those of its groups, in the version in force', async () => {
    const [UserName, PolicyName] = [uniquePrefix('user'), uniquePrefix('policy')];
    const groups = [`a-${UserName}`, `b-${UserName}`];
    await iam.send(new CreateUserCommand({ UserName, Path: '/apps/' }));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: allow('*') }));
    const PolicyArn = Policy!.Arn!;
    const version = { PolicyArn, PolicyDocument: allow('sqs:SendMessage'), SetAsDefault: true };
    await iam.send(new CreatePolicyVersionCommand(version));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'z', PolicyDocument: allow('s3:*') }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'b', PolicyDocument: allow('iam:PassRole') }));
    for (const GroupName of groups.toReversed()) {
      await iam.send(new CreateGroupCommand({ GroupName }));
      await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
    }
    const inGroup = { GroupName: groups[0], PolicyName: 'g', PolicyDocument: allow('ec2:*') };
    await iam.send(new PutGroupPolicyCommand(inGroup));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: groups[1], PolicyArn: secretsArn }));

    const privileges = await readPrivileges({ iam }, { type: 'user', name: UserName }, quick);
    expect(privileges.principal).toEqual({
      type: 'user',
      name: UserName,
      arn: `arn:aws:iam::123456789012:user/apps/${UserName}`,
    });
    expect(privileges.policies).toEqual([
      { name: PolicyName, arn: PolicyArn, group: null, document: allow('sqs:SendMessage') },
      { name: 'b', arn: null, group: null, document: allow('iam:PassRole') },
      { name: 'z', arn: null, group: null, document: allow('s3:*') },
      { name: 'g', arn: null, group: groups[0], document: allow('ec2:*') },
      { name: 'SecretsManagerReadWrite', arn: secretsArn, group: groups[1], document: expect.stringContaining('kms') },
    ]);
    expect(privileges.boundary).toBeNull();
    expect(privileges.accessAdvisor).toEqual({
      notAvailable: expect.stringMatching(/^iam:GenerateServiceLastAccessedDetails: ./),
    });

    const { administrator, grants, services } = comparePrivileges(privileges, []);
    expect(administrator).toBe(false);
    expect(grants.map(({ action }) => action)).toEqual(['iam:PassRole', 'secretsmanager:GetSecretValue']);
    expect(services.granted).toEqual(expect.arrayContaining(['ec2', 'iam', 'kms', 's3', 'secretsmanager', 'sqs']));
  });

  it('of a role, with its boundary', async () => {
    const RoleName = uniquePrefix('role');
    const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: trusting({ Service: 'ec2.amazonaws.com' }),
        PermissionsBoundary: secretsArn,
      }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: administrator }));
    const privileges = await readPrivileges({ iam }, { type: 'role', name: RoleName }, quick);
    expect(privileges.policies.map(({ name }) => name)).toEqual(['AdministratorAccess']);
    expect(privileges.boundary).toMatchObject({ arn: secretsArn, document: expect.stringContaining('secretsmanager') });
    expect(comparePrivileges(privileges, []).administrator).toBe(false);

    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'off', PolicyDocument: denyAll() }));
    const after = await readPrivileges({ iam }, { type: 'role', name: RoleName }, quick);
    expect(after.policies.map(({ name }) => name)).toEqual(['AdministratorAccess', 'off']);
  });
});
