import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatPlan, parsePlan } from '../../src/contain/plan-file.js';
import { accessKeyFacts } from '../../src/model/access-key.js';
import { generateScenario, type ScenarioAnswers, type ScenarioOptions } from '../../src/scenario/index.js';
import { planOfOwner } from '../../src/scenario/plan-of-owner.js';
import { ask, type Json, questionOf, type Read, readLogs } from './oracle.js';

const root = mkdtempSync(path.join(tmpdir(), 'keytrail-scenario-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
async function make(options: Partial<ScenarioOptions> = {}) {
  const directory = path.join(root, String(made++));
  const summary = await generateScenario({ directory, seed: 7, events: 3000, flows: 1500, ...options });
  const answers: ScenarioAnswers = JSON.parse(readFileSync(summary.answers, 'utf8'));
  return { directory, summary, answers };
}

function digests(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((file) => [
      path.relative(directory, file),
      createHash('sha256').update(readFileSync(file)).digest('hex'),
    ]),
  );
}

describe('a small scenario', () => {
  let directory: string;
  let answers: ScenarioAnswers;
  let summary: Awaited<ReturnType<typeof make>>['summary'];
  let read: Read;
  const progress: number[] = [];
  beforeAll(async () => {
    ({ directory, answers, summary } = await make({ onProgress: ({ files }) => progress.push(files) }));
    read = readLogs(directory);
  });
  const callsOf = (keyId: string): Json[] => read.records.filter((record) => record.userIdentity.accessKeyId === keyId);
  const event = (name: string, from = read.records): Json => from.find((record) => record.eventName === name);

  test('has exactly as many events and rows as asked for, and says so', () => {
    expect(read.records).toHaveLength(3000);
    expect(read.flows).toHaveLength(1500);
    expect(read.sizes.size).toBe(summary.files);
    expect({ ...answers, questions: undefined }).toMatchObject({
      seed: 7,
      events: 3000,
      flows: 1500,
      files: summary.files,
    });
    expect(progress).toEqual(Array.from({ length: summary.files }, (_, index) => index + 1));
    expect(digests(directory)).not.toHaveProperty('.partial');
  });

  test('writes records as CloudTrail does', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    for (const record of read.records) {
      expect(record.eventID).toMatch(uuid);
      expect(record.requestID).toMatch(record.eventSource === 's3.amazonaws.com' ? /^[A-Z2-7]{16}$/ : uuid);
      expect(record.eventTime).toMatch(/^2026-03-0[23]T\d\d:\d\d:\d\dZ$/);
      expect(record.eventCategory).toBe(record.managementEvent ? 'Management' : 'Data');
      if (record.errorCode) expect(record.responseElements).toBe(null);
    }
    const mean = read.records.reduce((sum, record) => sum + JSON.stringify(record).length, 0) / read.records.length;
    expect(mean).toBeGreaterThan(1300);
    expect(mean).toBeLessThan(1900);
    const types = new Set(read.records.map((record) => record.userIdentity.type));
    for (const type of [
      'AssumedRole',
      'IAMUser',
      'AWSService',
      'AWSAccount',
      'FederatedUser',
      'WebIdentityUser',
      'Root',
    ])
      expect(types).toContain(type);
  });

  test('has no record twice', () => {
    expect(new Set(read.records.map((record) => record.eventID)).size).toBe(read.records.length);
  });

  test.each([
    'key-owner',
    'key-timeline',
    'key-clients',
    'resources-touched',
    'sts-children',
    'denied-burst',
    'console-logins',
    'internet-accepted',
  ])('%s: the known answer is what the files hold', (id) => {
    const runs = answers.questions[id]!;
    expect(runs.length).toBeGreaterThan(0);
    for (const { params, keyIds, rows } of runs) {
      expect(rows.length).toBeGreaterThan(0);
      expect(rows).toEqual(ask(id, read, keyIds, params));
      const columns = questionOf(id).columns.map(({ name }) => name);
      for (const row of rows) expect(Object.keys(row)).toEqual(columns);
    }
  });

  test('asks about the leaked key, about its closure, and about everybody', () => {
    const closure = answers.closure.map(({ accessKeyId }) => accessKeyId);
    const keyIds = (id: string) => answers.questions[id]!.map((run) => run.keyIds);
    for (const id of ['key-owner', 'key-clients', 'resources-touched', 'denied-burst'])
      expect(keyIds(id)).toEqual([[answers.incident.keyId], closure]);
    for (const id of ['key-timeline', 'sts-children']) expect(keyIds(id)).toEqual([[answers.incident.keyId]]);
    expect(answers.questions['console-logins']!.map(({ params }) => params.user)).toEqual([
      undefined,
      answers.incident.createdUser,
    ]);
    expect(answers.questions['internet-accepted']!.map(({ params }) => params.ports)).toEqual([undefined, [22]]);
  });

  test('closure: the credentials that follow from the records of STS and IAM', () => {
    const found = [
      { accessKeyId: answers.incident.keyId, parent: null, depth: 0, eventName: null, issuedArn: null } as Json,
    ];
    for (const parent of found) {
      for (const { responseElements } of callsOf(parent.accessKeyId).filter(
        (record) => record.eventName === 'CreateAccessKey',
      ))
        found.push({
          accessKeyId: responseElements.accessKey.accessKeyId,
          parent: parent.accessKeyId,
          depth: parent.depth + 1,
          eventName: 'CreateAccessKey',
          issuedArn: `user/${responseElements.accessKey.userName}`,
        });
      for (const row of ask('sts-children', read, [parent.accessKeyId], {}))
        found.push({
          accessKeyId: row.issued_key_id,
          parent: parent.accessKeyId,
          depth: parent.depth + 1,
          eventName: row.event_name,
          issuedArn: row.issued_arn,
        });
    }
    found.sort((a, b) => a.depth - b.depth || (a.accessKeyId < b.accessKeyId ? -1 : 1));
    expect(answers.closure).toEqual(found);
    expect(found.map(({ depth }) => depth)).toEqual([0, 1, 1, 1, 2, 3]);
    for (const { accessKeyId } of found) expect(callsOf(accessKeyId).length).toBeGreaterThan(4);
  });

  test('key ids tell their account', () => {
    const { keyId, accountId, createdKeyId, createdUserAccountId } = answers.incident;
    expect(accessKeyFacts(keyId)).toEqual({ kind: 'long-term', account: accountId });
    expect(accessKeyFacts(createdKeyId)).toEqual({ kind: 'long-term', account: createdUserAccountId });
    for (const { userIdentity: who } of read.records)
      if (who.accessKeyId) expect(accessKeyFacts(who.accessKeyId).account, who.accessKeyId).toBe(who.accountId);
  });

  test('the intruder is told by address, and only the intruder', () => {
    const { attackerIps, keyId, legitimateIp, from, to, events } = answers.incident;
    const hostile = read.records.filter((record) => attackerIps.includes(record.sourceIPAddress));
    expect(events - hostile.length).toBe(4); // the decryptions that Secrets Manager asks for
    for (const { eventTime } of hostile) expect(eventTime >= from && eventTime <= to).toBe(true);
    const own = callsOf(keyId).filter((record) => !attackerIps.includes(record.sourceIPAddress));
    expect(new Set(own.map((record) => record.userAgent)).size).toBe(1);
    expect(own.filter((record) => record.sourceIPAddress === legitimateIp).length).toBeGreaterThan(40);
    expect(own.some((record) => record.eventTime < from) && own.some((record) => record.eventTime > to)).toBe(true);
  });

  test('tells the whole incident', () => {
    const { incident, closure } = answers;
    const [, ...sessions] = closure;
    const refusedCalls = callsOf(incident.keyId).filter((record) => /Denied|Unauthorized/.test(record.errorCode ?? ''));
    expect(refusedCalls.length).toBeGreaterThan(40);
    expect(answers.questions['denied-burst']![0]!.rows.length).toBeGreaterThan(1);
    const chained = sessions.find(({ depth }) => depth === 2)!;
    const pair = read.records.filter(
      (record) => record.responseElements?.credentials?.accessKeyId === chained.accessKeyId,
    );
    expect(pair.map((record) => record.recipientAccountId).sort()).toEqual([
      incident.accountId,
      incident.createdUserAccountId,
    ]);
    expect(new Set(pair.map((record) => record.sharedEventID)).size).toBe(1);
    expect(pair.map((record) => record.userIdentity.type).sort()).toEqual(['AWSAccount', 'AssumedRole']);
    const admin = callsOf(chained.accessKeyId);
    expect(event('CreateUser', admin).responseElements.user.arn).toBe(incident.createdUserArn);
    expect(event('CreateAccessKey', admin).responseElements.accessKey.accessKeyId).toBe(incident.createdKeyId);
    expect(event('AttachUserPolicy', admin)).toBeDefined();
    expect(event('StopLogging', admin).errorCode).toBe('AccessDeniedException');
    const launches = callsOf(incident.createdKeyId).filter(
      (record) => record.eventName === 'RunInstances' && !record.errorCode,
    );
    const instances = launches.flatMap((record) => record.responseElements.instancesSet.items);
    expect(instances.map((one: Json) => one.instanceId)).toEqual(
      incident.launchedInstances.map((one) => one.instanceId),
    );
    expect(instances.map((one: Json) => one.networkInterfaceSet.items[0].networkInterfaceId)).toEqual(
      incident.launchedInstances.map((one) => one.interfaceId),
    );
    const before = read.records.filter(
      (record) => record.awsRegion === incident.launchRegion && record.eventTime < incident.from,
    );
    expect(before).toEqual([]);
    const login = answers.questions['console-logins']![1]!.rows.at(-1)!;
    expect(login).toMatchObject({ result: 'Success', mfa_used: 'No', user_name: incident.createdUser });
    const objects = read.records.filter(
      (record) => record.eventName === 'GetObject' && incident.attackerIps.includes(record.sourceIPAddress),
    );
    expect(objects.length).toBeGreaterThan(40);
    for (const object of objects) expect(object).toMatchObject({ eventCategory: 'Data', managementEvent: false });
  });

  test('the launched interfaces send to the outside, and the flow logs show their losses', () => {
    const { launchedInstances, egressAddresses } = answers.incident;
    for (const { interfaceId } of launchedInstances) {
      const own = read.flows.filter((flow) => flow['interface-id'] === interfaceId);
      expect(own.some((flow) => egressAddresses.includes(flow.dstaddr!))).toBe(true);
      expect(own.some((flow) => flow.dstport === '22' && flow.action === 'ACCEPT')).toBe(true);
    }
    const statuses = read.flows.map((flow) => flow['log-status']);
    expect(statuses.filter((status) => status === 'SKIPDATA')).toHaveLength(1);
    expect(statuses).toContain('NODATA');
    expect(new Set(read.flows.map((flow) => flow.version))).toEqual(new Set(['2', '5']));
  });

  test('files are named and filled as AWS does it', () => {
    for (const [file, size] of read.sizes) {
      expect(size).toBeLessThan(200);
      expect(path.relative(directory, file)).toMatch(
        /^AWSLogs\/(\d{12})\/(CloudTrail\/([a-z0-9-]+)\/(\d{4}\/\d\d\/\d\d)\/\1_CloudTrail_\3_\d{8}T\d\d[0-5][05]Z_[A-Za-z0-9]{16}\.json|vpcflowlogs\/([a-z0-9-]+)\/(\d{4}\/\d\d\/\d\d)\/\1_vpcflowlogs_\5_fl-[0-9a-f]{17}_\d{8}T\d\d[0-5][05]Z_[0-9a-f]{8}\.log)\.gz$/,
      );
    }
  });

  test('a containment plan can be made from the account state', () => {
    const { ownerState } = summary;
    const [owner] = answers.questions['key-owner']![0]!.rows;
    expect(ownerState.owner.accessKeys).toContainEqual(expect.objectContaining({ id: owner!.access_key_id }));
    expect(ownerState.owner.principal).toEqual({
      type: 'user',
      name: owner!.user_name,
      arn: owner!.arn,
      id: owner!.principal_id,
    });
    expect(Date.parse(ownerState.lastUsed.time)).toBe(Date.parse(owner!.last_seen as string));
    const plan = planOfOwner(ownerState, owner!.access_key_id as string, null, new Date(owner!.last_seen as string));
    expect(plan.refusals).toEqual([]);
    expect(plan.actions.length).toBeGreaterThan(0);
    expect(parsePlan(formatPlan(plan))).toEqual(plan);
  });

  test('refuses a directory that is in use', async () => {
    const again = generateScenario({ directory, seed: 7, events: 3000, flows: 1500 });
    await expect(again).rejects.toMatchObject({
      code: 'bad_parameter',
      message: expect.stringContaining('AWSLogs is there already'),
    });
  });
});

test('the same seed and size give the same bytes; another seed gives others', async () => {
  const [one, same, other] = [await make(), await make(), await make({ seed: 8 })];
  expect(digests(same.directory)).toEqual(digests(one.directory));
  expect(other.answers.incident.keyId).not.toBe(one.answers.incident.keyId);
});

test('the incident is the same at any size, among more or less traffic', async () => {
  const least = await make({ events: 600, flows: 300 });
  const more = await make({ events: 20_000, flows: 4000 });
  expect(more.answers.incident).toEqual(least.answers.incident);
  expect(more.answers.closure).toEqual(least.answers.closure);
  expect(readLogs(more.directory).records).toHaveLength(20_000);
});

test('time and length can be chosen', async () => {
  const { directory } = await make({ start: '2025-12-31T05:00:00Z', hours: 24 });
  const times = readLogs(directory)
    .records.map((record) => record.eventTime)
    .sort();
  expect(times[0]! >= '2025-12-31T05:00:00Z' && times.at(-1)! < '2026-01-01T05:00:00Z').toBe(true);
});

test.each([
  [{ events: 200 }, 'events is 200'],
  [{ flows: 50 }, 'flows is 50'],
  [{ events: 2000.5 }, 'events is 2000.5'],
  [{ seed: -1 }, 'seed is -1'],
  [{ hours: 12 }, 'hours is 12'],
  [{ start: '2026-03-02T00:30:00Z' }, 'start "2026-03-02T00:30:00Z" is no full hour'],
  [{ start: '2026-13-02T00:00:00Z' }, 'start "2026-13-02T00:00:00Z" is no full hour'],
])('refuses %o', async (options, message) => {
  await expect(make(options)).rejects.toMatchObject({
    code: 'bad_parameter',
    message: expect.stringContaining(message),
  });
});
