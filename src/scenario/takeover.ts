import { longTimeText } from './identifiers.js';
import { iamUser } from './identities.js';
import type { Caller } from './record.js';
import type { PlannedCall, Story } from './story.js';
import { acts, type Villain } from './villain.js';
import { homeRegions, platform, unusedRegion } from './world.js';

const home = homeRegions[0]!;
const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';

const read = (service: string, name: string, parameters?: PlannedCall['requestParameters']): PlannedCall => ({
  service,
  name,
  readOnly: true,
  requestParameters: parameters ?? null,
});

const change = (
  service: string,
  name: string,
  parameters: PlannedCall['requestParameters'],
  response: PlannedCall['responseElements'] = null,
): PlannedCall => ({
  service,
  name,
  readOnly: false,
  requestParameters: parameters ?? null,
  responseElements: response ?? null,
});

/** In the other account: a user of one's own, a key for it, and an attempt to stop the trail. */
function persist(story: Story, villain: Villain): void {
  const { admin } = villain.callers;
  const { createdUser, keys } = villain;
  const started = villain.began + acts.persist;
  const at = (offset: number) => ({ accountId: platform, region: home, time: started + offset });
  const userName = createdUser.name;
  story.tell(at(0), admin, read('sts', 'GetCallerIdentity'));
  story.tell(at(18), admin, read('iam', 'ListUsers', { maxItems: 100 }));
  story.tell(
    at(75),
    admin,
    change(
      'iam',
      'CreateUser',
      { userName },
      {
        user: {
          path: '/',
          userName,
          userId: createdUser.principalId,
          arn: createdUser.arn,
          createDate: longTimeText(started + 75),
        },
      },
    ),
  );
  story.tell(at(102), admin, { ...change('iam', 'AttachUserPolicy', { userName, policyArn }), arns: [policyArn] });
  story.tell(
    at(130),
    admin,
    change(
      'iam',
      'CreateAccessKey',
      { userName },
      {
        accessKey: {
          userName,
          accessKeyId: keys.created.accessKeyId,
          status: 'Active',
          createDate: longTimeText(started + 130),
        },
      },
    ),
  );
  story.tell(
    at(171),
    admin,
    change(
      'iam',
      'CreateLoginProfile',
      { userName, passwordResetRequired: false },
      {
        loginProfile: { userName, createDate: longTimeText(started + 171), passwordResetRequired: false },
      },
    ),
  );
  const trailArn = `arn:aws:cloudtrail:${home}:${platform}:trail/organization-trail`;
  story.tell(at(300), admin, read('cloudtrail', 'DescribeTrails', { trailNameList: [], includeShadowTrails: true }));
  for (const [index, name] of ['StopLogging', 'DeleteTrail'].entries())
    story.refuse(
      at(340 + index * 44),
      admin,
      { ...change('cloudtrail', name, { name: trailArn }), arns: [trailArn] },
      trailArn,
    );
  story.tell(at(420), admin, read('guardduty', 'ListDetectors'));
}

/** The new user signs in without MFA and looks around. */
function signIn(story: Story, villain: Villain): void {
  const { console } = villain.callers;
  const { createdUser } = villain;
  const started = villain.began + acts.signIn;
  const at = (offset: number, region = home) => ({ accountId: platform, region, time: started + offset });
  const { accessKeyId: _none, sessionContext: _session, ...identity } = iamUser(createdUser, '');
  const door: Caller = { identity, sourceIp: console.sourceIp, userAgent: console.userAgent };
  const login = (offset: number, failed: boolean) =>
    story.tell(at(offset), door, {
      ...change('signin', 'ConsoleLogin', null),
      eventType: 'AwsConsoleSignIn',
      additionalEventData: {
        LoginTo: 'https://console.aws.amazon.com/console/home?region=us-east-1',
        MobileVersion: 'No',
        MFAUsed: 'No',
      },
      responseElements: { ConsoleLogin: failed ? 'Failure' : 'Success' },
      ...(failed && { signInError: 'Failed authentication' }),
    });
  login(-35, true);
  login(0, false);
  for (const [index, [service, name]] of (
    [
      ['iam', 'GetAccountSummary'],
      ['iam', 'ListUsers'],
      ['ec2', 'DescribeInstances'],
      ['ec2', 'DescribeRegions'],
      ['s3', 'ListBuckets'],
      ['servicequotas', 'ListServiceQuotas'],
    ] as const
  ).entries())
    story.tell(at(20 + index * 17), console, read(service, name));
}

/** GPU instances in a Region that nobody looks at. */
function launch(story: Story, villain: Villain): void {
  const { created } = villain.callers;
  const { network, instances } = villain;
  const started = villain.began + acts.launch;
  const at = (offset: number) => ({ accountId: platform, region: unusedRegion, time: started + offset });
  const { groupId, vpcId, subnetId } = network;
  const { random } = story;
  story.tell(at(0), created, read('sts', 'GetCallerIdentity'));
  story.tell(at(40), created, read('ec2', 'DescribeRegions', { regionSet: {}, allRegions: true }));
  story.tell(
    at(71),
    created,
    read('ec2', 'DescribeInstanceTypeOfferings', { DescribeInstanceTypeOfferingsRequest: { LocationType: 'region' } }),
  );
  story.tell(
    at(120),
    created,
    change(
      'ec2',
      'CreateSecurityGroup',
      { groupName: 'default-web', groupDescription: 'web', vpcId },
      { _return: true, groupId },
    ),
  );
  for (const [index, port] of [22, 3389].entries())
    story.tell(
      at(133 + index * 9),
      created,
      change(
        'ec2',
        'AuthorizeSecurityGroupIngress',
        {
          groupId,
          ipPermissions: {
            items: [
              { ipProtocol: 'tcp', fromPort: port, toPort: port, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } },
            ],
          },
        },
        { _return: true },
      ),
    );
  const run = (instanceType: string, count: number) => ({
    instancesSet: { items: [{ imageId: `ami-0${random.hex(16)}`, minCount: count, maxCount: count, keyName: 'web' }] },
    instanceType,
    networkInterfaceSet: { items: [{ deviceIndex: 0, subnetId, associatePublicIpAddress: true }] },
    monitoring: { enabled: false },
    disableApiTermination: false,
    clientToken: random.uuid(),
  });
  story.tell(at(160), created, {
    ...change('ec2', 'RunInstances', { ...run('p4d.24xlarge', 2), dryRun: true }),
    error: ['Client.DryRunOperation', 'Request would have succeeded, but DryRun flag is set.'],
  });
  story.tell(at(175), created, {
    ...change('ec2', 'RunInstances', run('p4d.24xlarge', 2)),
    error: [
      'Client.VcpuLimitExceeded',
      'You have requested more vCPU capacity than your current vCPU limit of 64 allows for the instance bucket that the specified instance type belongs to.',
    ],
  });
  for (const [index, half] of [instances.slice(0, 2), instances.slice(2)].entries())
    story.tell(
      at(210 + index * 26),
      created,
      change('ec2', 'RunInstances', run('g5.12xlarge', half.length), {
        requestId: random.uuid(),
        reservationId: `r-0${random.hex(16)}`,
        ownerId: platform,
        groupSet: {},
        instancesSet: {
          items: half.map((instance, position) => ({
            instanceId: instance.instanceId,
            imageId: `ami-0${random.hex(16)}`,
            instanceState: { code: 0, name: 'pending' },
            privateIpAddress: instance.address,
            keyName: 'web',
            amiLaunchIndex: position,
            instanceType: 'g5.12xlarge',
            launchTime: (started + 210 + index * 26) * 1000,
            placement: { availabilityZone: `${unusedRegion}a`, tenancy: 'default' },
            subnetId,
            vpcId,
            groupSet: { items: [{ groupId, groupName: 'default-web' }] },
            networkInterfaceSet: {
              items: [
                {
                  networkInterfaceId: instance.interfaceId,
                  subnetId,
                  vpcId,
                  ownerId: platform,
                  status: 'in-use',
                  privateIpAddress: instance.address,
                },
              ],
            },
          })),
        },
      }),
    );
  for (let poll = 0; poll < 8; poll++)
    story.tell(
      at(260 + poll * 30),
      created,
      read('ec2', 'DescribeInstances', { maxResults: 100, instancesSet: {}, filterSet: {} }),
    );
  for (let visit = 1; visit <= 5; visit++)
    story.tell(
      at(visit * 4_200),
      created,
      read('ec2', 'DescribeInstanceStatus', { instancesSet: {}, filterSet: {}, includeAllInstances: true }),
    );
}

export function tellTakeover(story: Story, villain: Villain): void {
  persist(story, villain);
  signIn(story, villain);
  launch(story, villain);
}
