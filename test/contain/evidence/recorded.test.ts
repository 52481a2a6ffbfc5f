import { createHash } from 'node:crypto';
import {
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  IAMClient,
  ListServiceSpecificCredentialsCommand,
} from '@aws-sdk/client-iam';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createClients } from '../../../src/contain/clients.js';
import { bucketSink } from '../../../src/contain/evidence/bucket.js';
import { type CollectOptions, collectEvidence } from '../../../src/contain/evidence/collect.js';

const region = 'us-east-1';
const account = '111122223333';
const keyId = 'AKIAIOSFODNN7EXAMPLE';
const boundary = `arn:aws:iam::${account}:policy/edge`;

/** As IAM answers: an error of that name. */
const fault = (name: string, attempts = 1) =>
  Object.assign(new Error(`${name} by AWS`), { name, $metadata: { attempts } });

class Files {
  readonly location = 'memory';
  readonly texts = new Map<string, string>();
  async put(name: string, content: Buffer): Promise<void> {
    this.texts.set(name, content.toString('utf8'));
  }
  json(name: string) {
    return JSON.parse(this.texts.get(name) ?? 'null');
  }
}

describe('recorded shapes: what moto does not answer as AWS does', () => {
  const clients = createClients({ region, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
  const iam = mockClient(IAMClient);
  const sts = mockClient(STSClient);
  const s3 = mockClient(S3Client);
  let files: Files;

  beforeEach(() => {
    for (const mock of [iam, sts, s3]) mock.reset();
    files = new Files();
    sts
      .on(GetCallerIdentityCommand)
      .resolves({ Account: account, UserId: 'AROA:me', Arn: `arn:aws:sts::${account}:assumed-role/responder/me` })
      .on(GetAccessKeyInfoCommand)
      .resolves({ Account: account });
    iam.onAnyCommand().resolves({});
    iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: 'ci' });
    iam.on(GenerateCredentialReportCommand).resolves({ State: 'COMPLETE' });
    iam.on(GetCredentialReportCommand).resolves({ Content: Buffer.from('user,arn\nci,…\n') });
  });

  const collect = (options: Partial<CollectOptions> = {}) =>
    collectEvidence({
      clients,
      keyId,
      principal: null,
      answers: null,
      sink: files,
      version: '0.0.0',
      now: () => new Date('2026-03-01T00:00:00Z'),
      delays: [0, 0, 0],
      ...options,
    });

  test('documents come URL-encoded and are kept decoded; a boundary has its document too', async () => {
    const Document = encodeURIComponent('{"Statement": []}\n');
    iam.on(GetUserCommand).resolves({
      User: {
        Path: '/',
        UserName: 'ci',
        UserId: 'AIDA',
        Arn: `arn:aws:iam::${account}:user/ci`,
        CreateDate: new Date(0),
        PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: boundary },
      },
    });
    iam.on(GetPolicyCommand, { PolicyArn: boundary }).resolves({ Policy: { Arn: boundary, DefaultVersionId: 'v3' } });
    iam
      .on(GetPolicyVersionCommand, { PolicyArn: boundary, VersionId: 'v3' })
      .resolves({ PolicyVersion: { VersionId: 'v3', Document } });
    const apiKey = (ServiceSpecificCredentialId: string) => ({
      UserName: 'ci',
      Status: 'Active' as const,
      CreateDate: new Date(0),
      ServiceName: 'bedrock.amazonaws.com',
      ServiceSpecificCredentialId,
    });
    iam
      .on(ListServiceSpecificCredentialsCommand, { Marker: undefined })
      .resolves({ ServiceSpecificCredentials: [apiKey('ACCA1234567890EXAMPLE')], IsTruncated: true, Marker: 'next' })
      .on(ListServiceSpecificCredentialsCommand, { Marker: 'next' })
      .resolves({ ServiceSpecificCredentials: [apiKey('ACCA2234567890EXAMPLE')], IsTruncated: false });
    const { missing } = await collect();
    expect(missing).toEqual([]);
    expect(files.json('principal/user.json')).toMatchObject({ CreateDate: '1970-01-01T00:00:00.000Z' });
    expect(files.json('principal/policy-documents.json')).toEqual([
      { Arn: boundary, DefaultVersion: { Document: '{"Statement": []}\n', VersionId: 'v3' }, DefaultVersionId: 'v3' },
    ]);
    expect(files.json('principal/service-specific-credentials.json')).toMatchObject([
      { ServiceSpecificCredentialId: 'ACCA1234567890EXAMPLE' },
      { ServiceSpecificCredentialId: 'ACCA2234567890EXAMPLE' },
    ]);
  });

  test('all pages of the account are read, whatever order they come in', async () => {
    const user = (UserName: string) => ({ UserName, Arn: `arn:aws:iam::${account}:user/${UserName}` });
    iam
      .on(GetAccountAuthorizationDetailsCommand, { Marker: undefined })
      .resolves({ UserDetailList: [user('zoe')], IsTruncated: true, Marker: 'next' })
      .on(GetAccountAuthorizationDetailsCommand, { Marker: 'next' })
      .resolves({ UserDetailList: [user('ann')], IsTruncated: false });
    await collect();
    const { UserDetailList } = files.json('account/authorization-details.json');
    expect(UserDetailList.map((one: { UserName: string }) => one.UserName)).toEqual(['ann', 'zoe']);
  });

  test('a report that takes its time is waited for, and one that takes too long is missing', async () => {
    iam
      .on(GenerateCredentialReportCommand)
      .resolvesOnce({ State: 'STARTED' })
      .resolvesOnce({ State: 'INPROGRESS' })
      .resolves({ State: 'COMPLETE' });
    expect((await collect()).missing).toEqual([]);
    expect(files.texts.get('account/credential-report.csv')).toBe('user,arn\nci,…\n');

    iam.on(GenerateCredentialReportCommand).resolves({ State: 'INPROGRESS' });
    files = new Files();
    const { missing } = await collect();
    expect(missing).toMatchObject([{ piece: 'account/credential-report.csv', kind: 'failed' }]);
    expect(files.texts.has('account/credential-report.csv')).toBe(false);
  });

  test('what is throttled or refused is missing with its reason, in the manifest that is written', async () => {
    iam.on(GetAccountSummaryCommand).rejects(fault('ThrottlingException'));
    iam.on(GetUserCommand).rejects(fault('AccessDenied'));
    const { missing } = await collect();
    expect(missing).toMatchObject([
      { piece: 'account/summary.json', kind: 'failed', permission: 'iam:GetAccountSummary' },
      { piece: 'principal/user.json', kind: 'denied', permission: 'iam:GetUser' },
    ]);
    expect(files.json('manifest.json').missing).toEqual(missing);
  });

  test('credentials that expire half way end it without a manifest', async () => {
    iam.on(GetAccountSummaryCommand).rejects(fault('ExpiredToken'));
    await expect(collect()).rejects.toMatchObject({ code: 'no_credentials' });
    expect(files.texts.has('manifest.json')).toBe(false);
  });

  test("root's key, another account's key and a temporary one", async () => {
    iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: '<root_account>' });
    expect((await collect()).manifest.principal).toBe(`arn:aws:iam::${account}:root`);
    expect((await collect({ keyId: 'ASIAIOSFODNN7EXAMPLE' })).missing).toMatchObject([
      { piece: 'principal/', kind: 'not-asked' },
    ]);
    sts.on(GetAccessKeyInfoCommand).resolves({ Account: '999999999999' });
    await expect(collect()).rejects.toMatchObject({ code: 'guard_refused' });
  });

  test('an upload whose answer was lost is known again; anything else in its place is not written over', async () => {
    const content = Buffer.from('{}');
    const ChecksumSHA256 = createHash('sha256').update(content).digest('base64');
    const sink = await bucketSink({ s3: new S3Client({ region }), bucket: 'b', prefix: 'p', lock: null });
    s3.on(PutObjectCommand).rejects(fault('PreconditionFailed', 2));
    s3.on(HeadObjectCommand).resolves({ ChecksumSHA256 });
    await expect(sink.put('caller.json', content)).resolves.toBeUndefined();
    await expect(sink.put('caller.json', Buffer.from('[]'))).rejects.toMatchObject({ code: 'usage' });
    s3.on(PutObjectCommand).rejects(fault('PreconditionFailed', 1));
    await expect(sink.put('caller.json', content)).rejects.toMatchObject({ code: 'usage' });
  });
});
