import { randomBytes } from 'node:crypto';
import { ModifyInstanceMetadataOptionsCommand, ReplaceIamInstanceProfileAssociationCommand } from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import { CreateGroupMembershipCommand, DeleteGroupMembershipCommand } from '@aws-sdk/client-identitystore';
import { DeleteFunctionConcurrencyCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import * as organizations from '@aws-sdk/client-organizations';
import { CreateAccountAssignmentCommand, DeleteAccountAssignmentCommand } from '@aws-sdk/client-sso-admin';
import { KeytrailError } from '../errors.js';
import { findMembership } from './account/identity-center.js';
import { readAssociation } from './account/instance.js';
import { findScp } from './account/organization.js';
import { ask, type ContainClients } from './aws.js';

/**
 * A request that changes the account, as data: what a plan shows and the journal records. Never holds a secret.
 * Where AWS wants an id that is not known before, `input` has the name and `send` looks the id up.
 */
export interface ApiCall {
  /** As in the names of IAM actions: iam, ec2, organizations, sso, identitystore, lambda. */
  service: string;
  call: string;
  /** Absent for what is the same in every Region. */
  region?: string;
  input: Record<string, string>;
}

/** The inputs of a call, each a text that is not empty unless it says so. */
type Inputs = (name: string) => string;
type Send = (clients: ContainClients, input: Inputs, call: ApiCall) => Promise<unknown>;

/** A request of IAM whose input is the call's own. */
function plain(Command: new (input: never) => object, ...names: string[]): Send {
  return (clients, input) => {
    const members = Object.fromEntries(names.map((name) => [name, input(name)]));
    return clients.iam.send(new Command(members as never) as never);
  };
}

/** A request about a service control policy, which a plan knows by its name. */
function ofScp(Command: new (input: never) => object, ...names: string[]): Send {
  return async (clients, input) => {
    const members = Object.fromEntries(names.map((name) => [name, input(name)]));
    const PolicyId = await scpIdOf(clients, input('Name'));
    return clients.organizations.send(new Command({ PolicyId, ...members } as never) as never);
  };
}

/** Every request that can change an account. What is not here can't be sent, whatever a plan file says. */
const sends: ReadonlyMap<string, Send> = new Map<string, Send>([
  ['iam:AttachUserPolicy', plain(iam.AttachUserPolicyCommand, 'UserName', 'PolicyArn')],
  ['iam:DetachUserPolicy', plain(iam.DetachUserPolicyCommand, 'UserName', 'PolicyArn')],
  ['iam:PutUserPolicy', plain(iam.PutUserPolicyCommand, 'UserName', 'PolicyName', 'PolicyDocument')],
  ['iam:DeleteUserPolicy', plain(iam.DeleteUserPolicyCommand, 'UserName', 'PolicyName')],
  ['iam:UpdateAccessKey', plain(iam.UpdateAccessKeyCommand, 'UserName', 'AccessKeyId', 'Status')],
  ['iam:UpdateSSHPublicKey', plain(iam.UpdateSSHPublicKeyCommand, 'UserName', 'SSHPublicKeyId', 'Status')],
  ['iam:UpdateSigningCertificate', plain(iam.UpdateSigningCertificateCommand, 'UserName', 'CertificateId', 'Status')],
  [
    'iam:UpdateServiceSpecificCredential',
    plain(iam.UpdateServiceSpecificCredentialCommand, 'UserName', 'ServiceSpecificCredentialId', 'Status'),
  ],
  ['iam:DeleteLoginProfile', plain(iam.DeleteLoginProfileCommand, 'UserName')],
  ['iam:CreateLoginProfile', createLoginProfile],
  ['iam:DeactivateMFADevice', plain(iam.DeactivateMFADeviceCommand, 'UserName', 'SerialNumber')],
  ['iam:UpdateAssumeRolePolicy', plain(iam.UpdateAssumeRolePolicyCommand, 'RoleName', 'PolicyDocument')],
  ['iam:AttachRolePolicy', plain(iam.AttachRolePolicyCommand, 'RoleName', 'PolicyArn')],
  ['iam:DetachRolePolicy', plain(iam.DetachRolePolicyCommand, 'RoleName', 'PolicyArn')],
  ['iam:PutRolePolicy', plain(iam.PutRolePolicyCommand, 'RoleName', 'PolicyName', 'PolicyDocument')],
  ['iam:DeleteRolePolicy', plain(iam.DeleteRolePolicyCommand, 'RoleName', 'PolicyName')],
  ['iam:CreateRole', createRole],
  ['iam:DeleteRole', plain(iam.DeleteRoleCommand, 'RoleName')],
  ['iam:CreateInstanceProfile', plain(iam.CreateInstanceProfileCommand, 'InstanceProfileName')],
  ['iam:DeleteInstanceProfile', plain(iam.DeleteInstanceProfileCommand, 'InstanceProfileName')],
  ['iam:AddRoleToInstanceProfile', plain(iam.AddRoleToInstanceProfileCommand, 'InstanceProfileName', 'RoleName')],
  [
    'iam:RemoveRoleFromInstanceProfile',
    plain(iam.RemoveRoleFromInstanceProfileCommand, 'InstanceProfileName', 'RoleName'),
  ],
  ['iam:DeleteOpenIDConnectProvider', plain(iam.DeleteOpenIDConnectProviderCommand, 'OpenIDConnectProviderArn')],
  ['iam:CreateOpenIDConnectProvider', createOidcProvider],
  ['iam:DeleteSAMLProvider', plain(iam.DeleteSAMLProviderCommand, 'SAMLProviderArn')],
  ['iam:CreateSAMLProvider', createSamlProvider],
  ['ec2:ReplaceIamInstanceProfileAssociation', replaceInstanceProfile],
  [
    'ec2:ModifyInstanceMetadataOptions',
    (clients, input, call) =>
      clients.in(regionOf(call)).ec2.send(
        new ModifyInstanceMetadataOptionsCommand({
          InstanceId: input('InstanceId'),
          HttpTokens: input('HttpTokens') === 'optional' ? 'optional' : 'required',
        }),
      ),
  ],
  [
    'lambda:PutFunctionConcurrency',
    (clients, input, call) =>
      clients.in(regionOf(call)).lambda.send(
        new PutFunctionConcurrencyCommand({
          FunctionName: input('FunctionName'),
          ReservedConcurrentExecutions: Number(input('ReservedConcurrentExecutions')),
        }),
      ),
  ],
  [
    'lambda:DeleteFunctionConcurrency',
    (clients, input, call) =>
      clients
        .in(regionOf(call))
        .lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: input('FunctionName') })),
  ],
  [
    'organizations:CreatePolicy',
    (clients, input) =>
      clients.organizations.send(
        new organizations.CreatePolicyCommand({
          Name: input('Name'),
          Content: input('Content'),
          Description: input('Description'),
          Type: 'SERVICE_CONTROL_POLICY',
        }),
      ),
  ],
  ['organizations:UpdatePolicy', ofScp(organizations.UpdatePolicyCommand, 'Content')],
  ['organizations:DeletePolicy', ofScp(organizations.DeletePolicyCommand)],
  ['organizations:AttachPolicy', ofScp(organizations.AttachPolicyCommand, 'TargetId')],
  ['organizations:DetachPolicy', ofScp(organizations.DetachPolicyCommand, 'TargetId')],
  [
    'sso:CreateAccountAssignment',
    (clients, input) => clients.ssoAdmin.send(new CreateAccountAssignmentCommand(assignmentOf(input))),
  ],
  [
    'sso:DeleteAccountAssignment',
    (clients, input) => clients.ssoAdmin.send(new DeleteAccountAssignmentCommand(assignmentOf(input))),
  ],
  [
    'identitystore:CreateGroupMembership',
    (clients, input) =>
      clients.identityStore.send(
        new CreateGroupMembershipCommand({
          IdentityStoreId: input('IdentityStoreId'),
          GroupId: input('GroupId'),
          MemberId: { UserId: input('UserId') },
        }),
      ),
  ],
  ['identitystore:DeleteGroupMembership', deleteGroupMembership],
]);

/** The permission of every call that `send` can send. */
export const changePermissions = (): string[] => [...sends.keys()];

/** Sends a call. Throws what `ask` throws, and `plan_invalid` for a call or an input that no step makes. */
export async function send(clients: ContainClients, call: ApiCall): Promise<void> {
  const permission = permissionOf(call);
  const run = sends.get(permission);
  if (run === undefined) throw unknownCall(permission);
  await ask(permission, () => run(clients, (name) => inputOf(call, name), call));
}

/** The IAM action that allows a call: `iam:AttachUserPolicy`. */
export function permissionOf({ service, call }: ApiCall): string {
  return `${service}:${call}`;
}

/** Empty is what only a description may be: AWS would refuse it elsewhere. */
function inputOf(call: ApiCall, name: string): string {
  const value = call.input[name];
  if (typeof value !== 'string' || (value === '' && name !== 'Description'))
    throw unknownCall(`${permissionOf(call)} without ${name}`);
  return value;
}

function regionOf(call: ApiCall): string {
  if (call.region === undefined) throw unknownCall(`${permissionOf(call)} without a Region`);
  return call.region;
}

function unknownCall(what: string): KeytrailError {
  return new KeytrailError('plan_invalid', `the plan asks for ${what}, which no step makes`, {
    hint: 'Make a new plan.',
  });
}

/** A password that nobody learns: an administrator sets the user another ("UpdateLoginProfile"). */
function createLoginProfile(clients: ContainClients, input: Inputs): Promise<unknown> {
  return clients.iam.send(
    new iam.CreateLoginProfileCommand({
      UserName: input('UserName'),
      Password: `${randomBytes(30).toString('base64url')}aA1!`,
      PasswordResetRequired: true,
    }),
  );
}

function createRole(clients: ContainClients, input: Inputs, call: ApiCall): Promise<unknown> {
  const boundary = call.input.PermissionsBoundary;
  return clients.iam.send(
    new iam.CreateRoleCommand({
      RoleName: input('RoleName'),
      Path: input('Path'),
      Description: input('Description'),
      MaxSessionDuration: Number(input('MaxSessionDuration')),
      AssumeRolePolicyDocument: input('AssumeRolePolicyDocument'),
      ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
    }),
  );
}

interface ProviderSettings {
  url: string;
  clientIds: string[];
  thumbprints: string[];
  name: string;
  metadata: string;
  tags: [string, string][];
}

const settingsOf = (input: Inputs): ProviderSettings => JSON.parse(input('Settings')) as ProviderSettings;
const tagsOf = ({ tags }: ProviderSettings) => tags.map(([Key, Value]) => ({ Key, Value }));

function createOidcProvider(clients: ContainClients, input: Inputs): Promise<unknown> {
  const settings = settingsOf(input);
  return clients.iam.send(
    new iam.CreateOpenIDConnectProviderCommand({
      Url: settings.url,
      ClientIDList: settings.clientIds,
      ThumbprintList: settings.thumbprints,
      ...(settings.tags.length === 0 ? {} : { Tags: tagsOf(settings) }),
    }),
  );
}

function createSamlProvider(clients: ContainClients, input: Inputs): Promise<unknown> {
  const settings = settingsOf(input);
  return clients.iam.send(
    new iam.CreateSAMLProviderCommand({
      Name: settings.name,
      SAMLMetadataDocument: settings.metadata,
      ...(settings.tags.length === 0 ? {} : { Tags: tagsOf(settings) }),
    }),
  );
}

async function replaceInstanceProfile(clients: ContainClients, input: Inputs, call: ApiCall): Promise<unknown> {
  const region = regionOf(call);
  const association = await readAssociation(clients, region, input('InstanceId'));
  return clients.in(region).ec2.send(
    new ReplaceIamInstanceProfileAssociationCommand({
      AssociationId: association?.AssociationId ?? '',
      IamInstanceProfile: { Arn: input('Arn') },
    }),
  );
}

function assignmentOf(input: Inputs) {
  return {
    InstanceArn: input('InstanceArn'),
    TargetId: input('TargetId'),
    TargetType: 'AWS_ACCOUNT' as const,
    PermissionSetArn: input('PermissionSetArn'),
    PrincipalType: 'USER' as const,
    PrincipalId: input('PrincipalId'),
  };
}

async function deleteGroupMembership(clients: ContainClients, input: Inputs): Promise<unknown> {
  const IdentityStoreId = input('IdentityStoreId');
  const MembershipId = await findMembership(clients, IdentityStoreId, input('GroupId'), input('UserId'));
  if (MembershipId === null) return undefined;
  return clients.identityStore.send(new DeleteGroupMembershipCommand({ IdentityStoreId, MembershipId }));
}

async function scpIdOf(clients: ContainClients, name: string): Promise<string> {
  const id = await findScp(clients, name);
  if (id !== null) return id;
  throw new KeytrailError('aws_failed', `the organization has no service control policy ${name}`, {
    hint: 'Someone deleted it: apply the plan again.',
  });
}
