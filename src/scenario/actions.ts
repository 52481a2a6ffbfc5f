import { longTimeText, sessionTokenOf } from './identifiers.js';
import { roleOf, sessionArnOf, sessionOf } from './identities.js';
import type { Random } from './random.js';
import { type Call, type Caller, type JsonObject, refusalOf } from './record.js';
import { type Cell, dataBucket, oidcProviderOf } from './world.js';

/** What an action may refer to. */
export interface Scene {
  seed: number;
  cell: Cell;
  caller: Caller;
  /** Seconds since 1970. */
  time: number;
  random: Random;
}

/** An action of normal days, and how often it is done among its actor's. */
export interface Action {
  weight: number;
  call: (scene: Scene) => Call;
}

const read = (
  weight: number,
  service: string,
  name: string,
  parameters: (scene: Scene) => JsonObject | null,
): Action => ({
  weight,
  call: (scene) => ({
    service,
    name,
    readOnly: true,
    requestParameters: parameters(scene),
    error: nowAndThen(scene, service, name),
  }),
});

/** Errors as any account has them. */
function nowAndThen({ random, caller }: Scene, service: string, name: string): readonly [string, string] | null {
  const draw = random.fraction();
  if (draw < 0.006)
    return service === 'ec2'
      ? ['Client.RequestLimitExceeded', 'Request limit exceeded.']
      : ['ThrottlingException', 'Rate exceeded'];
  if (draw < 0.009) return refusalOf(service, name, caller.identity.arn ?? 'anonymous');
  return null;
}

const objectKey = (random: Random): string =>
  `exports/2026/${String(random.between(1, 12)).padStart(2, '0')}/batch-${random.between(1000, 9999)}/part-${random.between(0, 63)}.parquet`;

const bucketArn = `arn:aws:s3:::${dataBucket}`;

export const bucketResources = (accountId: string, key: string) => [
  { type: 'AWS::S3::Object', ARN: `${bucketArn}/${key}` },
  { accountId, type: 'AWS::S3::Bucket', ARN: bucketArn },
];

export const transferData = (random: Random, out: number, into: number) => ({
  SignatureVersion: 'SigV4',
  CipherSuite: 'TLS_AES_128_GCM_SHA256',
  bytesTransferredIn: into,
  AuthenticationMethod: 'AuthHeader',
  'x-amz-id-2': random.bytes(56).toString('base64'),
  bytesTransferredOut: out,
});

function objectCall({ random, cell }: Scene, name: 'GetObject' | 'PutObject'): Call {
  const key = objectKey(random);
  const size = random.between(2_000, 900_000);
  const get = name === 'GetObject';
  const missing = get && random.chance(0.02);
  return {
    service: 's3',
    name,
    readOnly: get,
    data: true,
    requestParameters: { bucketName: dataBucket, Host: `${dataBucket}.s3.${cell.region}.amazonaws.com`, key },
    responseElements: get
      ? null
      : { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': cell.keyArn },
    additionalEventData: transferData(random, get && !missing ? size : 0, get ? 0 : size),
    resources: bucketResources(cell.accountId, key),
    error: missing ? ['NoSuchKey', 'The specified key does not exist.'] : null,
  };
}

const keyCall = (scene: Scene, name: 'Decrypt' | 'GenerateDataKey'): Call => ({
  service: 'kms',
  name,
  readOnly: true,
  requestParameters: {
    encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    encryptionContext: { 'aws:s3:arn': bucketArn },
    ...(name === 'GenerateDataKey' && { keySpec: 'AES_256', keyId: scene.cell.keyArn }),
  },
  resources: [{ accountId: scene.cell.accountId, type: 'AWS::KMS::Key', ARN: scene.cell.keyArn }],
  error: nowAndThen(scene, 'kms', name),
});

/** A service takes a role for a workload. `created` is when the session's period began. */
export function serviceAssumesRole(scene: Scene, roleName: string, sessionName: string, created: number): Call {
  const { seed, cell, random } = scene;
  const role = roleOf(seed, cell.accountId, roleName);
  const session = sessionOf(seed, role, sessionName, created);
  return {
    service: 'sts',
    name: 'AssumeRole',
    readOnly: true,
    requestParameters: { roleArn: role.arn, roleSessionName: sessionName },
    responseElements: {
      credentials: {
        accessKeyId: session.accessKeyId,
        sessionToken: sessionTokenOf(random),
        expiration: longTimeText(created + 6 * 3600),
      },
    },
    resources: [{ accountId: cell.accountId, type: 'AWS::IAM::Role', ARN: role.arn }],
    sharedEventId: random.uuid(),
  };
}

export const instanceActions: readonly Action[] = [
  { weight: 26, call: (scene) => objectCall(scene, 'GetObject') },
  { weight: 12, call: (scene) => objectCall(scene, 'PutObject') },
  { weight: 14, call: (scene) => keyCall(scene, 'Decrypt') },
  read(10, 'secretsmanager', 'GetSecretValue', ({ cell }) => ({
    secretId: `arn:aws:secretsmanager:${cell.region}:${cell.accountId}:secret:web/session-key-Qm4Tzy`,
  })),
  read(12, 'ssm', 'GetParametersByPath', () => ({ path: '/web/', recursive: true, withDecryption: true })),
  {
    weight: 12,
    call: ({ random, caller }) => ({
      service: 'ssm',
      name: 'UpdateInstanceInformation',
      readOnly: false,
      requestParameters: {
        instanceId: caller.identity.principalId?.split(':')[1],
        agentVersion: '3.3.2299.0',
        agentStatus: 'Active',
        platformType: 'Linux',
        platformName: 'Amazon Linux',
        iPAddress: `10.${random.between(0, 3)}.${random.between(0, 255)}.${random.between(4, 250)}`,
        agentName: 'amazon-ssm-agent',
      },
    }),
  },
];

export const functionActions: readonly Action[] = [
  {
    weight: 20,
    call: ({ caller, random }) => ({
      service: 'logs',
      name: 'CreateLogStream',
      readOnly: false,
      requestParameters: {
        logGroupName: `/aws/lambda/${caller.identity.principalId?.split(':')[1]}`,
        logStreamName: `2026/03/${random.between(1, 28)}/[$LATEST]${random.hex(32)}`,
      },
    }),
  },
  { weight: 16, call: (scene) => keyCall(scene, 'GenerateDataKey') },
  { weight: 14, call: (scene) => objectCall(scene, 'PutObject') },
  read(8, 'dynamodb', 'DescribeTable', () => ({ tableName: 'orders' })),
  read(8, 'sqs', 'GetQueueAttributes', ({ cell }) => ({
    queueUrl: `https://sqs.${cell.region}.amazonaws.com/${cell.accountId}/orders`,
    attributeNames: ['All'],
  })),
];

export const podActions: readonly Action[] = [
  { weight: 24, call: (scene) => objectCall(scene, 'GetObject') },
  { weight: 14, call: (scene) => keyCall(scene, 'Decrypt') },
  read(12, 'ecr', 'GetAuthorizationToken', () => null),
  read(10, 'eks', 'DescribeCluster', ({ cell }) => ({ name: cell.cluster })),
  read(6, 'sts', 'GetCallerIdentity', () => null),
];

export const personActions: readonly Action[] = [
  read(18, 'ec2', 'DescribeInstances', () => ({ maxResults: 100, instancesSet: {}, filterSet: {} })),
  read(10, 'ec2', 'DescribeSecurityGroups', () => ({ maxResults: 500, securityGroupSet: {}, filterSet: {} })),
  read(10, 'cloudformation', 'DescribeStacks', () => ({ stackName: 'orders-service' })),
  read(10, 'lambda', 'ListFunctions20150331', () => ({ maxItems: 50 })),
  read(10, 's3', 'GetBucketPolicy', () => ({ bucketName: dataBucket, policy: '' })),
  read(8, 'logs', 'DescribeLogGroups', () => ({ limit: 50 })),
  read(6, 'iam', 'ListRoles', () => ({ maxItems: 100 })),
  {
    weight: 3,
    call: ({ random }) => ({
      service: 'ec2',
      name: 'AuthorizeSecurityGroupIngress',
      readOnly: false,
      requestParameters: {
        groupId: `sg-0${random.hex(16)}`,
        ipPermissions: {
          items: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] } }],
        },
      },
      responseElements: { requestId: random.uuid(), _return: true },
    }),
  },
];

export const recorderActions: readonly Action[] = [
  read(14, 'ec2', 'DescribeVolumes', () => ({ volumeSet: {}, filterSet: {} })),
  read(14, 'ec2', 'DescribeNetworkInterfaces', () => ({ networkInterfaceIdSet: {}, filterSet: {} })),
  read(12, 'iam', 'GetRole', () => ({ roleName: 'web-tier' })),
  read(10, 's3', 'GetBucketEncryption', () => ({ bucketName: 'meadow-artifacts', encryption: '' })),
  read(10, 'lambda', 'GetFunctionConfiguration20150331v2', ({ cell, random }) => ({
    functionName: random.pick(cell.functions),
  })),
];

export const scalerActions: readonly Action[] = [
  read(20, 'ec2', 'DescribeInstanceStatus', ({ cell, random }) => ({
    instancesSet: { items: [{ instanceId: random.pick(cell.instances) }] },
    filterSet: {},
    includeAllInstances: false,
  })),
  read(12, 'elasticloadbalancing', 'DescribeTargetHealth', ({ cell }) => ({
    targetGroupArn: `arn:aws:elasticloadbalancing:${cell.region}:${cell.accountId}:targetgroup/web/73e2d6bc24d8a067`,
  })),
];

/** A pod takes its role with the cluster's token. */
export function podTakesRole(scene: Scene, roleName: string, sessionName: string, created: number): Call {
  const { seed, cell, random } = scene;
  const role = roleOf(seed, cell.accountId, roleName);
  const session = sessionOf(seed, role, sessionName, created);
  return {
    service: 'sts',
    name: 'AssumeRoleWithWebIdentity',
    readOnly: true,
    requestParameters: { roleArn: role.arn, roleSessionName: sessionName },
    responseElements: {
      credentials: {
        accessKeyId: session.accessKeyId,
        sessionToken: sessionTokenOf(random),
        expiration: longTimeText(created + 12 * 3600),
      },
      subjectFromWebIdentityToken: 'system:serviceaccount:shop:checkout',
      assumedRoleUser: { assumedRoleId: `${role.principalId}:${sessionName}`, arn: sessionArnOf(role, sessionName) },
      provider: oidcProviderOf(cell),
      audience: 'sts.amazonaws.com',
    },
    resources: [{ accountId: cell.accountId, type: 'AWS::IAM::Role', ARN: role.arn }],
  };
}
