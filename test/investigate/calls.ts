/** A CI user's key that leaked; 111122223333 can be decoded from it. */
export const leakedKey = 'AKIARTX3GSDSVJQ3KZ7M';
export const account = '111122223333';
export const user = `arn:aws:iam::${account}:user/ci-deployer`;

export const [deploy, admin, federated, backdoor] = [
  'ASIARTX3GSDSVJDEPLOY',
  'ASIARTX3GSDSVJADMINS',
  'ASIARTX3GSDSVJFEDUSR',
  'AKIARTX3GSDSVJBACKDR',
] as const;
export const callers: Record<string, string> = {
  [leakedKey]: user,
  [deploy]: `arn:aws:sts::${account}:assumed-role/deploy/ci-deployer`,
  [admin]: `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/x`,
  [federated]: `arn:aws:sts::${account}:federated-user/support`,
};

const runner = {
  address: '198.51.100.24',
  agent: 'aws-cli/2.22.7 md/awscrt#0.23.4 os/linux#6.8 exec-env/GitHubActions',
};
const builder = {
  address: '10.20.3.17',
  agent: 'Boto3/1.35.71 md/Botocore#1.35.71 ua/2.0 os/linux#5.10',
  vpce: 'vpce-0a1b2c3d4e5f60718',
};
export const intruder = {
  address: '203.0.113.77',
  agent: 'aws-cli/1.32.1 Python/3.11.6 Linux/6.5.0-kali3-amd64 botocore/1.34.1',
};
const script = { address: '203.0.113.77', agent: 'python-requests/2.31.0' };

interface Caller {
  address: string;
  agent: string;
  vpce?: string;
}

export interface Call {
  time: string;
  key: string;
  from: Caller;
  source: string;
  name: string;
  error?: string;
  arn?: string;
}

const at = (milliseconds: number) => new Date(milliseconds).toISOString().replace('.000Z', 'Z');
const start = Date.parse('2026-03-01T00:00:00Z');
const night = Date.parse('2026-03-04T03:12:09Z');

/** Five days of deployments and builds. */
export function everyday(): Call[] {
  const deployment: [string, string, string?][] = [
    ['sts', 'GetCallerIdentity'],
    ['ecr', 'GetAuthorizationToken'],
    ['ecr', 'BatchCheckLayerAvailability', `arn:aws:ecr:eu-central-1:${account}:repository/shop`],
    ['ecr', 'PutImage', `arn:aws:ecr:eu-central-1:${account}:repository/shop`],
    ['ecs', 'DescribeServices', `arn:aws:ecs:eu-central-1:${account}:service/prod/shop`],
    ['ecs', 'UpdateService', `arn:aws:ecs:eu-central-1:${account}:service/prod/shop`],
    ['s3', 'ListObjects', 'arn:aws:s3:::shop-artifacts'],
    ['s3', 'GetBucketLocation', 'arn:aws:s3:::shop-artifacts'],
  ];
  const calls: Call[] = [];
  for (let hour = 0; hour < 120; hour++) {
    const working = hour % 24 >= 6 && hour % 24 < 19;
    const made = working ? 20 + ((hour * 7) % 13) : 5;
    for (let n = 0; n < made; n++) {
      const [service, name, arn] = deployment[(hour + n) % deployment.length]!;
      const call: Call = {
        time: at(start + hour * 3_600_000 + n * 110_000),
        key: leakedKey,
        from: n % 3 === 0 ? builder : runner,
        source: `${service}.amazonaws.com`,
        name,
        ...(arn === undefined ? {} : { arn }),
      };
      calls.push((hour * 31 + n) % 97 === 0 ? { ...call, error: 'ThrottlingException' } : call);
    }
  }
  return calls;
}

/** One night: probing, three credentials, a user to come back with, machines. */
export function abuse(): Call[] {
  const calls: Call[] = [];
  let time = night;
  const make = (key: string, from: Caller, source: string, name: string, rest: Partial<Call> = {}) => {
    calls.push({ time: at(time), key, from, source: `${source}.amazonaws.com`, name, ...rest });
    time += 9000;
  };
  make(leakedKey, intruder, 'sts', 'GetCallerIdentity');
  const probes = [
    'ListUsers',
    'ListRoles',
    'ListBuckets',
    'DescribeInstances',
    'ListSecrets',
    'ListFunctions20150331',
    'DescribeDBInstances',
  ];
  for (let n = 0; n < 47; n++)
    make(leakedKey, n % 4 === 0 ? script : intruder, 'iam', probes[n % probes.length]!, { error: 'AccessDenied' });
  make(leakedKey, intruder, 'sts', 'AssumeRole', { arn: `arn:aws:iam::${account}:role/deploy` });
  make(leakedKey, intruder, 'sts', 'GetFederationToken');
  for (let n = 0; n < 14; n++)
    make(deploy, intruder, 'organizations', 'ListAccounts', { error: 'AccessDeniedException' });
  make(deploy, intruder, 'sts', 'AssumeRole', { arn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole` });
  make(admin, intruder, 'iam', 'CreateUser', { arn: `arn:aws:iam::${account}:user/aws-support-sync` });
  make(admin, intruder, 'iam', 'CreateAccessKey');
  make(admin, intruder, 'iam', 'AttachUserPolicy', { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  make(admin, intruder, 'cloudtrail', 'StopLogging', {
    error: 'AccessDenied',
    arn: `arn:aws:cloudtrail:eu-central-1:${account}:trail/organization`,
  });
  for (const name of ['shop/prod/database', 'shop/prod/stripe', 'shop/prod/jwt'])
    make(admin, script, 'secretsmanager', 'GetSecretValue', {
      arn: `arn:aws:secretsmanager:eu-central-1:${account}:secret:${name}-a1B2c3`,
    });
  for (let n = 0; n < 6; n++)
    make(admin, script, 'ec2', 'RunInstances', n < 4 ? { error: 'Client.InstanceLimitExceeded' } : {});
  return calls;
}
