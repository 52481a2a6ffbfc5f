import type { AccountState, UserState } from '../contain/account/state.js';
import type { Caller } from '../contain/identify.js';
import { accessKeyIdOf, timeText } from './identifiers.js';
import { roleOf, sessionArnOf } from './identities.js';
import { randomOf } from './random.js';
import type { PlannedEvent } from './story.js';
import type { Villain } from './villain.js';
import { people, production } from './world.js';

/** What IAM would tell a responder of the leaked key's owner. */
export interface OwnerState {
  caller: Caller;
  owner: UserState;
  lastUsed: NonNullable<AccountState['lastUsed']>;
}

const milliseconds = (seconds: number): string => timeText(seconds).replace('Z', '.000Z');

export function ownerStateOf(seed: number, villain: Villain, lastUse: PlannedEvent): OwnerState {
  const { user, keys } = villain;
  const responder = roleOf(seed, production, 'incident-response');
  const day = 86_400;
  const older = accessKeyIdOf('AKIA', production, randomOf(seed, 'older-key'));
  const key = (id: string, status: string, age: number) => ({
    id,
    status,
    created: milliseconds(villain.began - age * day),
  });
  return {
    caller: {
      arn: sessionArnOf(responder, people[0]!),
      userId: `${responder.principalId}:${people[0]!}`,
      accountId: production,
      partition: 'aws',
    },
    owner: {
      principal: { type: 'user', name: user.name, arn: user.arn, id: user.principalId },
      accessKeys: [key(keys.leaked, 'Active', 412), key(older, 'Inactive', 897)].sort((a, b) => (a.id < b.id ? -1 : 1)),
      attachedPolicies: [`arn:aws:iam::${production}:policy/ci-deploy`],
      inlinePolicies: [
        {
          name: 'assume-deploy-pipeline',
          document: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: villain.deployRole.arn }],
          }),
        },
      ],
      groups: ['automation'],
      loginProfile: false,
      sshKeys: [],
      certificates: [],
      serviceCredentials: [],
      mfaDevices: [],
    },
    lastUsed: {
      time: milliseconds(lastUse.time),
      service: lastUse.record.eventSource.replace('.amazonaws.com', ''),
      region: lastUse.record.awsRegion,
    },
  };
}
