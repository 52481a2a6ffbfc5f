import {
  GenerateServiceLastAccessedDetailsCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetServiceLastAccessedDetailsCommand,
  GetUserCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPrivileges } from '../../src/contain/privileges.js';

const arn = 'arn:aws:iam::111122223333:user/ci';
const boundaryArn = 'arn:aws:iam::111122223333:policy/edge';
const document = '{"Version":"2012-10-17","Statement":[]}';
const report = { JobStatus: 'COMPLETED' as const, JobCreationDate: new Date(), JobCompletionDate: new Date() };
const service = (ServiceNamespace: string, more: object = {}) => ({
  ServiceName: ServiceNamespace,
  ServiceNamespace,
  TotalAuthenticatedEntities: 0,
  ...more,
});

// The access advisor and a user's boundary, which the fake AWS lacks.
describe('recorded shapes: privileges of a user', () => {
  const iam = new IAMClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const aws = mockClient(iam);
  const read = (limitMs = 5000) => readPrivileges({ iam }, { type: 'user', name: 'ci' }, { pollMs: 1, limitMs });

  beforeEach(() => {
    aws.reset();
    const User = { Path: '/', UserName: 'ci', UserId: 'AIDACI', Arn: arn, CreateDate: new Date() };
    const PermissionsBoundary = {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
      PermissionsBoundaryArn: boundaryArn,
    };
    aws.on(GetUserCommand).resolves({ User: { ...User, PermissionsBoundary } });
    aws.on(ListAttachedUserPoliciesCommand).resolves({ AttachedPolicies: [] });
    aws.on(ListUserPoliciesCommand).resolves({ PolicyNames: [] });
    aws.on(ListGroupsForUserCommand).resolves({ Groups: [] });
    aws.on(GetPolicyCommand).resolves({ Policy: { DefaultVersionId: 'v3' } });
    aws
      .on(GetPolicyVersionCommand, { PolicyArn: boundaryArn, VersionId: 'v3' })
      .resolves({ PolicyVersion: { Document: encodeURIComponent(document) } });
    aws.on(GenerateServiceLastAccessedDetailsCommand).resolves({ JobId: 'job' });
  });
  afterEach(() => aws.reset());

  it('waits for the report of actions, and reads all its pages', async () => {
    const LastAuthenticated = new Date('2024-05-01T00:00:00Z');
    const TrackedActionsLastAccessed = [
      { ActionName: 'ListBucket' },
      { ActionName: 'GetObject', LastAccessedTime: LastAuthenticated, LastAccessedEntity: arn },
    ];
    const ServicesLastAccessed = [service('s3', { LastAuthenticated, TrackedActionsLastAccessed })];
    aws
      .on(GetServiceLastAccessedDetailsCommand, { JobId: 'job', Marker: undefined })
      .resolvesOnce({ ...report, JobStatus: 'IN_PROGRESS', ServicesLastAccessed: undefined })
      .resolvesOnce({ ...report, JobStatus: 'IN_PROGRESS', ServicesLastAccessed: undefined })
      .resolves({ ...report, ServicesLastAccessed, IsTruncated: true, Marker: 'more' });
    aws
      .on(GetServiceLastAccessedDetailsCommand, { JobId: 'job', Marker: 'more' })
      .resolves({ ...report, ServicesLastAccessed: [service('ec2')], IsTruncated: false });

    expect(await read()).toEqual({
      principal: { type: 'user', name: 'ci', arn },
      policies: [],
      boundary: { arn: boundaryArn, document },
      accessAdvisor: {
        services: [
          { namespace: 'ec2', lastUsed: null, actions: [] },
          {
            namespace: 's3',
            lastUsed: '2024-05-01T00:00:00.000Z',
            actions: [{ name: 'GetObject', lastUsed: '2024-05-01T00:00:00.000Z' }],
          },
        ],
      },
    });
    expect(aws.commandCalls(GenerateServiceLastAccessedDetailsCommand)[0]?.args[0].input).toEqual({
      Arn: arn,
      Granularity: 'ACTION_LEVEL',
    });
  });

  it('says why there is no report, and still tells the rest', async () => {
    const denied = Object.assign(new Error('User ada is not authorized'), { name: 'AccessDenied' });
    aws.on(GenerateServiceLastAccessedDetailsCommand).rejects(denied);
    const { boundary, accessAdvisor } = await read();
    expect(boundary?.arn).toBe(boundaryArn);
    expect(accessAdvisor).toEqual({
      notAvailable: 'iam:GenerateServiceLastAccessedDetails: User ada is not authorized',
    });

    aws.on(GenerateServiceLastAccessedDetailsCommand).resolves({ JobId: 'job' });
    const Error_ = { Message: 'Try later.', Code: 'ServiceFailure' };
    aws
      .on(GetServiceLastAccessedDetailsCommand)
      .resolves({ ...report, JobStatus: 'FAILED', ServicesLastAccessed: undefined, Error: Error_ });
    expect((await read()).accessAdvisor).toEqual({ notAvailable: 'the report failed: Try later.' });
  });

  it('does not wait for ever', async () => {
    aws
      .on(GetServiceLastAccessedDetailsCommand)
      .resolves({ ...report, JobStatus: 'IN_PROGRESS', ServicesLastAccessed: undefined });
    expect((await read(50)).accessAdvisor).toEqual({ notAvailable: 'no report within 0.05 s' });
  });

  it('throws where the user itself can not be read', async () => {
    const gone = Object.assign(new Error('no such user'), { name: 'NoSuchEntityException' });
    aws.on(GetUserCommand).rejects(gone);
    await expect(read()).rejects.toMatchObject({ code: 'aws_failed', message: 'iam:GetUser: no such user' });
    aws.on(GetUserCommand).resolves({ User: undefined });
    aws.on(ListUserPoliciesCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    await expect(read()).rejects.toMatchObject({ code: 'aws_failed', message: 'iam:ListUserPolicies: no' });
  });
});
