/** What an action is to an intruder: a moment of the story. */
export type SignKind = 'persistence' | 'escalation' | 'evasion' | 'impact' | 'exposure' | 'execution' | 'secrets';

/** Actions that an intruder takes and an application seldom does, and what they come to. Each text follows "it". */
export interface SignOfAbuse {
  kind: SignKind;
  did: string;
  /** Where every call of it failed. */
  tried: string;
  actions: RegExp;
}

/** Names of actions, which may carry the version of an interface: `CreateFunction20150331`. */
const named = (...names: string[]): RegExp => new RegExp(`^(?:${names.join('|')})(?:\\d{8}(?:v\\d+)?)?$`);

/** The gravest first. */
export const signsOfAbuse: readonly SignOfAbuse[] = [
  {
    kind: 'persistence',
    did: 'made credentials or principals that outlive the key',
    tried: 'tried to make credentials or principals that outlive the key',
    actions: named(
      'CreateUser',
      'CreateAccessKey',
      'CreateLoginProfile',
      'UpdateLoginProfile',
      'CreateServiceSpecificCredential',
      'ResetServiceSpecificCredential',
    ),
  },
  {
    kind: 'escalation',
    did: 'changed what principals may do',
    tried: 'tried to change what principals may do',
    actions: named(
      'AttachUserPolicy',
      'AttachRolePolicy',
      'AttachGroupPolicy',
      'PutUserPolicy',
      'PutRolePolicy',
      'PutGroupPolicy',
      'CreatePolicyVersion',
      'SetDefaultPolicyVersion',
      'AddUserToGroup',
    ),
  },
  {
    kind: 'escalation',
    did: 'changed whom the account trusts',
    tried: 'tried to change whom the account trusts',
    actions: named(
      'UpdateAssumeRolePolicy',
      'CreateOpenIDConnectProvider',
      'UpdateOpenIDConnectProviderThumbprint',
      'AddClientIDToOpenIDConnectProvider',
      'CreateSAMLProvider',
      'UpdateSAMLProvider',
      'CreateTrustAnchor',
      'UpdateTrustAnchor',
    ),
  },
  {
    kind: 'evasion',
    did: 'went for the logging or detection itself',
    tried: 'tried to go for the logging or detection itself',
    actions: named(
      'StopLogging',
      'DeleteTrail',
      'UpdateTrail',
      'PutEventSelectors',
      'DeleteFlowLogs',
      'DeleteDetector',
      'UpdateDetector',
      'StopConfigurationRecorder',
      'DeleteConfigurationRecorder',
      'LeaveOrganization',
    ),
  },
  {
    kind: 'impact',
    did: 'destroyed data or machines',
    tried: 'tried to destroy data or machines',
    actions: named(
      'DeleteBucket',
      'DeleteDBInstance',
      'DeleteDBCluster',
      'DeleteDBSnapshot',
      'DeleteDBClusterSnapshot',
      'DeleteSnapshot',
      'DeleteVolume',
      'DeleteFileSystem',
      'DeleteRecoveryPoint',
      'TerminateInstances',
      'ScheduleKeyDeletion',
    ),
  },
  {
    kind: 'exposure',
    did: 'changed who may read data or call code, which can hand it to outsiders',
    tried: 'tried to change who may read data or call code, which can hand it to outsiders',
    actions: named(
      'ModifySnapshotAttribute',
      'ModifyImageAttribute',
      'ModifyDBSnapshotAttribute',
      'ModifyDBClusterSnapshotAttribute',
      'PutBucketPolicy',
      'PutBucketAcl',
      'AddPermission',
    ),
  },
  {
    kind: 'execution',
    did: 'ran commands on machines',
    tried: 'tried to run commands on machines',
    actions: named(
      'SendCommand',
      'StartSession',
      'SendSSHPublicKey',
      'SendSerialConsoleSSHPublicKey',
      'ExecuteCommand',
    ),
  },
  {
    kind: 'impact',
    did: 'launched computing power',
    tried: 'tried to launch computing power',
    actions: named('RunInstances', 'RequestSpotInstances', 'CreateFunction', 'RunTask'),
  },
  {
    kind: 'secrets',
    did: 'read secrets',
    tried: 'tried to read secrets',
    actions: named('GetSecretValue', 'BatchGetSecretValue', 'GetParameter', 'GetParameters', 'GetPasswordData'),
  },
];

export const signKindOf = (action: string): SignKind | null =>
  signsOfAbuse.find(({ actions }) => actions.test(action))?.kind ?? null;

/** CloudTrail cuts user agents at 1 KB. */
const longestAgent = 1024;

/** Prowler is missing on purpose: defenders run it. */
const tools: readonly (readonly [RegExp, string])[] = [
  [/\bstratus-red-team/i, 'stratus-red-team'],
  [/\bpacu\b/i, 'Pacu'],
  [/\bcloudfox\b/i, 'CloudFox'],
  [/\btrufflehog\b/i, 'TruffleHog'],
  [/\bscout-?suite\b/i, 'ScoutSuite'],
  // The kernel's name has the distribution in it; GuardDuty has findings for these three.
  [/\b(?:linux|os)\/\S*kali/i, 'Kali Linux'],
  [/\b(?:linux|os)\/\S*parrot/i, 'Parrot Security Linux'],
  [/\b(?:linux|os)\/\S*pentoo/i, 'Pentoo Linux'],
];

/** The software for attacks that a user agent names; null where it names none. */
export function attackToolOf(agent: string): string | null {
  const known = agent.slice(0, longestAgent);
  return tools.find(([pattern]) => pattern.test(known))?.[1] ?? null;
}
