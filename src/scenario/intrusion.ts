import { bucketResources, transferData } from './actions.js';
import { longTimeText, sessionTokenOf } from './identifiers.js';
import { federatedArnOf, foreignAccount, type Principal, type Session, sessionArnOf } from './identities.js';
import type { Caller } from './record.js';
import type { PlannedCall, Story } from './story.js';
import { acts, type Villain } from './villain.js';
import { dataBucket, homeRegions, platform, production, unusedRegion } from './world.js';

const home = homeRegions[0]!;

/** What a key finder tries first, and whether the leaked key may do it. */
const probes: readonly (readonly [service: string, name: string, allowed: boolean])[] = [
  ['iam', 'ListUsers', false],
  ['iam', 'ListRoles', true],
  ['iam', 'GetAccountSummary', false],
  ['iam', 'ListAttachedUserPolicies', true],
  ['iam', 'GetAccountAuthorizationDetails', false],
  ['s3', 'ListBuckets', true],
  ['organizations', 'DescribeOrganization', false],
];
const regionalProbes: readonly (readonly [service: string, name: string, allowed: boolean])[] = [
  ['ec2', 'DescribeInstances', true],
  ['ec2', 'DescribeVpcs', true],
  ['ec2', 'DescribeSnapshots', false],
  ['ec2', 'DescribeKeyPairs', false],
  ['secretsmanager', 'ListSecrets', false],
  ['kms', 'ListKeys', false],
  ['lambda', 'ListFunctions20150331', false],
  ['ecr', 'DescribeRepositories', true],
  ['ecs', 'ListClusters', true],
  ['eks', 'ListClusters', false],
  ['rds', 'DescribeDBInstances', false],
  ['dynamodb', 'ListTables', false],
  ['cloudtrail', 'DescribeTrails', false],
  ['guardduty', 'ListDetectors', false],
  ['sns', 'ListTopics', false],
  ['ssm', 'DescribeParameters', false],
];

/** The answer of STS to a call that issues a session. */
const credentialsOf = (story: Story, session: Session, seconds: number) => ({
  accessKeyId: session.accessKeyId,
  sessionToken: sessionTokenOf(story.random),
  expiration: longTimeText(session.created + seconds),
});

const ask = (service: string, name: string, parameters?: PlannedCall['requestParameters']): PlannedCall => ({
  service,
  name,
  readOnly: true,
  requestParameters: parameters ?? null,
});

const assumeRole = (role: Principal, sessionName: string): PlannedCall => ({
  service: 'sts',
  name: 'AssumeRole',
  readOnly: true,
  requestParameters: { roleArn: role.arn, roleSessionName: sessionName, durationSeconds: 3600 },
  resources: [{ accountId: role.accountId, type: 'AWS::IAM::Role', ARN: role.arn }],
});

const assumed = (story: Story, role: Principal, sessionName: string, session: Session) => ({
  credentials: credentialsOf(story, session, 3600),
  assumedRoleUser: { assumedRoleId: `${role.principalId}:${sessionName}`, arn: sessionArnOf(role, sessionName) },
});

/** Minute by minute: who am I, what may I do? */
function enumerate(story: Story, villain: Villain): void {
  const { scan } = villain.callers;
  const at = (time: number, region = home) => ({ accountId: production, region, time });
  story.tell(at(villain.began), scan, ask('sts', 'GetCallerIdentity'));
  story.tell(at(villain.began + 3), scan, ask('sts', 'GetCallerIdentity'));
  let time = villain.began + acts.enumerate;
  const probe = (region: string, [service, name, allowed]: (typeof probes)[number]) => {
    time += story.random.between(2, 9);
    const call = ask(
      service,
      name,
      service === 'iam' && name === 'ListAttachedUserPolicies' ? { userName: villain.user.name } : null,
    );
    if (allowed) story.tell(at(time, region), scan, call);
    else story.refuse(at(time, region), scan, call);
  };
  for (const each of probes) probe(home, each);
  for (const region of [...homeRegions, unusedRegion]) for (const each of regionalProbes) probe(region, each);
  for (const name of ['meadow-artifacts', 'meadow-backups', 'meadow-terraform-state', dataBucket])
    for (const call of ['GetBucketAcl', 'GetBucketPolicy', 'GetBucketLocation', 'ListObjectsV2']) {
      time += story.random.between(1, 4);
      const arn = `arn:aws:s3:::${name}`;
      const data = call === 'ListObjectsV2';
      if (data && name !== dataBucket) continue;
      const probed = {
        ...ask('s3', call, { bucketName: name, Host: 's3.amazonaws.com' }),
        data,
        resources: [{ accountId: production, type: 'AWS::S3::Bucket', ARN: arn }],
      };
      if (call === 'GetBucketLocation') story.tell(at(time), scan, probed);
      else story.refuse(at(time), scan, probed, `"${arn}"`);
    }
}

/** A second pair of hands finds a role that the key may take. */
function takeRole(story: Story, villain: Villain): void {
  const { leaked } = villain.callers;
  const { deployRole, names, keys } = villain;
  const started = villain.began + acts.assumeRole;
  const at = (offset: number) => ({ accountId: production, region: home, time: started + offset });
  story.tell(at(0), leaked, ask('sts', 'GetCallerIdentity'));
  story.tell(at(21), leaked, ask('iam', 'GetUser', { userName: villain.user.name }));
  for (const [index, name] of ['admin-breakglass', 'OrganizationAccountAccessRole', 'security-audit'].entries()) {
    const role = { ...deployRole, name, arn: `arn:aws:iam::${production}:role/${name}` };
    story.refuse(at(60 + index * 37), leaked, assumeRole(role, names.deploySession), role.arn);
  }
  story.tell(at(240), leaked, {
    ...assumeRole(deployRole, names.deploySession),
    responseElements: assumed(story, deployRole, names.deploySession, {
      accessKeyId: keys.deploy.accessKeyId,
      created: started + 240,
    }),
  });
}

/** With the deploy role: customer data and secrets. */
function steal(story: Story, villain: Villain): void {
  const { deploy } = villain.callers;
  const { random } = story;
  let time = villain.began + acts.steal;
  const next = (least: number, most: number) => {
    time += random.between(least, most);
    return { accountId: production, region: home, time };
  };
  story.tell(next(1, 9), deploy, ask('sts', 'GetCallerIdentity'));
  story.tell(next(9, 20), deploy, ask('s3', 'ListBuckets'));
  const bucketArn = `arn:aws:s3:::${dataBucket}`;
  story.tell(next(9, 20), deploy, {
    ...ask('s3', 'ListObjectsV2', {
      bucketName: dataBucket,
      Host: `${dataBucket}.s3.amazonaws.com`,
      prefix: 'exports/',
      'list-type': '2',
    }),
    data: true,
    resources: [{ accountId: production, type: 'AWS::S3::Bucket', ARN: bucketArn }],
  });
  for (let part = 0; part < 48; part++) {
    const object =
      part === 0
        ? 'exports/2026/customers full list.csv'
        : `exports/2026/02/customers/part-${String(part).padStart(4, '0')}.parquet`;
    const missing = part === 13;
    story.tell(next(2, 14), deploy, {
      ...ask('s3', 'GetObject', { bucketName: dataBucket, Host: `${dataBucket}.s3.amazonaws.com`, key: object }),
      data: true,
      additionalEventData: transferData(random, missing ? 0 : random.between(3_000_000, 90_000_000), 0),
      resources: bucketResources(production, object),
      error: missing ? ['NoSuchKey', 'The specified key does not exist.'] : null,
    });
  }
  story.tell(next(20, 40), deploy, ask('secretsmanager', 'ListSecrets', { maxResults: 100 }));
  const keyArn = `arn:aws:kms:${home}:${production}:key/${random.uuid()}`;
  for (const [index, secret] of villain.secrets.entries()) {
    const place = next(5, 25);
    const call = { ...ask('secretsmanager', 'GetSecretValue', { secretId: secret }), arns: [secret] };
    if (index === 3) {
      story.refuse(place, deploy, call, secret);
      continue;
    }
    story.tell(place, deploy, call);
    const host = 'secretsmanager.amazonaws.com';
    const through: Caller = { identity: { ...deploy.identity, invokedBy: host }, sourceIp: host, userAgent: host };
    story.tell(place, through, {
      ...ask('kms', 'Decrypt', { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: { SecretARN: secret } }),
      arns: [secret],
      resources: [{ accountId: production, type: 'AWS::KMS::Key', ARN: keyArn }],
    });
  }
}

/** From one account into another: one call, a record in each. */
function chain(story: Story, villain: Villain): void {
  const { deploy } = villain.callers;
  const { adminRole, names, keys } = villain;
  const time = villain.began + acts.chain;
  const call = {
    ...assumeRole(adminRole, names.adminSession),
    responseElements: assumed(story, adminRole, names.adminSession, {
      accessKeyId: keys.admin.accessKeyId,
      created: time,
    }),
    sharedEventId: story.random.uuid(),
  };
  story.tell({ accountId: production, region: home, time }, deploy, call);
  story.tell(
    { accountId: platform, region: home, time },
    { ...deploy, identity: foreignAccount(deploy.identity) },
    call,
  );
}

/** Hours later the leaked key makes sessions that outlive it. */
function outlive(story: Story, villain: Villain): void {
  const { leaked, token, federated } = villain.callers;
  const { keys, names } = villain;
  const started = villain.began + acts.sessions;
  const at = (offset: number, region = home) => ({ accountId: production, region, time: started + offset });
  story.tell(at(0), leaked, {
    ...ask('sts', 'GetSessionToken', { durationSeconds: 129600 }),
    responseElements: {
      credentials: credentialsOf(story, { accessKeyId: keys.token.accessKeyId, created: started }, 129600),
    },
  });
  const bucketArn = `arn:aws:s3:::${dataBucket}`;
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: [bucketArn, `${bucketArn}/*`] }],
  });
  story.tell(at(95), leaked, {
    ...ask('sts', 'GetFederationToken', { name: names.federationName, durationSeconds: 43200, policy }),
    arns: [bucketArn, `${bucketArn}/*`],
    responseElements: {
      credentials: credentialsOf(story, { accessKeyId: keys.federation.accessKeyId, created: started + 95 }, 43200),
      federatedUser: {
        federatedUserId: `${production}:${names.federationName}`,
        arn: federatedArnOf(production, names.federationName),
      },
      packedPolicySize: 9,
    },
  });
  story.tell(at(140), token, ask('sts', 'GetCallerIdentity'));
  for (let index = 0; index < 12; index++)
    story.refuse(at(170 + index * 11), token, ask('iam', index % 2 ? 'ListUsers' : 'ListAccessKeys'));
  for (const [index, region] of homeRegions.entries())
    story.tell(at(900 + index * 45, region), token, ask('ec2', 'DescribeInstances'));
  for (let index = 0; index < 6; index++) story.tell(at(4_000 + index * 1_500), federated, ask('s3', 'ListBuckets'));
}

export function tellIntrusion(story: Story, villain: Villain): void {
  enumerate(story, villain);
  takeRole(story, villain);
  steal(story, villain);
  chain(story, villain);
  outlive(story, villain);
}
