import type { AccountState } from '../contain/state.js';
import { accessKeyIdOf, timeText } from './identifiers.js';
import { roleOf, sessionArnOf } from './identities.js';
import { randomOf } from './random.js';
import type { PlannedEvent } from './story.js';
import type { Villain } from './villain.js';
import { people, production } from './world.js';

const milliseconds = (seconds: number): string => timeText(seconds).replace('Z', '.000Z');

/** The account as a responder would find it: what a containment plan for the leaked key is made from. */
export function accountStateOf(seed: number, villain: Villain, lastUse: PlannedEvent): AccountState {
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
    keyId: keys.leaked,
    accountId: production,
    partition: 'aws',
    caller: { arn: sessionArnOf(responder, people[0]!), userId: `${responder.principalId}:${people[0]!}` },
    principal: { type: 'user', userName: user.name, arn: user.arn, userId: user.principalId },
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
    lastUsed: {
      time: milliseconds(lastUse.time),
      service: lastUse.record.eventSource.replace('.amazonaws.com', ''),
      region: lastUse.record.awsRegion,
    },
  };
}
