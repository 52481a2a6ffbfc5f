import { KeytrailError } from '../../errors.js';
import { type Arns, arnsOf, type ResponderChoices } from './arns.js';
import { type ChangeStage, changeStatements } from './changes.js';
import { observing, observingKeys, observingOrganization } from './reads.js';
import type { Condition, PolicyDocument, Statement } from './statement.js';

/** Largest managed policy, white space not counted ("IAM and AWS STS quotas"). */
export const maxPolicyCharacters = 6144;

/** What a responder's rights are given for, in the order of an incident; each is a policy of its own. */
export const responderStages = [
  'observe',
  'observe-organization',
  'evidence',
  'accounts',
  'contain-user',
  'contain-role',
  'restore-instance',
  'contain-organization',
  'rotate',
  'monitor',
  'destroy',
] as const;
export type ResponderStage = (typeof responderStages)[number];

const withMfa: Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

const allow = (Sid: string, actions: readonly string[], Resource: string[], Condition?: Condition): Statement => ({
  Sid,
  Effect: 'Allow',
  Action: [...actions].sort(),
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

/** Who has a stage can't use it on itself; explicit, so that no other policy gives it back. */
const notOneself = (stage: ChangeStage, arns: Arns, Resource: string[]): Statement => ({
  Sid: 'NotOneself',
  Effect: 'Deny',
  Action: changeStatements(stage, arns)
    .filter((statement) => statement.Resource.some((arn) => /:(user|role)\//.test(arn)))
    .flatMap(({ Action }) => Action)
    .sort(),
  Resource,
});

/**
 * Who may write the trust policy of any role could otherwise be any of them. Roles of other accounts are not meant: there
 * the responder is who it is there.
 */
const noRoleOfThisAccount: Statement = {
  Sid: 'NoRoleOfThisAccount',
  Effect: 'Deny',
  Action: ['sts:AssumeRole'],
  Resource: ['*'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, which IAM fills in.
  Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
};

const passRole = (Sid: string, role: string): Statement =>
  allow(Sid, ['iam:PassRole'], [role], { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } });

const statementsOf: Record<ResponderStage, (arns: Arns) => Statement[]> = {
  observe: () => [allow('Observe', observing, ['*'])],
  'observe-organization': () => [allow('ObserveOrganization', observingOrganization, ['*'])],
  evidence: (arns) => [
    allow('EvidenceBucket', ['s3:GetBucketObjectLockConfiguration', 's3:ListBucket'], [arns.bucket]),
    allow('Evidence', ['s3:GetObject', 's3:PutObject', 's3:PutObjectRetention'], [`${arns.bucket}/*`]),
  ],
  accounts: (arns) => [
    allow('Accounts', ['organizations:DescribeOrganization', 'organizations:ListAccounts'], ['*']),
    allow('WhoseKey', ['sts:GetAccessKeyInfo'], ['*']),
    allow('Responder', ['sts:AssumeRole'], [arns.responderAnywhere]),
  ],
  'contain-user': (arns) => [
    ...changeStatements('contain-user', arns),
    notOneself('contain-user', arns, arns.callingUser),
  ],
  'contain-role': (arns) => [
    ...changeStatements('contain-role', arns),
    allow(
      'TagsOfProviders',
      ['iam:TagOpenIDConnectProvider', 'iam:TagSAMLProvider'],
      [arns.global('iam', 'oidc-provider/*'), arns.global('iam', 'saml-provider/*')],
    ),
    passRole('PassCleanRoles', arns.global('iam', 'role/*-clean')),
    notOneself('contain-role', arns, [arns.responderRole]),
    noRoleOfThisAccount,
  ],
  'restore-instance': (arns) => [passRole('PassRoles', arns.global('iam', 'role/*'))],
  'contain-organization': (arns) => [
    allow('ObserveOrganization', observingOrganization, ['*']),
    ...changeStatements('contain-organization', arns),
  ],
  rotate: (arns) => [
    allow('WhoseKey', observingKeys, ['*']),
    allow('NewKeys', ['iam:CreateAccessKey'], [arns.global('iam', 'user/*')]),
    allow('UndoNewKeys', ['iam:DeleteAccessKey'], [arns.global('iam', 'user/*')], withMfa),
    allow(
      'Secrets',
      ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      [arns.regional('secretsmanager', 'secret:*')],
    ),
    allow(
      'Parameters',
      ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:PutParameter'],
      [arns.regional('ssm', 'parameter/*')],
    ),
    allow('ParameterKinds', ['ssm:DescribeParameters'], ['*']),
    allow(
      'Functions',
      ['lambda:GetFunctionConfiguration', 'lambda:UpdateFunctionConfiguration'],
      [arns.regional('lambda', 'function:*')],
    ),
    allow('Encrypted', ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], [arns.regional('kms', 'key/*')], {
      StringLike: { 'kms:ViaService': ['lambda.*', 'secretsmanager.*', 'ssm.*'] },
    }),
  ],
  monitor: (arns) => [
    allow('Metrics', ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'logs:DescribeMetricFilters'], ['*']),
    allow(
      'Alarms',
      ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm'],
      [arns.regional('cloudwatch', 'alarm:keytrail-*')],
    ),
    allow('Filters', ['logs:DeleteMetricFilter', 'logs:PutMetricFilter'], [arns.regional('logs', 'log-group:*')]),
  ],
  destroy: (arns) => [
    allow('WhoseKey', observingKeys, ['*']),
    allow('DeleteWithMfa', ['iam:DeleteAccessKey'], [arns.global('iam', 'user/*')], withMfa),
    {
      Sid: 'NeverWithoutMfa',
      Effect: 'Deny',
      Action: ['iam:DeleteAccessKey'],
      Resource: ['*'],
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
  ],
};

/** The policy of one stage. Throws `bad_parameter` for choices that name nothing. */
export function responderPolicy(stage: ResponderStage, choices: ResponderChoices = {}): PolicyDocument {
  return { Version: '2012-10-17', Statement: statementsOf[stage](arnsOf(choices)) };
}

/** Throws `bad_parameter` for what is no stage. */
export function stageOf(name: string): ResponderStage {
  const stage = responderStages.find((known) => known === name);
  if (stage !== undefined) return stage;
  throw new KeytrailError('bad_parameter', `there is no stage ${JSON.stringify(name.slice(0, 64))}`, {
    hint: `Name one of ${responderStages.join(', ')}.`,
  });
}
