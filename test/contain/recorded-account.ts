import { join } from 'node:path';
import {
  AttachUserPolicyCommand,
  DetachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  type StatusType,
  UpdateAccessKeyCommand,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import { DescribeOrganizationCommand } from '@aws-sdk/client-organizations';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { observe } from '../../src/contain/account/observe.js';
import { type ApplyResult, applyPlan } from '../../src/contain/apply.js';
import { createClients } from '../../src/contain/clients.js';
import { identify } from '../../src/contain/identify.js';
import { type Journal, openJournal } from '../../src/contain/journal.js';
import { makePlan, type Plan } from '../../src/contain/plan.js';
import { formatPlan, parsePlan } from '../../src/contain/plan-file.js';
import type { RunOptions } from '../../src/contain/run.js';
import { targetsOf } from '../../src/contain/target.js';
import { type UndoResult, undoPlan } from '../../src/contain/undo.js';
import type { Trace } from '../../src/model/trace.js';
import { accountId, keyId } from './state.js';

/** As AWS answers: an error of that name. */
export const fault = (name: string, message = `${name} by AWS`) => Object.assign(new Error(message), { name });

const created = new Date('2024-01-01T00:00:00Z');

interface Held {
  id: string;
  status: StatusType;
}

/** The user `ci` of account 111122223333, whose answers have the shapes of the documentation. */
export class RecordedAccount {
  readonly clients = createClients({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
  readonly iam = mockClient(this.clients.iam);
  readonly sts = mockClient(this.clients.sts);
  readonly organizations = mockClient(this.clients.organizations);
  readonly ssoAdmin = mockClient(this.clients.ssoAdmin);
  readonly identityStore = mockClient(this.clients.identityStore);
  keys: Held[] = [{ id: keyId, status: 'Active' }];
  serviceCredentials: Held[] = [];
  attached = new Set(['arn:aws:iam::aws:policy/AmazonS3FullAccess']);

  constructor(private readonly directory: string) {
    const { iam, sts, organizations } = this;
    const arn = `arn:aws:sts::${accountId}:assumed-role/responder/ada`;
    sts.on(GetCallerIdentityCommand).resolves({ Account: accountId, UserId: 'AROARESPONDER:ada', Arn: arn });
    sts.on(GetAccessKeyInfoCommand).resolves({ Account: accountId });
    organizations
      .on(DescribeOrganizationCommand)
      .rejects(fault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.'));
    const user = { Path: '/', UserName: 'ci', UserId: 'AIDACI', Arn: `arn:aws:iam::${accountId}:user/ci` };
    iam.on(GetUserCommand).resolves({ User: { ...user, CreateDate: created } });
    iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: 'ci' });
    iam.on(GetLoginProfileCommand).rejects(fault('NoSuchEntityException'));
    iam.on(ListUserPoliciesCommand).resolves({ PolicyNames: [], IsTruncated: false });
    iam.on(ListGroupsForUserCommand).resolves({ Groups: [], IsTruncated: false });
    iam.on(ListSSHPublicKeysCommand).resolves({ SSHPublicKeys: [], IsTruncated: false });
    iam.on(ListSigningCertificatesCommand).resolves({ Certificates: [], IsTruncated: false });
    iam.on(ListMFADevicesCommand).resolves({ MFADevices: [], IsTruncated: false });
    iam.on(GetAccountAuthorizationDetailsCommand).resolves({ IsTruncated: false });
    iam.on(ListAccessKeysCommand).callsFake(() => ({
      AccessKeyMetadata: this.keys.map(({ id, status }) => ({
        UserName: 'ci',
        AccessKeyId: id,
        Status: status,
        CreateDate: created,
      })),
      IsTruncated: false,
    }));
    iam.on(ListAttachedUserPoliciesCommand).callsFake(() => ({
      AttachedPolicies: [...this.attached].map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.split('/').at(-1) })),
      IsTruncated: false,
    }));
    iam.on(ListServiceSpecificCredentialsCommand).callsFake(() => ({
      ServiceSpecificCredentials: this.serviceCredentials.map((held) => this.serviceCredential(held)),
      IsTruncated: false,
    }));
    iam.on(UpdateAccessKeyCommand).callsFake(({ AccessKeyId, Status }) => set(this.keys, AccessKeyId, Status));
    iam
      .on(UpdateServiceSpecificCredentialCommand)
      .callsFake(({ ServiceSpecificCredentialId, Status }) =>
        set(this.serviceCredentials, ServiceSpecificCredentialId, Status),
      );
    iam.on(AttachUserPolicyCommand).callsFake(({ PolicyArn }) => void this.attached.add(PolicyArn));
    iam.on(DetachUserPolicyCommand).callsFake(({ PolicyArn }) => void this.attached.delete(PolicyArn));
  }

  /** One entry of ListServiceSpecificCredentials: a Bedrock API key. */
  serviceCredential({ id, status }: Held) {
    return {
      UserName: 'ci',
      Status: status,
      ServiceUserName: `ci-at-${accountId}`,
      ServiceCredentialAlias: `BedrockAPIKey-${id}`,
      CreateDate: created,
      ServiceSpecificCredentialId: id,
      ServiceName: 'bedrock.amazonaws.com',
    };
  }

  /** As two commands make and read a plan. */
  async plan(request: { keyId?: string | null; principalArn?: string; trace?: Trace } = {}): Promise<Plan> {
    const { clients } = this;
    const { trace = null, principalArn } = request;
    const identity = await identify(clients, {
      keyId: request.keyId === undefined ? keyId : request.keyId,
      trace,
      ...(principalArn === undefined ? {} : { principalArn }),
    });
    const found = targetsOf(identity, trace, null);
    const state = await observe(clients, { identity, targets: found.targets, regions: [] });
    return parsePlan(formatPlan(makePlan(state, { now: new Date(), identity, ...found, trace })));
  }

  journal(plan: Plan): Promise<Journal> {
    return openJournal(join(this.directory, `${plan.planHash}.journal.jsonl`), plan);
  }

  async apply(plan: Plan, options: RunOptions = {}): Promise<ApplyResult> {
    const journal = await this.journal(plan);
    const shared = { delays: [0], watch: { rounds: 2, interval: 0 } };
    try {
      return await applyPlan({ plan, clients: this.clients, journal, options: { ...shared, ...options } });
    } finally {
      await journal.close();
    }
  }

  async undo(plan: Plan, reactivate: string[] = []): Promise<UndoResult> {
    const journal = await this.journal(plan);
    try {
      return await undoPlan({ plan, clients: this.clients, journal, options: { delays: [0], reactivate } });
    } finally {
      await journal.close();
    }
  }

  /** `phase event action` of each entry. */
  async entries(plan: Plan): Promise<string[]> {
    const journal = await this.journal(plan);
    await journal.close();
    return journal.entries.map(({ phase, event, action }) => `${phase} ${event} ${action}`);
  }
}

function set(held: Held[], id: string, status: StatusType): object {
  const found = held.find((each) => each.id === id);
  if (found === undefined) throw fault('NoSuchEntityException');
  found.status = status;
  return {};
}
