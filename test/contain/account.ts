import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateAccountCommand, CreateOrganizationCommand } from '@aws-sdk/client-organizations';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { observe } from '../../src/contain/account/observe.js';
import { type ApplyResult, applyPlan } from '../../src/contain/apply.js';
import type { ContainClients } from '../../src/contain/aws.js';
import { createClients } from '../../src/contain/clients.js';
import { identify } from '../../src/contain/identify.js';
import { type Journal, openJournal } from '../../src/contain/journal.js';
import { makePlan, type Plan, type PlanOptions } from '../../src/contain/plan.js';
import { formatPlan, parsePlan } from '../../src/contain/plan-file.js';
import type { ActionProgress, RunOptions } from '../../src/contain/run.js';
import { targetsOf } from '../../src/contain/target.js';
import { type UndoOptions, type UndoResult, undoPlan } from '../../src/contain/undo.js';
import type { Trace } from '../../src/model/trace.js';
import { assumeRole, tryBuckets, withHeader } from '../services/credentials.js';
import { startAws, uniquePrefix } from '../services/index.js';
import { dumpAccount, dumpUser } from './dump.js';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** A user whose key leaked. */
export interface Leaked extends Credentials {
  userName: string;
  /** Uses the key as an attacker does: the error's name, or `allowed`. */
  tryKey(): Promise<string>;
}

const region = 'us-east-1';

export interface PlanChoices extends Partial<Omit<PlanOptions, 'identity' | 'targets' | 'notCovered' | 'trace'>> {
  trace?: Trace | null;
  principalArn?: string;
  clients?: ContainClients;
}

/** An AWS account with IAM enforced, and a directory for plans. */
export class Account {
  readonly secrets: string[] = [];
  /** Of the accounts beside it, where it was started with some. */
  memberIds: string[] = [];

  private constructor(
    private readonly aws: Awaited<ReturnType<typeof startAws>>,
    readonly directory: string,
    /** An administrator. */
    public responder: ContainClients,
  ) {}

  /** `members`: in an organization, with so many other accounts. */
  static async start({ members = 0 } = {}): Promise<Account> {
    const aws = await startAws();
    const directory = await mkdtemp(join(tmpdir(), 'keytrail-contain-'));
    const first = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const account = new Account(aws, directory, clientsOf(aws.endpoint, first));
    const administrator = await account.addUser('responder', ['*']);
    account.responder = account.clients(administrator);
    if (members > 0) await account.responder.organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    for (let n = 1; n <= members; n++)
      account.memberIds.push(await openMember(account.responder, clientsOf(aws.endpoint, first), `app-${n}`));
    await fetch(`${aws.endpoint}/moto-api/reset-auth`, {
      method: 'POST',
      body: '0',
      headers: { 'content-type': 'text/plain' },
    });
    return account;
  }

  async stop(): Promise<void> {
    await this.aws.stop();
    await rm(this.directory, { recursive: true });
  }

  get endpoint(): string {
    return this.aws.endpoint;
  }

  clients(credentials: Credentials): ContainClients {
    return clientsOf(this.aws.endpoint, credentials);
  }

  async addUser(UserName: string, actions: string[]): Promise<Credentials> {
    const { iam } = this.responder;
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
    });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'work', PolicyDocument }));
    return this.addKey(UserName);
  }

  async addKey(UserName: string): Promise<Credentials> {
    const { AccessKey } = await this.responder.iam.send(new CreateAccessKeyCommand({ UserName }));
    this.secrets.push(AccessKey!.SecretAccessKey!);
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  async leak(): Promise<Leaked> {
    const userName = uniquePrefix('ci');
    const credentials = await this.addUser(userName, ['s3:*']);
    const s3 = new S3Client({ endpoint: this.aws.endpoint, region, credentials, forcePathStyle: true });
    const tryKey = () =>
      s3.send(new ListBucketsCommand({})).then(
        () => 'allowed',
        (error: Error) => error.name,
      );
    return { userName, ...credentials, tryKey };
  }

  /**
   * A responder in a member account, who has the organization's policies from the management account, and a user there
   * whose key leaked.
   */
  async inMember(accountId = this.memberIds[0]): Promise<{ clients: ContainClients; leaked: Leaked }> {
    const session = await assumeRole(
      this.aws.endpoint,
      await this.addUser(uniquePrefix('admin'), ['*']),
      `arn:aws:iam::${accountId}:role/${accessRole}`,
    );
    const member = this.clients(session);
    const { organizations } = this.responder;
    const userName = uniquePrefix('ci');
    await member.iam.send(new CreateUserCommand({ UserName: userName }));
    const { AccessKey } = await member.iam.send(new CreateAccessKeyCommand({ UserName: userName }));
    const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
    const leaked = { userName, ...credentials, tryKey: () => tryBuckets(this.aws.endpoint, credentials) };
    return { clients: { ...member, organizations }, leaked };
  }

  /** Clients of another administrator, free to be tampered with. */
  async anotherResponder(): Promise<ContainClients> {
    return this.clients(await this.addUser(uniquePrefix('admin'), ['*']));
  }

  /** As two commands make and read a plan. Without a trace nobody looked at the logs. */
  async plan({ accessKeyId }: { accessKeyId: string }, options: PlanChoices = {}): Promise<Plan> {
    const { trace = null, since = null, regions = [region], clients = this.responder, principalArn, ...more } = options;
    const keyId = accessKeyId === '' ? null : accessKeyId;
    const identity = await identify(clients, { keyId, trace, ...(principalArn ? { principalArn } : {}) });
    const { targets, notCovered } = targetsOf(identity, trace, since);
    const state = await observe(clients, { identity, targets, regions });
    const made = makePlan(state, { now: new Date(), identity, targets, notCovered, since, regions, trace, ...more });
    return parsePlan(formatPlan(made));
  }

  async apply(plan: Plan, options: RunOptions = {}, clients = this.responder): Promise<ApplyResult> {
    const shared = { delays: [0], watch: { rounds: 2, interval: 0 } };
    return this.withJournal(plan, (journal) =>
      applyPlan({ plan, clients, journal, options: { ...shared, ...options } }),
    );
  }

  async undo(
    plan: Plan,
    options: UndoOptions = {},
    onProgress: (progress: ActionProgress) => void = () => undefined,
    clients = this.responder,
  ): Promise<UndoResult> {
    const delays = [0];
    return this.withJournal(plan, (journal) =>
      undoPlan({ plan, clients, journal, options: { delays, ...options }, onProgress }),
    );
  }

  async attach(UserName: string, PolicyArn: string): Promise<void> {
    await this.responder.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  }

  async putInline(UserName: string, PolicyName: string, PolicyDocument: string): Promise<void> {
    await this.responder.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  }

  /** One user, or all that containment can touch. */
  async dump(only?: Leaked): Promise<unknown> {
    return only === undefined ? dumpAccount(this.responder) : dumpUser(this.responder.iam, only.userName);
  }

  async attached(UserName: string): Promise<string[]> {
    const { AttachedPolicies = [] } = await this.responder.iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    return AttachedPolicies.map(({ PolicyName }) => PolicyName!);
  }

  async keyStatus({ userName, accessKeyId }: Leaked): Promise<string | undefined> {
    const { AccessKeyMetadata } = await this.responder.iam.send(new ListAccessKeysCommand({ UserName: userName }));
    return AccessKeyMetadata?.find((key) => key.AccessKeyId === accessKeyId)?.Status;
  }

  journalPath(plan: Plan): string {
    return join(this.directory, `${plan.planHash}.journal.jsonl`);
  }

  async journalText(plan: Plan): Promise<string> {
    return readFile(this.journalPath(plan), 'utf8');
  }

  /** Runs something with the plan's journal open, as one command does. */
  async withJournal<T>(plan: Plan, run: (journal: Journal) => Promise<T>): Promise<T> {
    const journal = await openJournal(this.journalPath(plan), plan);
    try {
      return await run(journal);
    } finally {
      await journal.close();
    }
  }
}

const accessRole = 'OrganizationAccountAccessRole';

/** Another account of the organization. Unlike AWS, moto gives the role that it makes there no permissions. */
async function openMember({ organizations }: ContainClients, there: ContainClients, AccountName: string) {
  const made = await organizations.send(new CreateAccountCommand({ AccountName, Email: `${AccountName}@example.com` }));
  const accountId = made.CreateAccountStatus!.AccountId!;
  there.iam.middlewareStack.add(withHeader('x-moto-account-id', accountId), { step: 'build' });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await there.iam.send(new AttachRolePolicyCommand({ RoleName: accessRole, PolicyArn }));
  return accountId;
}

export function outcomes(result: { actions: { outcome: string }[] }): string[] {
  return result.actions.map(({ outcome }) => outcome);
}

function clientsOf(endpoint: string, credentials: Credentials): ContainClients {
  return createClients({ endpoint, region, credentials, maxAttempts: 1 });
}
