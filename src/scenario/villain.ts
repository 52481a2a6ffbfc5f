import { accessKeyIdOf } from './identifiers.js';
import {
  assumedRole,
  federatedArnOf,
  federatedUser,
  iamUser,
  type Principal,
  roleOf,
  sessionArnOf,
  userOf,
} from './identities.js';
import { randomOf } from './random.js';
import type { Caller } from './record.js';
import { platform, production } from './world.js';

/** One credential that was issued in the course of the intrusion, or the leaked key itself. */
export interface ClosureEntry {
  accessKeyId: string;
  /** The credential that obtained it; null for the leaked key. */
  parent: string | null;
  /** 0 for the leaked key. */
  depth: number;
  /** The call that issued it; null for the leaked key. */
  eventName: string | null;
  /** ARN of the session as the answer names it, null where it names none; `user/NAME` for an access key. */
  issuedArn: string | null;
}

/** Seconds after the first abuse. */
export const acts = {
  enumerate: 2 * 60,
  assumeRole: 26 * 60,
  steal: 34 * 60,
  chain: 71 * 60,
  persist: 80 * 60,
  signIn: 104 * 60,
  launch: 133 * 60,
  sessions: 5 * 3600,
  end: 9 * 3600,
} as const;

const linux = 'ua/2.0 os/linux#6.8.11-amd64 md/arch#x86_64 lang/python#3.11.9 md/pyimpl#CPython';

/** Who does it, with what: everything follows from the seed and the time of the first abuse. */
export function villainOf(seed: number, began: number) {
  const random = randomOf(seed, 'villain');
  const user = userOf(seed, production, 'ci-deploy');
  const deployRole = roleOf(seed, production, 'deploy-pipeline');
  const adminRole = roleOf(seed, platform, 'platform-operations');
  const createdUser: Principal = userOf(seed, platform, 'svc-backup-sync');
  const key = (prefix: 'AKIA' | 'ASIA', accountId: string) => accessKeyIdOf(prefix, accountId, random);
  const leaked = key('AKIA', production);
  const deploy = { accessKeyId: key('ASIA', production), created: began + acts.assumeRole + 240 };
  const admin = { accessKeyId: key('ASIA', platform), created: began + acts.chain };
  const created = { accessKeyId: key('AKIA', platform), created: began + acts.persist + 130 };
  const token = { accessKeyId: key('ASIA', production), created: began + acts.sessions };
  const federation = { accessKeyId: key('ASIA', production), created: began + acts.sessions + 95 };
  const console = { accessKeyId: key('ASIA', platform), created: began + acts.signIn };
  const deploySession = `botocore-session-${deploy.created}`;
  const adminSession = 'ops';
  const federationName = 'reporting';

  const scanner = {
    sourceIp: '203.0.113.66',
    userAgent: `Boto3/1.34.131 md/Botocore#1.34.131 ${linux} cfg/retry-mode#legacy Botocore/1.34.131`,
  };
  const operator = {
    sourceIp: '198.51.100.201',
    userAgent: `aws-cli/2.17.0 md/awscrt#0.20.11 ${linux} cfg/retry-mode#standard md/installer#source md/prompt#off`,
  };
  const browser = {
    sourceIp: '192.0.2.77',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  };
  const callers = {
    scan: { ...scanner, identity: iamUser(user, leaked) },
    leaked: { ...operator, identity: iamUser(user, leaked) },
    deploy: { ...operator, identity: assumedRole(deployRole, deploySession, deploy) },
    admin: { ...operator, identity: assumedRole(adminRole, adminSession, admin) },
    created: { ...operator, identity: iamUser(createdUser, created.accessKeyId) },
    console: { ...browser, identity: iamUser(createdUser, console.accessKeyId, console), console: true },
    token: { ...operator, identity: iamUser(user, token.accessKeyId, token) },
    federated: { ...scanner, identity: federatedUser(user, federationName, federation) },
  } satisfies Record<string, Caller>;

  const entry = (
    accessKeyId: string,
    parent: string,
    depth: number,
    eventName: string,
    issuedArn: string | null,
  ): ClosureEntry => ({
    accessKeyId,
    parent,
    depth,
    eventName,
    issuedArn,
  });
  const closure: ClosureEntry[] = [
    { accessKeyId: leaked, parent: null, depth: 0, eventName: null, issuedArn: null },
    entry(deploy.accessKeyId, leaked, 1, 'AssumeRole', sessionArnOf(deployRole, deploySession)),
    entry(token.accessKeyId, leaked, 1, 'GetSessionToken', null),
    entry(federation.accessKeyId, leaked, 1, 'GetFederationToken', federatedArnOf(production, federationName)),
    entry(admin.accessKeyId, deploy.accessKeyId, 2, 'AssumeRole', sessionArnOf(adminRole, adminSession)),
    entry(created.accessKeyId, admin.accessKeyId, 3, 'CreateAccessKey', `user/${createdUser.name}`),
  ];
  closure.sort((a, b) => a.depth - b.depth || (a.accessKeyId < b.accessKeyId ? -1 : 1));

  return {
    began,
    user,
    deployRole,
    adminRole,
    createdUser,
    keys: { leaked, deploy, admin, created, token, federation, console },
    names: { deploySession, adminSession, federationName },
    callers,
    closure,
    addresses: [scanner.sourceIp, operator.sourceIp, browser.sourceIp],
    userAgents: [scanner.userAgent, operator.userAgent, browser.userAgent],
    /** Where the launched instances send data. */
    sinks: { pool: '192.0.2.180', drop: '198.51.100.240' },
    instances: Array.from({ length: 4 }, (_, index) => ({
      instanceId: `i-0${random.hex(16)}`,
      interfaceId: `eni-0${random.hex(16)}`,
      address: `172.31.${16 + index}.${random.between(10, 240)}`,
    })),
    network: {
      vpcId: `vpc-0${random.hex(16)}`,
      subnetId: `subnet-0${random.hex(16)}`,
      groupId: `sg-0${random.hex(16)}`,
    },
    secrets: [
      'prod/orders/db',
      'prod/payments/api',
      'prod/mail/smtp',
      'prod/warehouse/redshift',
      'prod/github/deploy-token',
    ].map(
      (name) =>
        `arn:aws:secretsmanager:us-east-1:${production}:secret:${name}-${random.letters(6, 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz')}`,
    ),
  };
}

export type Villain = ReturnType<typeof villainOf>;
