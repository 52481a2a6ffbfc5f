import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { classify } from '../../src/s3/layout.js';
import { generateScenario, type ScenarioAnswers } from '../../src/scenario/index.js';
import { ask, type Json, questionOf, type Read, readLogs } from './oracle.js';

const root = mkdtempSync(path.join(tmpdir(), 'keytrail-services-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const make = (name: string, allLogs: boolean, seed = 7) =>
  generateScenario({ directory: path.join(root, name), seed, events: 2000, flows: 800, allLogs });

let answers: ScenarioAnswers;
let read: Read;
let summary: Awaited<ReturnType<typeof make>>;
beforeAll(async () => {
  summary = await make('all', true);
  answers = JSON.parse(readFileSync(summary.answers, 'utf8'));
  read = readLogs(summary.directory);
});

const contents = (directory: string): Map<string, string> =>
  new Map(
    [...readLogs(directory).sizes.keys()].map((file) => [
      path.relative(directory, file),
      createHash('sha256').update(readFileSync(file)).digest('hex'),
    ]),
  );

test('findings and items come on top of the events and flows that were asked for, and are counted', () => {
  expect(read.records).toHaveLength(2000);
  expect(read.flows).toHaveLength(800);
  expect(read.findings).toHaveLength(summary.findings);
  expect(read.items).toHaveLength(summary.items);
  expect(read.sizes.size).toBe(summary.files);
  expect(answers).toMatchObject({ events: 2000, flows: 800, findings: summary.findings, items: summary.items });
});

test('the other logs are the same with and without them; without them there is neither a file nor an answer', async () => {
  const plain = await make('plain', false);
  const [all, without] = [contents(summary.directory), contents(plain.directory)];
  const extra = [...all.keys()].filter((file) => /\/(GuardDuty|Config)\//.test(file));
  for (const file of extra) all.delete(file);
  expect(extra).toHaveLength(summary.files - plain.files);
  expect(without).toEqual(all);
  expect(plain).toMatchObject({ findings: 0, items: 0 });
  const { questions }: ScenarioAnswers = JSON.parse(readFileSync(plain.answers, 'utf8'));
  expect(Object.keys(questions)).not.toContain('guardduty-findings');
  expect(Object.keys(questions)).not.toContain('config-history');
});

test('the same seed gives the same bytes, another seed other ids', async () => {
  const [again, other] = [await make('again', true), await make('other', true, 8)];
  expect(contents(again.directory)).toEqual(contents(summary.directory));
  const ids = readLogs(other.directory).findings.map(({ id }) => id);
  expect(ids.some((id) => read.findings.some((finding) => finding.id === id))).toBe(false);
});

test('files lie where AWS puts them', () => {
  const placed = [...read.sizes.keys()].filter((file) => /\/(GuardDuty|Config)\//.test(file));
  for (const file of placed) {
    const key = path.relative(summary.directory, file);
    expect(classify(key), key).toMatchObject({
      kind: 'log',
      origin: { day: expect.stringMatching(/^2026-03-0[2-4]$/) },
    });
    expect(key).toMatch(
      /^AWSLogs\/(\d{12})\/(GuardDuty\/[a-z0-9-]+\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\.jsonl|Config\/([a-z0-9-]+)\/\d{4}\/[1-9]\d?\/[1-9]\d?\/ConfigHistory\/\1_Config_\3_ConfigHistory_AWS::[A-Za-z0-9]+::[A-Za-z]+_\d{8}T\d{6}Z_\d{8}T\d{6}Z_1\.json)\.gz$/,
    );
  }
});

test.each(['guardduty-findings', 'config-history'])('%s: the known answer is what the files hold', (id) => {
  const runs = answers.questions[id]!;
  expect(runs.length).toBeGreaterThan(1);
  for (const { params, keyIds, rows } of runs) {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(ask(id, read, keyIds, params));
    const columns = questionOf(id).columns.map(({ name }) => name);
    for (const row of rows) expect(Object.keys(row)).toEqual(columns);
  }
});

test('findings are of calls and connections that the trail and the flow logs have', () => {
  for (const { resource, service, ...finding } of read.findings) {
    const call = service.action.awsApiCallAction;
    const remote = service.action.networkConnectionAction?.remoteIpDetails.ipAddressV4;
    const first = service.eventFirstSeen.replace('.000Z', 'Z');
    expect(finding.createdAt > service.eventFirstSeen && finding.updatedAt > service.eventLastSeen).toBe(true);
    expect(finding.arn).toContain(`:${finding.region}:${finding.accountId}:detector/${service.detectorId}/`);
    if (call) {
      const [record] = read.records.filter(
        (one) =>
          one.eventName === call.api &&
          one.eventTime === first &&
          one.userIdentity.principalId === resource.accessKeyDetails.principalId,
      );
      expect(record, finding.type).toMatchObject({
        recipientAccountId: finding.accountId,
        awsRegion: finding.region,
        eventSource: call.serviceName,
        sourceIPAddress: call.remoteIpDetails.ipAddressV4,
      });
      expect(record.userIdentity.accessKeyId).toBe(resource.accessKeyDetails.accessKeyId);
    } else if (service.resourceRole === 'ACTOR') {
      const [{ networkInterfaceId }] = resource.instanceDetails.networkInterfaces;
      const own = read.flows.filter((flow) => flow['interface-id'] === networkInterfaceId && flow.dstaddr === remote);
      expect(own.length).toBeGreaterThanOrEqual(service.count);
      expect(own.map((flow) => Number(flow.start) * 1000)).toContain(Date.parse(service.eventFirstSeen));
    }
  }
});

test('findings name the key, what was issued from it, what was launched, and others', () => {
  const { incident, closure } = answers;
  const keys = new Set(read.findings.map(({ resource }) => resource.accessKeyDetails?.accessKeyId));
  expect(keys).toContain(incident.keyId);
  expect(closure.filter(({ accessKeyId }) => keys.has(accessKeyId)).map(({ depth }) => depth)).toEqual([0, 1, 2]);
  const mining = read.findings.filter(({ type }) => type === 'CryptoCurrency:EC2/BitcoinTool.B');
  const instances = new Set(mining.map(({ resource }) => resource.instanceDetails.instanceId));
  expect(instances).toEqual(new Set(incident.launchedInstances.map(({ instanceId }) => instanceId)));
  const own = (finding: Json) =>
    instances.has(finding.resource.instanceDetails?.instanceId) ||
    closure.some(({ accessKeyId }) => accessKeyId === finding.resource.accessKeyDetails?.accessKeyId);
  const others = read.findings.filter((finding) => !own(finding));
  expect(new Set(others.map(({ id }) => id)).size).toBe(3);
  const states = read.findings.filter(({ id }) => id === mining[0].id);
  expect(states).toHaveLength(2);
  expect(states.map(({ service }) => service.count).sort((a, b) => a - b)[0]).toBe(1);
});

test('items tell what the intruder changed, before and after, and by which event', () => {
  const { incident } = answers;
  const of = (arn: string): Json[] => ask('config-history', read, [], { resource: arn });
  const eventOf = (row: Json) => read.records.find(({ eventID }) => eventID === row.event_id);
  const user = of(incident.createdUserArn);
  expect(user.map((row) => [row.status, eventOf(row)?.eventName])).toEqual([
    ['ResourceDiscovered', 'CreateUser'],
    ['OK', 'AttachUserPolicy'],
  ]);
  const policies = user.map((row) => JSON.parse(row.configuration).attachedManagedPolicies.length);
  expect(policies).toEqual([0, 1]);
  const groupId = read.records.find(({ eventName }) => eventName === 'CreateSecurityGroup').responseElements.groupId;
  const ports = of(groupId).map((row) => JSON.parse(row.configuration).ipPermissions.map((one: Json) => one.fromPort));
  expect(ports).toEqual([[], [22], [22, 3389]]);
  for (const { instanceId } of incident.launchedInstances)
    expect(of(instanceId).map((row) => eventOf(row)?.eventName)).toEqual(['RunInstances']);
  for (const row of [...user, ...of(groupId)]) {
    const delay = Date.parse(row.captured_at) - Date.parse(eventOf(row).eventTime);
    expect(delay > 0 && delay < 60_000).toBe(true);
  }
  expect(of(incident.userArn)[0]!.captured_at < incident.from).toBe(true);
  expect(of(`arn:aws:s3:::${incident.bucket}`)).toHaveLength(1);
  expect(read.items.some(({ configurationItemStatus }) => configurationItemStatus === 'ResourceDeleted')).toBe(true);
});
