import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { CreateAccountCommand, CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { STSClient } from '@aws-sdk/client-sts';
import {
  allow,
  assumeRole,
  type Credentials,
  configOf,
  denyAll,
  getFederationToken,
  getSessionToken,
  tryBuckets,
  withHeader,
} from './credentials.js';
import { startAws, uniquePrefix } from './index.js';

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** An endpoint of the test's own that enforces IAM: an organization, its member account, and a user to be denied. */
export class EnforcedAws {
  readonly account = '123456789012';
  readonly userArn = `arn:aws:iam::${this.account}:user/apps/leaked`;
  member = '';
  userId = '';
  /** Of an administrator of the management account. */
  adminKey: Credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  /** Of the user `leaked`, who may use S3 and STS, and look at users. */
  key = this.adminKey;

  private constructor(private readonly own: Awaited<ReturnType<typeof startAws>>) {}

  static async start(): Promise<EnforcedAws> {
    const aws = new EnforcedAws(await startAws());
    await aws.openMember();
    aws.adminKey = await aws.addUser('responder', allow('*'));
    aws.key = await aws.addUser('leaked', allow(['s3:*', 'sts:*', 'iam:ListUsers', 'iam:GetUser']), { Path: '/apps/' });
    aws.userId = (await aws.admin.send(new GetUserCommand({ UserName: 'leaked' }))).User!.UserId!;
    await fetch(`${aws.endpoint}/moto-api/reset-auth`, {
      method: 'POST',
      body: '0',
      headers: { 'content-type': 'text/plain' },
    });
    return aws;
  }

  stop(): Promise<void> {
    return this.own.stop();
  }

  get endpoint(): string {
    return this.own.endpoint;
  }

  get admin(): IAMClient {
    return new IAMClient(this.config(this.adminKey));
  }

  config(credentials: Credentials) {
    return configOf(this.endpoint, credentials);
  }

  sts(credentials: Credentials): STSClient {
    return new STSClient(this.config(credentials));
  }

  /** Lists buckets: `allowed`, or the error's name. */
  try(credentials: Credentials, from?: string): Promise<string> {
    return tryBuckets(this.endpoint, credentials, from);
  }

  assume(by: Credentials, arn: string, more: object = {}): Promise<Credentials> {
    return assumeRole(this.endpoint, by, arn, more);
  }

  sessionToken(by: Credentials): Promise<Credentials> {
    return getSessionToken(this.endpoint, by);
  }

  federate(by: Credentials, policy?: string): Promise<Credentials> {
    return getFederationToken(this.endpoint, by, policy);
  }

  /** Puts a policy on the user `leaked`, in place of the one before. */
  async limit(PolicyDocument: string): Promise<void> {
    await this.admin.send(new PutUserPolicyCommand({ UserName: 'leaked', PolicyName: 'limit', PolicyDocument }));
  }

  async setStatus(Status: 'Active' | 'Inactive'): Promise<void> {
    await this.admin.send(
      new UpdateAccessKeyCommand({ UserName: 'leaked', AccessKeyId: this.key.accessKeyId, Status }),
    );
  }

  /** The user `leaked` and its key as they were. */
  async restore(): Promise<void> {
    await this.limit(denyAll({ Null: { 'aws:PrincipalArn': 'true' } }));
    await this.setStatus('Active');
  }

  async addUser(
    UserName: string,
    PolicyDocument: string,
    { Path = '/', client = this.admin } = {},
  ): Promise<Credentials> {
    await client.send(new CreateUserCommand({ UserName, Path }));
    await client.send(new PutUserPolicyCommand({ UserName, PolicyName: 'work', PolicyDocument }));
    const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  /** A role that may do all. */
  async addRole(AssumeRolePolicyDocument: string): Promise<{ name: string; arn: string }> {
    const RoleName = uniquePrefix('role');
    await this.admin.send(new CreateRoleCommand({ RoleName, Path: '/team/', AssumeRolePolicyDocument }));
    await this.admin.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: administrator }));
    return { name: RoleName, arn: `arn:aws:iam::${this.account}:role/team/${RoleName}` };
  }

  /** An administrator in the member account. */
  async inMember(): Promise<IAMClient> {
    const arn = `arn:aws:iam::${this.member}:role/OrganizationAccountAccessRole`;
    return new IAMClient(this.config(await this.assume(this.adminKey, arn)));
  }

  private async openMember(): Promise<void> {
    const organizations = new OrganizationsClient(this.config(this.adminKey));
    await organizations.send(new CreateOrganizationCommand({}));
    const command = new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' });
    this.member = (await organizations.send(command)).CreateAccountStatus!.AccountId!;
    const there = this.admin;
    there.middlewareStack.add(withHeader('x-moto-account-id', this.member), { step: 'build' });
    // Unlike AWS, moto gives the role that it makes in a new account no permissions.
    await there.send(
      new AttachRolePolicyCommand({ RoleName: 'OrganizationAccountAccessRole', PolicyArn: administrator }),
    );
  }
}
