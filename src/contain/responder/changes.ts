import { KeytrailError } from '../../errors.js';
import { changePermissions } from '../calls.js';
import type { Arns } from './arns.js';
import type { Condition, Statement } from './statement.js';

/** Stages that change the account, each with calls of its own: no call of the playbook is in two. */
export type ChangeStage = 'contain-user' | 'contain-role' | 'contain-organization';

/** What a set of calls may be made on. */
interface Scope {
  stage: ChangeStage;
  sid: string;
  resources(arns: Arns): string[];
  condition?(arns: Arns): Condition;
}

const controlPolicies: Condition = { StringEquals: { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' } };
/** Not AWS's own, such as FullAWSAccess, whose ARN has no organization. */
const controlPolicy = (arns: Arns): string => arns.global('organizations', 'policy/o-*/service_control_policy/p-*');

/**
 * As narrow as IAM lets it be ("Actions, resources, and condition keys for AWS services"). It has no key for the name of
 * an inline policy, for the text of a policy, and for the status that a key is given.
 */
const scopes = {
  denyAllOfUsers: {
    stage: 'contain-user',
    sid: 'DenyAllOfUsers',
    resources: (arns) => [arns.global('iam', 'user/*')],
    condition: (arns) => ({ ArnEquals: { 'iam:PolicyARN': arns.denyAllPolicy } }),
  },
  users: { stage: 'contain-user', sid: 'Users', resources: (arns) => [arns.global('iam', 'user/*')] },
  roles: { stage: 'contain-role', sid: 'Roles', resources: (arns) => [arns.global('iam', 'role/*')] },
  denyAllOfRoles: {
    stage: 'contain-role',
    sid: 'DenyAllOfRoles',
    resources: (arns) => [arns.global('iam', 'role/*')],
    condition: (arns) => ({ ArnEquals: { 'iam:PolicyARN': arns.denyAllPolicy } }),
  },
  cleanRoles: { stage: 'contain-role', sid: 'CleanRoles', resources: (arns) => [arns.global('iam', 'role/*-clean')] },
  cleanProfiles: {
    stage: 'contain-role',
    sid: 'CleanProfiles',
    resources: (arns) => [arns.global('iam', 'instance-profile/*-clean')],
  },
  instances: { stage: 'contain-role', sid: 'Instances', resources: (arns) => [arns.regional('ec2', 'instance/*')] },
  functions: { stage: 'contain-role', sid: 'Functions', resources: (arns) => [arns.regional('lambda', 'function:*')] },
  providers: {
    stage: 'contain-role',
    sid: 'Providers',
    resources: (arns) => [arns.global('iam', 'oidc-provider/*'), arns.global('iam', 'saml-provider/*')],
  },
  newControlPolicies: {
    stage: 'contain-organization',
    sid: 'NewControlPolicies',
    resources: () => ['*'],
    condition: () => controlPolicies,
  },
  controlPolicies: {
    stage: 'contain-organization',
    sid: 'ControlPolicies',
    resources: (arns) => [controlPolicy(arns)],
    condition: () => controlPolicies,
  },
  // Accounts only, for a root or a unit has many.
  controlledAccounts: {
    stage: 'contain-organization',
    sid: 'ControlledAccounts',
    resources: (arns) => [controlPolicy(arns), arns.global('organizations', 'account/o-*/*')],
    condition: () => controlPolicies,
  },
  assignments: {
    stage: 'contain-organization',
    sid: 'Assignments',
    resources: (arns) => [
      arns.shared('sso', 'instance/*'),
      arns.shared('sso', 'permissionSet/*/*'),
      arns.shared('sso', 'account/*'),
    ],
  },
  memberships: {
    stage: 'contain-organization',
    sid: 'Memberships',
    resources: (arns) => [
      arns.global('identitystore', 'identitystore/*'),
      arns.shared('identitystore', 'group/*'),
      arns.shared('identitystore', 'user/*'),
      arns.shared('identitystore', 'membership/*'),
    ],
  },
} satisfies Record<string, Scope>;

type ScopeName = keyof typeof scopes;

const scopeOf: Readonly<Record<string, ScopeName | readonly ScopeName[]>> = {
  'iam:AttachUserPolicy': 'denyAllOfUsers',
  'iam:DetachUserPolicy': 'denyAllOfUsers',
  'iam:PutUserPolicy': 'users',
  'iam:DeleteUserPolicy': 'users',
  'iam:UpdateAccessKey': 'users',
  'iam:UpdateSSHPublicKey': 'users',
  'iam:UpdateSigningCertificate': 'users',
  'iam:UpdateServiceSpecificCredential': 'users',
  'iam:DeleteLoginProfile': 'users',
  'iam:CreateLoginProfile': 'users',
  'iam:DeactivateMFADevice': 'users',
  'iam:UpdateAssumeRolePolicy': 'roles',
  'iam:PutRolePolicy': 'roles',
  'iam:DeleteRolePolicy': 'roles',
  'iam:AttachRolePolicy': ['cleanRoles', 'denyAllOfRoles'],
  'iam:DetachRolePolicy': ['cleanRoles', 'denyAllOfRoles'],
  'iam:CreateRole': 'cleanRoles',
  'iam:DeleteRole': 'cleanRoles',
  'iam:CreateInstanceProfile': 'cleanProfiles',
  'iam:DeleteInstanceProfile': 'cleanProfiles',
  'iam:AddRoleToInstanceProfile': 'cleanProfiles',
  'iam:RemoveRoleFromInstanceProfile': 'cleanProfiles',
  'iam:DeleteOpenIDConnectProvider': 'providers',
  'iam:CreateOpenIDConnectProvider': 'providers',
  'iam:DeleteSAMLProvider': 'providers',
  'iam:CreateSAMLProvider': 'providers',
  'ec2:ReplaceIamInstanceProfileAssociation': 'instances',
  'ec2:ModifyInstanceMetadataOptions': 'instances',
  'lambda:PutFunctionConcurrency': 'functions',
  'lambda:DeleteFunctionConcurrency': 'functions',
  'organizations:CreatePolicy': 'newControlPolicies',
  'organizations:UpdatePolicy': 'controlPolicies',
  'organizations:DeletePolicy': 'controlPolicies',
  'organizations:AttachPolicy': 'controlledAccounts',
  'organizations:DetachPolicy': 'controlledAccounts',
  'sso:CreateAccountAssignment': 'assignments',
  'sso:DeleteAccountAssignment': 'assignments',
  'identitystore:CreateGroupMembership': 'memberships',
  'identitystore:DeleteGroupMembership': 'memberships',
};

/** The stage that has a call of the playbook. Throws `internal` for one that none has: give it a scope here. */
export function stageOfChange(permission: string): ChangeStage {
  return scopes[scopeNamesOf(permission)[0]!].stage;
}

/** What a stage allows of the calls that keytrail can send: of all of them, and of nothing else. */
export function changeStatements(stage: ChangeStage, arns: Arns): Statement[] {
  const permissions = changePermissions();
  return (Object.keys(scopes) as ScopeName[]).flatMap((name): Statement[] => {
    const scope: Scope = scopes[name];
    if (scope.stage !== stage) return [];
    const Action = permissions.filter((permission) => scopeNamesOf(permission).includes(name)).sort();
    const Condition = scope.condition?.(arns);
    return [
      {
        Sid: scope.sid,
        Effect: 'Allow',
        Action,
        Resource: scope.resources(arns),
        ...(Condition === undefined ? {} : { Condition }),
      },
    ];
  });
}

/** The first is where it belongs; all are of one stage. */
function scopeNamesOf(permission: string): readonly ScopeName[] {
  const names = scopeOf[permission];
  if (names !== undefined) return typeof names === 'string' ? [names] : names;
  throw new KeytrailError('internal', `no stage of the responder has ${permission}`);
}
