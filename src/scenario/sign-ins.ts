import { roleOf, sessionArnOf, userOf } from './identities.js';
import type { Caller } from './record.js';
import type { Story } from './story.js';
import { accountIds, addressOf, homeRegions, people } from './world.js';

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
];

type Identity = Caller['identity'];

/** A kind of sign-in: who, from where, and how it ended. Source: AWS Management Console sign-in events. */
interface Kind {
  weight: number;
  identity: (story: Story, accountId: string, person: string) => Identity;
  address: (story: Story, person: string) => string;
  mfa: boolean;
  failure?: string;
}

const withoutKey = { accessKeyId: '' };
const stranger = (story: Story) => `192.0.2.${story.random.between(90, 99)}`;
const own = (_story: Story, person: string) => addressOf(person);

const kinds: readonly Kind[] = [
  {
    weight: 60,
    mfa: false,
    address: own,
    identity: ({ seed }, accountId, person) => {
      const role = roleOf(
        seed,
        accountId,
        'AWSReservedSSO_PowerUser_5f0c1a2b3d4e6f70',
        '/aws-reserved/sso.amazonaws.com/',
      );
      return {
        type: 'AssumedRole',
        principalId: `${role.principalId}:${person}`,
        arn: sessionArnOf(role, person),
        accountId,
      };
    },
  },
  {
    weight: 20,
    mfa: true,
    address: own,
    identity: ({ seed }, accountId, person) => {
      const user = userOf(seed, accountId, person);
      return { type: 'IAMUser', principalId: user.principalId, arn: user.arn, accountId, userName: person };
    },
  },
  {
    weight: 10,
    mfa: false,
    address: own,
    failure: 'Failed authentication',
    identity: ({ seed }, accountId, person) => ({
      type: 'IAMUser',
      principalId: userOf(seed, accountId, person).principalId,
      accountId,
      ...withoutKey,
      userName: person,
    }),
  },
  {
    weight: 6,
    mfa: false,
    address: stranger,
    failure: 'No username found in supplied account',
    identity: (_story, accountId) => ({
      type: 'IAMUser',
      accountId,
      ...withoutKey,
      userName: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    }),
  },
  {
    weight: 4,
    mfa: false,
    address: stranger,
    failure: 'Failed authentication',
    identity: (_story, accountId) => ({
      type: 'Root',
      principalId: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      accountId,
      ...withoutKey,
    }),
  },
];

/** Sign-ins of normal days. The first ones are one of each kind, so that no size lacks any. */
export function tellSignIns(story: Story, count: number, from: number, to: number): void {
  const { random } = story;
  for (let index = 0; index < count; index++) {
    const kind = kinds[index] ?? random.weighted(kinds);
    const accountId = random.pick(accountIds);
    const person = random.pick(people);
    const caller = {
      identity: kind.identity(story, accountId, person),
      sourceIp: kind.address(story, person),
      userAgent: random.pick(agents),
    };
    story.tell({ accountId, region: homeRegions[0]!, time: random.between(from, to - 1) }, caller, {
      service: 'signin',
      name: 'ConsoleLogin',
      readOnly: false,
      eventType: 'AwsConsoleSignIn',
      responseElements: { ConsoleLogin: kind.failure ? 'Failure' : 'Success' },
      additionalEventData: {
        LoginTo: 'https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true',
        MobileVersion: 'No',
        MFAUsed: kind.mfa ? 'Yes' : 'No',
      },
      ...(kind.failure && { signInError: kind.failure }),
    });
  }
}
