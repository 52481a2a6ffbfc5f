import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { allow, denyAll, outcomeOf, trusting } from './credentials.js';
import { EnforcedAws } from './enforced.js';
import { describeWith, uniquePrefix } from './index.js';

const secondsFromNow = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

describeWith('aws', 'sessions, where IAM is enforced', () => {
  let aws: EnforcedAws;
  beforeAll(async () => {
    aws = await EnforcedAws.start();
  });
  afterEach(() => aws.restore());
  afterAll(() => aws.stop());

  it('GetSessionToken gives the user itself: past deactivation, not past a deny, never IAM', async () => {
    const [one, two] = [await aws.sessionToken(aws.key), await aws.sessionToken(aws.key)];
    expect(one.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(new Set([one.accessKeyId, two.accessKeyId]).size).toBe(2);
    expect(new Set([one.secretAccessKey, two.secretAccessKey]).size).toBe(2);
    expect(await aws.sts(one).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: aws.userArn,
      UserId: aws.userId,
    });
    expect(await outcomeOf(new IAMClient(aws.config(one)).send(new ListUsersCommand({})))).toBe('AccessDenied');
    expect(await outcomeOf(new IAMClient(aws.config(aws.key)).send(new ListUsersCommand({})))).toBe('allowed');
    expect(await aws.try({ ...one, sessionToken: two.sessionToken! })).toBe('InvalidToken');
    expect(await aws.try({ ...one, secretAccessKey: two.secretAccessKey })).toBe('SignatureDoesNotMatch');

    await aws.setStatus('Inactive');
    expect([await aws.try(aws.key), await aws.try(one)]).toEqual(['InvalidAccessKeyId', 'allowed']);
    await expect(aws.sessionToken(aws.key)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(aws.sessionToken(one)).rejects.toMatchObject({ name: 'AccessDenied' });
    await aws.limit(denyAll());
    expect(await aws.try(one)).toBe('AccessDenied');
  });

  it('GetFederationToken gives what both the user and the policy allow: likewise', async () => {
    const session = await aws.federate(aws.key, allow('*'));
    expect(await aws.sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:sts::${aws.account}:federated-user/guest`,
      UserId: `${aws.account}:guest`,
    });
    expect(await aws.try(session)).toBe('allowed');
    expect(await aws.try(await aws.federate(aws.key))).toBe('AccessDenied');
    expect(await aws.try(await aws.federate(aws.key, allow('ec2:*')))).toBe('AccessDenied');
    expect(await outcomeOf(new EC2Client(aws.config(session)).send(new DescribeInstancesCommand({})))).toBe(
      'UnauthorizedOperation',
    );

    await aws.setStatus('Inactive');
    expect([await aws.try(aws.key), await aws.try(session)]).toEqual(['InvalidAccessKeyId', 'allowed']);
    await aws.limit(denyAll({ ArnLike: { 'aws:PrincipalArn': aws.userArn } }));
    expect(await aws.try(session)).toBe('allowed');
    await aws.limit(denyAll({ ArnLike: { 'aws:PrincipalArn': `arn:aws:sts::${aws.account}:federated-user/guest` } }));
    expect(await aws.try(session)).toBe('AccessDenied');
    await aws.limit(denyAll());
    expect(await aws.try(session)).toBe('AccessDenied');
  });

  it('the sessions of a user end with the user', async () => {
    const UserName = uniquePrefix('gone');
    const session = await aws.sessionToken(await aws.addUser(UserName, allow('*')));
    expect(await aws.try(session)).toBe('allowed');
    await aws.admin.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'work' }));
    expect(await aws.try(session)).toBe('AccessDenied');
    await aws.admin.send(new DeleteUserCommand({ UserName }));
    expect(await aws.try(session)).toBe('InvalidAccessKeyId');
  });

  it('a deny by TokenIssueTime on a role ends the sessions before it, and none after', async () => {
    const { name: RoleName, arn } = await aws.addRole(trusting({ AWS: aws.userArn }));
    const old = await aws.assume(aws.key, arn);
    const olderThan = (time: string) =>
      aws.admin.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: 'revoke',
          PolicyDocument: denyAll({ DateLessThan: { 'aws:TokenIssueTime': time } }),
        }),
      );
    await olderThan(secondsFromNow(-3600));
    expect(await aws.try(old)).toBe('allowed');
    await olderThan(secondsFromNow(1));
    expect(await aws.try(old)).toBe('AccessDenied');
    const late = expect.poll(async () => aws.try(await aws.assume(aws.key, arn)), { timeout: 10_000 });
    await late.toBe('allowed');
    expect(await aws.try(old)).toBe('AccessDenied');
    expect(await aws.try(aws.key)).toBe('allowed');
  });

  it('a deny by aws:userid on a role ends the one session', async () => {
    const { name: RoleName, arn } = await aws.addRole(trusting({ AWS: aws.userArn }));
    const [one, two] = [
      await aws.assume(aws.key, arn, { RoleSessionName: 'one' }),
      await aws.assume(aws.key, arn, { RoleSessionName: 'two' }),
    ];
    const { UserId } = await aws.sts(one).send(new GetCallerIdentityCommand({}));
    await aws.admin.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: 'revoke',
        PolicyDocument: denyAll({ StringEquals: { 'aws:userid': UserId } }),
      }),
    );
    expect([await aws.try(one), await aws.try(two)]).toEqual(['AccessDenied', 'allowed']);
  });

  it('a session policy limits a session of a role', async () => {
    const { arn } = await aws.addRole(trusting({ AWS: aws.userArn }));
    expect(await aws.try(await aws.assume(aws.key, arn, { Policy: allow('s3:List*') }))).toBe('allowed');
    expect(await aws.try(await aws.assume(aws.key, arn, { Policy: allow('s3:Get*') }))).toBe('AccessDenied');
  });

  it('GetAccessKeyInfo tells the account of keys and of sessions', async () => {
    const theirs = await aws.addUser(uniquePrefix('theirs'), allow('*'), { client: await aws.inMember() });
    const info = async (AccessKeyId: string) =>
      (await aws.sts(aws.adminKey).send(new GetAccessKeyInfoCommand({ AccessKeyId }))).Account;
    expect(await info(aws.key.accessKeyId)).toBe(aws.account);
    expect(await info(theirs.accessKeyId)).toBe(aws.member);
    expect(await info((await aws.sessionToken(theirs)).accessKeyId)).toBe(aws.member);
    const fromThere = aws.sts(theirs).send(new GetAccessKeyInfoCommand({ AccessKeyId: aws.key.accessKeyId }));
    expect((await fromThere).Account).toBe(aws.account);
  });
});
