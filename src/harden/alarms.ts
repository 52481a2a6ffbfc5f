import { KeytrailError } from '../errors.js';

/** What is watched for in CloudTrail's records, as a metric filter of CloudWatch Logs. */
export interface Watch {
  /** Letters and digits: names filter, metric, alarm and resource. */
  name: string;
  /** Of CIS AWS Foundations, or null. */
  control: string | null;
  title: string;
  pattern: string;
  /** Comparisons that suffice, where the pattern also narrows; all of the pattern's where absent. */
  suffice?: readonly string[];
}

const named = (events: readonly string[]): string => events.map((event) => `($.eventName = ${event})`).join(' || ');

const of = (source: string, events: readonly string[]): string =>
  `{ ($.eventSource = ${source}.amazonaws.com) && (${named(events)}) }`;

const any = (events: readonly string[]): string => `{ ${named(events)} }`;

const actions = (verbs: readonly string[], things: readonly string[]): string[] =>
  things.flatMap((thing) => verbs.map((verb) => `${verb}${thing}`));

/** CIS AWS Foundations Benchmark 1.4 and later, 4.1 to 4.15. */
export const cisWatches: readonly Watch[] = [
  {
    control: '4.1',
    name: 'UnauthorizedCalls',
    title: 'API calls that were refused',
    pattern: '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
  },
  {
    control: '4.2',
    name: 'SignInWithoutMfa',
    title: 'Console sign-in without MFA',
    pattern:
      '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    suffice: ['$.eventName=ConsoleLogin', '$.additionalEventData.MFAUsed!=Yes'],
  },
  {
    control: '4.3',
    name: 'RootUse',
    title: 'Use of root',
    pattern:
      '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
    suffice: ['$.userIdentity.type=Root'],
  },
  {
    control: '4.4',
    name: 'IamPolicyChanges',
    title: 'Changes to IAM policies',
    pattern: of('iam', [
      ...actions(['Put', 'Delete'], ['GroupPolicy', 'RolePolicy', 'UserPolicy']),
      ...actions(['Create', 'Delete'], ['Policy', 'PolicyVersion']),
      ...actions(['Attach', 'Detach'], ['RolePolicy', 'UserPolicy', 'GroupPolicy']),
    ]),
  },
  {
    control: '4.5',
    name: 'TrailChanges',
    title: 'Changes to CloudTrail',
    pattern: any(['CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging']),
  },
  {
    control: '4.6',
    name: 'SignInFailures',
    title: 'Failed console sign-ins',
    pattern: '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
  },
  {
    control: '4.7',
    name: 'KeyDeletion',
    title: 'KMS keys disabled or to be deleted',
    pattern: of('kms', ['DisableKey', 'ScheduleKeyDeletion']),
  },
  {
    control: '4.8',
    name: 'BucketPolicyChanges',
    title: 'Changes to policies of buckets',
    pattern: of('s3', [
      'PutBucketAcl',
      ...actions(['Put', 'Delete'], ['BucketPolicy', 'BucketCors', 'BucketLifecycle', 'BucketReplication']),
    ]),
  },
  {
    control: '4.9',
    name: 'ConfigChanges',
    title: 'Changes to AWS Config',
    pattern: of('config', [
      'StopConfigurationRecorder',
      'DeleteDeliveryChannel',
      'PutDeliveryChannel',
      'PutConfigurationRecorder',
    ]),
  },
  {
    control: '4.10',
    name: 'SecurityGroupChanges',
    title: 'Changes to security groups',
    pattern: any([
      ...actions(['Authorize', 'Revoke'], ['SecurityGroupIngress', 'SecurityGroupEgress']),
      ...actions(['Create', 'Delete'], ['SecurityGroup']),
    ]),
  },
  {
    control: '4.11',
    name: 'NetworkAclChanges',
    title: 'Changes to network ACLs',
    pattern: any([
      ...actions(['Create', 'Delete'], ['NetworkAcl', 'NetworkAclEntry']),
      'ReplaceNetworkAclEntry',
      'ReplaceNetworkAclAssociation',
    ]),
  },
  {
    control: '4.12',
    name: 'GatewayChanges',
    title: 'Changes to gateways',
    pattern: any([
      ...actions(['Create', 'Delete'], ['CustomerGateway', 'InternetGateway']),
      'AttachInternetGateway',
      'DetachInternetGateway',
    ]),
  },
  {
    control: '4.13',
    name: 'RouteTableChanges',
    title: 'Changes to route tables',
    pattern: any([
      ...actions(['Create', 'Delete'], ['Route', 'RouteTable']),
      'ReplaceRoute',
      'ReplaceRouteTableAssociation',
      'DisassociateRouteTable',
    ]),
  },
  {
    control: '4.14',
    name: 'VpcChanges',
    title: 'Changes to VPCs',
    pattern: any([
      ...actions(['Create', 'Delete'], ['Vpc', 'VpcPeeringConnection']),
      'ModifyVpcAttribute',
      'AcceptVpcPeeringConnection',
      'RejectVpcPeeringConnection',
      'AttachClassicLinkVpc',
      'DetachClassicLinkVpc',
      'DisableVpcClassicLink',
      'EnableVpcClassicLink',
    ]),
  },
  {
    control: '4.15',
    name: 'OrganizationChanges',
    title: 'Changes to the organization',
    pattern: of('organizations', [
      'AcceptHandshake',
      'AttachPolicy',
      'CreateAccount',
      'CreateOrganizationalUnit',
      'CreatePolicy',
      'DeclineHandshake',
      'DeleteOrganization',
      'DeleteOrganizationalUnit',
      'DeletePolicy',
      'DetachPolicy',
      'DisablePolicyType',
      'EnablePolicyType',
      'InviteAccountToOrganization',
      'LeaveOrganization',
      'MoveAccount',
      'RemoveAccountFromOrganization',
      'UpdateOrganizationalUnit',
      'UpdatePolicy',
    ]),
  },
];

/** Every call of an access key, and those that were refused. */
export const keyWatches = (keyId: string): Watch[] => [
  {
    control: null,
    name: `KeyUse${keyId}`,
    title: `Calls of ${keyId}`,
    pattern: `{ $.userIdentity.accessKeyId = "${keyId}" }`,
  },
  {
    control: null,
    name: `KeyRefused${keyId}`,
    title: `Refused calls of ${keyId}`,
    pattern: `{ ($.userIdentity.accessKeyId = "${keyId}") && (($.errorCode = "AccessDenied*") || ($.errorCode = "*UnauthorizedOperation")) }`,
  },
];

/** Single comparisons of a filter pattern, spelt one way. */
const comparisons = (pattern: string): Set<string> =>
  new Set(
    pattern
      .replace(/[{}()"'\s]/g, '')
      .split(/&&|\|\|/)
      .map((comparison) => comparison.toLowerCase()),
  );

/**
 * Whether a pattern looks for all that a watch looks for: by its single comparisons, not by what joins them. A pattern
 * without the service's name looks for more, not for less.
 */
export function covers(pattern: string, { pattern: wanted, suffice }: Watch): boolean {
  const found = comparisons(pattern);
  const needed = suffice === undefined ? comparisons(wanted) : comparisons(suffice.join('&&'));
  return [...needed].every((comparison) => comparison.startsWith('$.eventsource=') || found.has(comparison));
}

/** A long-term or temporary key, whose id becomes part of a filter pattern and of names. */
export function checkKeyId(keyId: string): string {
  if (/^A[KS]IA[A-Z0-9]{12,124}$/.test(keyId)) return keyId;
  throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is not an access key id`, {
    hint: 'Give the id of a key: AKIA or ASIA and 16 more capital letters or digits.',
  });
}
