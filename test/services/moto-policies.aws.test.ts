import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  EC2Client,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateInstanceProfileCommand,
  DetachUserPolicyCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { allow, type Credentials, denyAll, outcomeOf, trusting } from './credentials.js';
import { EnforcedAws } from './enforced.js';
import { describeWith, uniquePrefix } from './index.js';

const secondsFromNow = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

describeWith('aws', 'policies, where IAM is enforced', () => {
  let aws: EnforcedAws;
  beforeAll(async () => {
    aws = await EnforcedAws.start();
  });
  afterEach(() => aws.restore());
  afterAll(() => aws.stop());

  it.each<[string, string, () => unknown, string]>([
    ['DateLessThan', 'aws:TokenIssueTime', () => secondsFromNow(3600), 'allowed'],
    ['DateGreaterThan', 'aws:CurrentTime', () => secondsFromNow(3600), 'allowed'],
    ['DateLessThan', 'aws:CurrentTime', () => secondsFromNow(3600), 'AccessDenied'],
    ['StringEquals', 'aws:userid', () => 'AIDASOMEBODYELSE', 'allowed'],
    ['StringEquals', 'aws:userid', () => ['AIDASOMEBODYELSE', aws.userId], 'AccessDenied'],
    ['StringNotEquals', 'aws:userid', () => aws.userId, 'allowed'],
    ['ArnLike', 'aws:PrincipalArn', () => 'arn:aws:iam::*:user/other/*', 'allowed'],
    ['ArnLike', 'aws:PrincipalArn', () => 'arn:aws:iam::*:user/apps/*', 'AccessDenied'],
    ['ArnNotLike', 'aws:PrincipalArn', () => aws.userArn, 'allowed'],
    ['StringLike', 'aws:PrincipalArn', () => '*:user/apps/l?aked', 'AccessDenied'],
    ['StringLike', 'aws:PrincipalArn', () => '*:user/apps/l?ked', 'allowed'],
    ['Bool', 'aws:ViaAWSService', () => 'true', 'allowed'],
    ['Bool', 'aws:ViaAWSService', () => 'false', 'AccessDenied'],
    ['BoolIfExists', 'aws:MultiFactorAuthPresent', () => 'false', 'AccessDenied'],
    ['Null', 'aws:TokenIssueTime', () => 'false', 'allowed'],
  ])('a deny with %s of %s (%s): %s', async (operator, name, value, outcome) => {
    await aws.limit(denyAll({ [operator]: { [name]: value() } }));
    expect(await aws.try(aws.key)).toBe(outcome);
  });

  it('a deny needs every condition met, and tells addresses apart', async () => {
    const office = ['192.0.2.0/24', '2001:db8::/32'];
    await aws.limit(denyAll({ NotIpAddress: { 'aws:SourceIp': office }, Bool: { 'aws:ViaAWSService': 'false' } }));
    expect(await aws.try(aws.key, '192.0.2.7')).toBe('allowed');
    expect(await aws.try(aws.key, '2001:db8::7')).toBe('allowed');
    expect(await aws.try(aws.key, '198.51.100.7')).toBe('AccessDenied');
    expect(await aws.try(aws.key)).toBe('AccessDenied');
    await aws.limit(denyAll({ NotIpAddress: { 'aws:SourceIp': office }, Bool: { 'aws:ViaAWSService': 'true' } }));
    expect(await aws.try(aws.key, '198.51.100.7')).toBe('allowed');
    await aws.limit(denyAll({ IpAddress: { 'aws:SourceIp': '127.0.0.1' } }));
    expect(await aws.try(aws.key, '198.51.100.7')).toBe('allowed');
    expect(await aws.try(aws.key)).toBe('AccessDenied');
  });

  it('a trust policy lets in whom it names', async () => {
    const weak = await aws.addUser(uniquePrefix('weak'), allow('s3:*'));
    const { Arn: weakArn } = await aws.sts(weak).send(new GetCallerIdentityCommand({}));
    const tryAssume = async (by: Credentials, trust: string, more: object = {}): Promise<string> => {
      const { arn } = await aws.addRole(trust);
      return outcomeOf(aws.assume(by, arn, more));
    };
    const root = `arn:aws:iam::${aws.account}:root`;
    expect(await tryAssume(aws.key, trusting({ AWS: aws.userArn }))).toBe('allowed');
    expect(await tryAssume(aws.key, trusting({ AWS: root }))).toBe('allowed');
    expect(await tryAssume(aws.key, trusting({ AWS: ['999999999999', aws.account] }))).toBe('allowed');
    expect(await tryAssume(aws.key, trusting('*'))).toBe('allowed');
    expect(await tryAssume(aws.key, trusting({ AWS: weakArn }))).toBe('AccessDenied');
    expect(await tryAssume(aws.key, trusting({ AWS: 'arn:aws:iam::999999999999:root' }))).toBe('AccessDenied');
    expect(await tryAssume(aws.key, trusting({ Service: 'ec2.amazonaws.com' }))).toBe('AccessDenied');
    // Who is named needs no permission of its own; who is of a named account does.
    expect(await tryAssume(weak, trusting({ AWS: weakArn }))).toBe('allowed');
    expect(await tryAssume(weak, trusting({ AWS: root }))).toBe('AccessDenied');
    const external = trusting({ AWS: root }, { Condition: { StringEquals: { 'sts:ExternalId': 'sesame' } } });
    expect(await tryAssume(aws.key, external)).toBe('AccessDenied');
    expect(await tryAssume(aws.key, external, { ExternalId: 'sesame' })).toBe('allowed');
    expect(await outcomeOf(aws.assume(aws.key, `arn:aws:iam::${aws.account}:role/absent`))).toBe('AccessDenied');

    await aws.limit(denyAll());
    expect(await tryAssume(aws.key, trusting({ AWS: aws.userArn }))).toBe('AccessDenied');
  });

  it('one role may assume another until its trust policy is edited', async () => {
    const first = await aws.addRole(trusting({ AWS: aws.userArn }));
    const second = await aws.addRole(trusting({ AWS: first.arn }));
    const session = await aws.assume(aws.key, first.arn);
    expect(await aws.try(await aws.assume(session, second.arn))).toBe('allowed');
    expect(await outcomeOf(aws.assume(aws.key, second.arn))).toBe('AccessDenied');
    const PolicyDocument = trusting({ AWS: aws.userArn });
    await aws.admin.send(new UpdateAssumeRolePolicyCommand({ RoleName: second.name, PolicyDocument }));
    expect(await outcomeOf(aws.assume(session, second.arn))).toBe('AccessDenied');
  });

  it('a service control policy denies in the member account, and not in the management account', async () => {
    const theirs = await aws.addUser('worker', allow('*'), { client: await aws.inMember() });
    const other = await aws.addUser('other', allow('*'), { client: await aws.inMember() });
    const session = await aws.federate(theirs, allow('*'));
    const organizations = new OrganizationsClient(aws.config(aws.adminKey));
    const { Policy } = await organizations.send(
      new CreatePolicyCommand({
        Name: 'lock',
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: denyAll({
          ArnLike: {
            'aws:PrincipalArn': [
              `arn:aws:iam::${aws.member}:user/worker`,
              `arn:aws:sts::${aws.member}:federated-user/guest`,
            ],
          },
        }),
      }),
    );
    const target = { PolicyId: Policy!.PolicySummary!.Id!, TargetId: aws.member };
    const all = () => Promise.all([theirs, session, other, aws.key].map((credentials) => aws.try(credentials)));
    expect(await all()).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
    await organizations.send(new AttachPolicyCommand(target));
    expect(await all()).toEqual(['AccessDenied', 'AccessDenied', 'allowed', 'allowed']);
    await organizations.send(new DetachPolicyCommand(target));
    expect(await all()).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
    const { PolicyId } = target;
    await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: aws.account }));
    expect(await aws.try(aws.key)).toBe('allowed');
  });

  it('a permission for one user, or one policy, is for that alone', async () => {
    const denying = 'arn:aws:iam::aws:policy/AWSDenyAll';
    const only = { Resource: aws.userArn, Condition: { ArnEquals: { 'iam:PolicyARN': denying } } };
    const mender = await aws.addUser(uniquePrefix('mender'), allow('iam:AttachUserPolicy', only));
    const attach = (UserName: string, PolicyArn = denying) =>
      outcomeOf(new IAMClient(aws.config(mender)).send(new AttachUserPolicyCommand({ UserName, PolicyArn })));
    expect(await attach('responder')).toBe('AccessDenied');
    expect(await attach('leaked', 'arn:aws:iam::aws:policy/AdministratorAccess')).toBe('AccessDenied');
    expect(await attach('leaked')).toBe('allowed');
    await aws.admin.send(new DetachUserPolicyCommand({ UserName: 'leaked', PolicyArn: denying }));
  });

  it('refuses in the words of each service', async () => {
    await aws.limit(denyAll());
    const lambda = new LambdaClient(aws.config(aws.key));
    const secrets = new SecretsManagerClient(aws.config(aws.key));
    expect(await outcomeOf(lambda.send(new ListFunctionsCommand({})))).toBe('AccessDeniedException');
    expect(await outcomeOf(secrets.send(new ListSecretsCommand({})))).toBe('AccessDeniedException');
    await aws.setStatus('Inactive');
    expect(await outcomeOf(lambda.send(new ListFunctionsCommand({})))).toBe('UnrecognizedClientException');
    expect(await outcomeOf(secrets.send(new ListSecretsCommand({})))).toBe('UnrecognizedClientException');
    expect(await outcomeOf(new EC2Client(aws.config(aws.key)).send(new DescribeInstancesCommand({})))).toBe(
      'AuthFailure',
    );
  });

  it('shows the instance profile that replaced another', async () => {
    const ec2 = new EC2Client(aws.config(aws.adminKey));
    for (const InstanceProfileName of ['old', 'clean']) {
      await aws.admin.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    }
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-12c6146b',
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: 'old' },
      }),
    );
    const instance = Instances![0]!.InstanceId!;
    const association = async () =>
      (await ec2.send(new DescribeIamInstanceProfileAssociationsCommand({}))).IamInstanceProfileAssociations![0]!;
    const before = (await association()).AssociationId!;
    await ec2.send(
      new ReplaceIamInstanceProfileAssociationCommand({
        AssociationId: before,
        IamInstanceProfile: { Name: 'clean' },
      }),
    );
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
    expect(Reservations![0]!.Instances![0]!.IamInstanceProfile!.Arn).toMatch(/\/clean$/);
    expect((await association()).IamInstanceProfile!.Arn).toMatch(/\/clean$/);
    expect((await association()).AssociationId).not.toBe(before);
  });
});
