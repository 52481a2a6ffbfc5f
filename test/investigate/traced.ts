import { join } from 'node:path';
import { expect } from 'vitest';
import { traceOf } from '../../src/investigate/trace.js';
import type { CreatedThing, Trace } from '../../src/model/trace.js';
import { generateScenario, type ScenarioSummary } from '../../src/scenario/index.js';
import type { Engine } from '../../src/stores/store.js';

/** What the intruder of a generated incident left, in order: kind, name, of. */
const leftBehind = ({ incident }: ScenarioSummary): [string, string, string | null][] => [
  ['user', incident.createdUser, null],
  ['policy-grant', 'arn:aws:iam::aws:policy/AdministratorAccess', incident.createdUser],
  ['access-key', incident.createdKeyId, incident.createdUser],
  ['login-profile', incident.createdUser, incident.createdUser],
  ...incident.launchedInstances.map(({ instanceId }): [string, string, null] => ['instance', instanceId, null]),
];

const inOrder = (things: readonly CreatedThing[]) => things.map(({ kind, name, of }) => [kind, name, of]);

export const incidentIn = (folder: string): Promise<ScenarioSummary> =>
  generateScenario({ directory: join(folder, 'incident'), seed: 11, events: 5000, flows: 500 });

export const traced = (engine: Engine, keyId: string): Promise<Trace> =>
  traceOf({ engine, keyId, now: new Date('2026-03-04T00:00:00Z') });

/** Holds a trace of the leaked key against what was generated. */
export function expectIncident(trace: Trace, scenario: ScenarioSummary): void {
  const { incident, closure } = scenario;
  expect(trace.owner).toEqual({
    type: 'IAMUser',
    arn: incident.userArn,
    accountId: incident.accountId,
    userName: incident.userName,
    roleArn: null,
    sessionName: null,
  });
  expect(trace.issuers).toEqual([]);
  expect(trace.clients[0]?.source_ip).toBe(incident.legitimateIp);
  expect(trace.derived.map(({ accessKeyId }) => accessKeyId).sort()).toEqual(
    closure
      .filter(({ depth }) => depth > 0)
      .map(({ accessKeyId }) => accessKeyId)
      .sort(),
  );
  expect(trace.derived.map(({ issuedAt }) => issuedAt)).toEqual(trace.derived.map(({ issuedAt }) => issuedAt).sort());
  expect(trace.derived.find(({ eventName }) => eventName === 'GetSessionToken')).toMatchObject({
    issuedAt: '2026-03-03T02:44:11.000Z',
    expiration: '2026-03-04T14:44:11.000Z',
  });
  expect(trace.roles.map(({ arn, sessions }) => [arn, sessions])).toEqual(incident.roles.map((arn) => [arn, 1]));
  const hostile = trace.created.filter(({ sourceIp }) => incident.attackerIps.includes(sourceIp ?? ''));
  expect(inOrder(hostile.filter(({ kind }) => kind !== 'instance'))).toEqual(leftBehind(scenario).slice(0, 4));
  expect(inOrder(hostile.filter(({ kind }) => kind === 'instance')).sort()).toEqual(
    leftBehind(scenario).slice(4).sort(),
  );
  const others = trace.created.filter(({ sourceIp }) => !incident.attackerIps.includes(sourceIp ?? ''));
  expect(new Set(others.map(({ kind }) => kind))).toEqual(new Set(['function']));
  expect(trace.actions.find(({ event_name }) => event_name === 'RunInstances')).toMatchObject({
    event_source: 'ec2.amazonaws.com',
    events: 4,
    failed: 2,
  });
  expect(trace.firstAbuse! >= incident.from.replace('Z', '.000Z')).toBe(true);
  expect(trace.firstAbuse! < '2026-03-02T21:55').toBe(true);
  expect(trace).toMatchObject({ unanswered: [], truncated: [] });
}
