import { type ConfigItem, itemOf, type Resource, type State } from './config-item.js';
import { type Principal, userOf } from './identities.js';
import { randomOf } from './random.js';
import type { JsonObject } from './record.js';
import type { PlannedEvent } from './story.js';
import type { Villain } from './villain.js';
import { addressOf, dataBucket, homeRegions, people, platform, production, sandbox, unusedRegion } from './world.js';

const home = homeRegions[0]!;
const day = 86_400;

const iamResource = (type: 'User' | 'Role', principal: Principal, created: number): Resource => ({
  accountId: principal.accountId,
  region: 'global',
  type: `AWS::IAM::${type}`,
  id: principal.principalId,
  name: principal.name,
  arn: principal.arn,
  created,
});

const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Policies are in items as IAM has them: percent-encoded. */
const documentOf = (statement: JsonObject): string =>
  encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] }));

const attached = (arns: readonly string[]) =>
  arns.map((policyArn) => ({ policyName: policyArn.split('/').at(-1), policyArn }));

const userState = ({ name, principalId, arn }: Principal, created: number, more: JsonObject): JsonObject => ({
  path: '/',
  userName: name,
  userId: principalId,
  arn,
  createDate: isoTime(created),
  userPolicyList: [],
  groupList: [],
  attachedManagedPolicies: [],
  permissionsBoundary: null,
  tags: [],
  ...more,
});

const roleState = ({ name, principalId, arn }: Principal, created: number, trusted: string, policy: string) => ({
  path: '/',
  roleName: name,
  roleId: principalId,
  arn,
  createDate: isoTime(created),
  assumeRolePolicyDocument: documentOf({ Principal: { AWS: trusted }, Action: 'sts:AssumeRole' }),
  instanceProfileList: [],
  rolePolicyList: [],
  attachedManagedPolicies: attached([policy]),
  permissionsBoundary: null,
  tags: [],
});

interface Group {
  accountId: string;
  region: string;
  id: string;
  name: string;
  vpcId: string;
}

const groupResource = ({ accountId, region, id, name }: Group, created: number): Resource => ({
  accountId,
  region,
  type: 'AWS::EC2::SecurityGroup',
  id,
  name,
  arn: `arn:aws:ec2:${region}:${accountId}:security-group/${id}`,
  created,
});

const groupState = ({ accountId, id, name, vpcId }: Group, openings: readonly { port: number; cidr: string }[]) => ({
  description: name,
  groupName: name,
  ipPermissions: openings.map(({ port, cidr }) => ({
    fromPort: port,
    ipProtocol: 'tcp',
    ipv6Ranges: [],
    prefixListIds: [],
    toPort: port,
    userIdGroupPairs: [],
    ipv4Ranges: [{ cidrIp: cidr }],
    ipRanges: [cidr],
  })),
  ownerId: accountId,
  groupId: id,
  ipPermissionsEgress: [],
  tags: [],
  vpcId,
});

/** What the intruder made: each call leads to a state some seconds later. */
function hostile(villain: Villain, events: readonly PlannedEvent[], add: Add): void {
  const { createdUser, network, keys, instances } = villain;
  const callsOf = (keyId: string, name: string) =>
    events.filter(({ record }) => {
      const { userIdentity, eventName, errorCode } = record;
      return userIdentity.accessKeyId === keyId && eventName === name && errorCode === undefined;
    });

  const [creation] = callsOf(keys.admin.accessKeyId, 'CreateUser') as [PlannedEvent];
  const [grant] = callsOf(keys.admin.accessKeyId, 'AttachUserPolicy') as [PlannedEvent];
  const user = iamResource('User', createdUser, creation.time);
  add(user, creation.time + 14, {
    status: 'ResourceDiscovered',
    configuration: userState(createdUser, creation.time, {}),
    events: [creation.record.eventID],
  });
  const policy = grant.arns[0]!;
  add(user, grant.time + 14, {
    status: 'OK',
    configuration: userState(createdUser, creation.time, { attachedManagedPolicies: attached([policy]) }),
    events: [grant.record.eventID],
  });

  const { groupId, vpcId, subnetId } = network;
  const group = { accountId: platform, region: unusedRegion, id: groupId, name: 'default-web', vpcId };
  const [made] = callsOf(keys.created.accessKeyId, 'CreateSecurityGroup') as [PlannedEvent];
  const opened = callsOf(keys.created.accessKeyId, 'AuthorizeSecurityGroupIngress');
  for (const [index, { time, record }] of [made, ...opened].entries())
    add(groupResource(group, made.time), time + 6, {
      status: index === 0 ? 'ResourceDiscovered' : 'OK',
      configuration: groupState(
        group,
        [22, 3389].slice(0, index).map((port) => ({ port, cidr: '0.0.0.0/0' })),
      ),
      events: [record.eventID],
    });

  for (const { time, record } of callsOf(keys.created.accessKeyId, 'RunInstances')) {
    const { items } = record.responseElements!.instancesSet as { items: { instanceId: string; imageId: string }[] };
    for (const { instanceId, imageId } of items) {
      const { address, interfaceId } = instances.find((one) => one.instanceId === instanceId)!;
      const resource: Resource = {
        accountId: platform,
        region: unusedRegion,
        type: 'AWS::EC2::Instance',
        id: instanceId,
        arn: `arn:aws:ec2:${unusedRegion}:${platform}:instance/${instanceId}`,
        zone: `${unusedRegion}a`,
        created: time,
      };
      add(resource, time + 75, {
        status: 'ResourceDiscovered',
        configuration: {
          instanceId,
          imageId,
          instanceType: 'g5.12xlarge',
          keyName: 'web',
          launchTime: isoTime(time),
          state: { code: 16, name: 'running' },
          privateIpAddress: address,
          subnetId,
          vpcId,
          networkInterfaces: [{ networkInterfaceId: interfaceId, privateIpAddress: address }],
          securityGroups: [{ groupName: group.name, groupId }],
        },
        relationships: [
          { resourceId: groupId, resourceType: 'AWS::EC2::SecurityGroup', name: 'Is associated with SecurityGroup' },
          {
            resourceId: interfaceId,
            resourceType: 'AWS::EC2::NetworkInterface',
            name: 'Contains NetworkInterface',
          },
        ],
        events: [record.eventID],
      });
    }
  }
}

/** What was there before, and what others change meanwhile. */
function ordinary(seed: number, villain: Villain, from: number, add: Add): void {
  const { user, deployRole, adminRole, began } = villain;
  const random = randomOf(seed, 'config-resources');
  const [since, first] = [from - 412 * day, from + 1_800];
  add({ ...iamResource('User', user, since), tags: { team: 'build' } }, first, {
    status: 'OK',
    configuration: userState(user, since, {
      userPolicyList: [
        {
          policyName: 'assume-deploy-pipeline',
          policyDocument: documentOf({ Action: 'sts:AssumeRole', Resource: deployRole.arn }),
        },
      ],
      groupList: ['automation'],
      attachedManagedPolicies: attached([`arn:aws:iam::${production}:policy/ci-deploy`]),
      tags: [{ key: 'team', value: 'build' }],
    }),
  });
  add(iamResource('Role', deployRole, since), first + 1, {
    status: 'OK',
    configuration: roleState(deployRole, since, user.arn, `arn:aws:iam::${production}:policy/deploy-pipeline`),
  });
  add(iamResource('Role', adminRole, since), first + 2, {
    status: 'OK',
    configuration: roleState(adminRole, since, deployRole.arn, 'arn:aws:iam::aws:policy/AdministratorAccess'),
  });
  const bucket: Resource = {
    accountId: production,
    region: home,
    type: 'AWS::S3::Bucket',
    id: dataBucket,
    name: dataBucket,
    arn: `arn:aws:s3:::${dataBucket}`,
    zone: 'Regional',
    created: since,
  };
  const blocked = {
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  };
  add(bucket, first + 3, {
    status: 'OK',
    configuration: { name: dataBucket, creationDate: isoTime(since), region: home },
    supplementary: {
      BucketPolicy: { policyText: null },
      BucketVersioningConfiguration: { status: 'Enabled', isMfaDeleteEnabled: null },
      PublicAccessBlockConfiguration: blocked,
    },
  });

  const group: Group = {
    accountId: sandbox,
    region: home,
    id: `sg-0${random.hex(16)}`,
    name: 'trial',
    vpcId: `vpc-0${random.hex(16)}`,
  };
  const office = { port: 443, cidr: `${addressOf(people[2]!)}/32` };
  const trial = groupResource(group, began - 7_000);
  add(trial, began - 6_980, { status: 'ResourceDiscovered', configuration: groupState(group, []) });
  add(trial, began - 6_700, { status: 'OK', configuration: groupState(group, [office]) });
  add(trial, began + 9_000, { status: 'ResourceDeleted' });
  const person = userOf(seed, sandbox, people[1]!);
  for (const [time, groupList] of [
    [first + 40, ['developers']],
    [began + 5_000, ['developers', 'testers']],
  ] as const)
    add(iamResource('User', person, since), time, {
      status: 'OK',
      configuration: userState(person, since, { groupList }),
    });
}

type Add = (resource: Resource, second: number, state: State) => void;

/**
 * What AWS Config records of the resources that the intruder made, of those that were used, and of others, in order
 * of time. Calls of the intruder are named by the ids of their CloudTrail events.
 */
export function itemsOf(seed: number, villain: Villain, events: readonly PlannedEvent[], from: number): ConfigItem[] {
  const random = randomOf(seed, 'config-items');
  const items: ConfigItem[] = [];
  const add: Add = (resource, second, state) => {
    items.push(itemOf(resource, second, state, random));
  };
  ordinary(seed, villain, from, add);
  hostile(villain, events, add);
  return items.sort((a, b) => a.configurationStateId - b.configurationStateId);
}
