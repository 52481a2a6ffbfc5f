import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awsOrSkip, describeWith, startAws, uniquePrefix } from './index.js';

const region = 'us-east-1';
const responder = { accessKeyId: 'testing', secretAccessKey: 'testing' };

it('keeps an object in the shared endpoint', async (context) => {
  const s3 = new S3Client({ endpoint: awsOrSkip(context), region, credentials: responder, forcePathStyle: true });
  const bucket = uniquePrefix();
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a/b+c d', Body: 'x' }));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  expect(Contents.map((object) => object.Key)).toEqual(['a/b+c d']);
});

describeWith('aws', 'an endpoint that enforces IAM', () => {
  let own: Awaited<ReturnType<typeof startAws>>;
  let admin: IAMClient;
  let key: { accessKeyId: string; secretAccessKey: string };
  let s3: S3Client;
  let sts: STSClient;

  const keyOf = async (UserName: string): Promise<typeof key> => {
    const { AccessKey } = await admin.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  };
  const policy = (Effect: 'Allow' | 'Deny'): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action: '*', Resource: '*' }] });
  const setStatus = (Status: 'Active' | 'Inactive') =>
    admin.send(new UpdateAccessKeyCommand({ UserName: 'leaked', AccessKeyId: key.accessKeyId, Status }));

  beforeAll(async () => {
    own = await startAws();
    admin = new IAMClient({ endpoint: own.endpoint, region, credentials: responder });
    for (const UserName of ['responder', 'leaked']) {
      await admin.send(new CreateUserCommand({ UserName }));
      await admin.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument: policy('Allow') }));
    }
    key = await keyOf('leaked');
    const credentials = await keyOf('responder');
    admin = new IAMClient({ endpoint: own.endpoint, region, credentials });
    s3 = new S3Client({ endpoint: own.endpoint, region, credentials: key, forcePathStyle: true });
    sts = new STSClient({ endpoint: own.endpoint, region, credentials: key });
    await fetch(`${own.endpoint}/moto-api/reset-auth`, {
      method: 'POST',
      body: '0',
      headers: { 'content-type': 'text/plain' },
    });
  });
  afterAll(() => own.stop());

  it('refuses a key that it does not know', async () => {
    const stranger = new STSClient({ endpoint: own.endpoint, region, credentials: responder });
    await expect(stranger.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('takes an allowed key, refuses it while it is inactive, and takes it again', async () => {
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toMatch(/:user\/leaked$/);
    await s3.send(new ListBucketsCommand({}));

    await setStatus('Inactive');
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
      $metadata: { httpStatusCode: 403 },
    });

    await setStatus('Active');
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toMatch(/:user\/leaked$/);
    await s3.send(new ListBucketsCommand({}));
  });

  it('denies all under AWSDenyAll, and no longer when it is detached', async () => {
    const deny = { UserName: 'leaked', PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' };
    await admin.send(new AttachUserPolicyCommand(deny));
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await admin.send(new DetachUserPolicyCommand(deny));
    await s3.send(new ListBucketsCommand({}));
  });

  it('denies all under an inline deny, and no longer when it is deleted', async () => {
    const deny = { UserName: 'leaked', PolicyName: 'deny' };
    await admin.send(new PutUserPolicyCommand({ ...deny, PolicyDocument: policy('Deny') }));
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await admin.send(new DeleteUserPolicyCommand(deny));
    await s3.send(new ListBucketsCommand({}));
  });
});
