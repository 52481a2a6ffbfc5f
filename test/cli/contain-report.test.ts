import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JournalRecord, journalPathOf, openJournal } from '../../src/contain/journal.js';
import { deletionJournal, deletionOf } from '../../src/contain/monitor/delete-key.js';
import type { Plan } from '../../src/contain/plan.js';
import { formatPlan } from '../../src/contain/plan-file.js';
import { openRotateJournal } from '../../src/contain/rotate/journal.js';
import { traceOf } from '../../src/investigate/trace.js';
import { generateScenario, type Incident } from '../../src/scenario/index.js';
import { planOfOwner } from '../../src/scenario/plan-of-owner.js';
import { openStore } from '../../src/stores/open.js';
import { ingestAll, writeCase } from '../queries/cases.js';
import { runCli } from './run-cli.js';

const seal = 'b'.repeat(64);
const responder = 'arn:aws:iam::111122223333:user/responder';

let folder: string;
let incident: Incident;
let plan: Plan;
let file: string;
const store = () => `duckdb:${join(folder, 'incident.duckdb')}`;

/** The incident and the owner's own calls end on 3 March. */
const at = (time: string): string => `2026-03-04T${time}:00.000Z`;

async function journal(path: string, of: Pick<Plan, 'planHash'>, records: [string, Partial<JournalRecord>][]) {
  const open = await openJournal(path, of);
  for (const [time, record] of records)
    await open.append({
      phase: 'apply',
      event: 'done',
      action: '',
      prior: {},
      goal: {},
      detail: 'read back',
      caller: responder,
      ...record,
      time: at(time),
    });
  await open.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-report-'));
  const logs = join(folder, 'logs');
  const scenario = await generateScenario({ directory: logs, seed: 7, events: 600, flows: 300 });
  incident = scenario.incident;
  const finding = (id: string, accessKeyId: string) => ({
    schemaVersion: '2.0',
    accountId: incident.accountId,
    region: 'us-east-1',
    id,
    type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    severity: 8,
    title: 'Called from a listed address',
    createdAt: '2026-03-02T23:00:00.000Z',
    updatedAt: id === 'own' ? '2026-03-02T23:00:00.000Z' : '2026-03-02T22:00:00.000Z',
    resource: { resourceType: 'AccessKey', accessKeyDetails: { accessKeyId, userName: 'x' } },
    service: { count: 1 },
  });
  const user = { type: 'IAMUser', arn: incident.userArn, accountId: incident.accountId, userName: incident.userName };
  const iam = { eventSource: 'iam.amazonaws.com', sourceIPAddress: incident.attackerIps[0] };
  const lifted = { ...iam, userIdentity: { ...user, accessKeyId: incident.keyId } };
  const someone = {
    type: 'IAMUser',
    arn: responder,
    accountId: incident.accountId,
    accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
  };
  const quarantined = {
    userName: incident.userName,
    policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3',
  };
  await writeCase(join(folder, 'more'), {
    cloudtrail: [
      {
        eventID: 'q',
        eventTime: '2026-03-03T02:00:00Z',
        ...iam,
        eventName: 'AttachUserPolicy',
        userIdentity: { type: 'AWSService' },
        requestParameters: quarantined,
      },
      {
        eventID: 'l',
        eventTime: '2026-03-04T07:02:30Z',
        ...lifted,
        eventName: 'DetachUserPolicy',
        requestParameters: { userName: incident.userName },
      },
      {
        eventID: 'm',
        eventTime: '2026-03-04T07:04:00Z',
        ...lifted,
        eventName: 'DetachUserPolicy',
        errorCode: 'AccessDenied',
      },
      {
        eventID: 'r',
        eventTime: '2026-03-04T07:05:00Z',
        ...iam,
        userIdentity: someone,
        eventName: 'UpdateAccessKey',
        requestParameters: { userName: incident.userName, accessKeyId: incident.keyId, status: 'Active' },
      },
      { eventID: 'z', eventTime: '2026-03-04T09:00:00Z', userIdentity: someone, eventName: 'ListBuckets' },
    ],
    guardduty: [finding('own', incident.keyId), finding('another', 'AKIAZZZZZZZZZZZZZZZZ')],
    asks: [],
  });
  const opened = await openStore(store(), 'write');
  await ingestAll(logs, opened);
  await ingestAll(join(folder, 'more'), opened);
  const now = new Date(at('06:50'));
  plan = planOfOwner(
    scenario.ownerState,
    incident.keyId,
    await traceOf({ engine: opened, keyId: incident.keyId, now }),
    now,
  );
  await opened.close();
  file = join(folder, 'plan.json');
  await writeFile(file, formatPlan(plan));
  const evidence = { action: 'evidence', detail: `manifest ${seal} in ${file}.evidence` };
  const [deny, ...others] = plan.actions.map(({ id }) => id);
  await journal(journalPathOf(file), plan, [
    ['06:55', evidence],
    ['07:00', { action: deny!, event: 'intent' }],
    ['07:01', { action: deny! }],
    ...others.map((action): [string, Partial<JournalRecord>] => ['07:02', { action }]),
    ['07:04', { action: deny!, event: 'intent', detail: 'lifted by someone' }],
    ['07:04', { action: deny!, detail: 'lifted by someone, and set again' }],
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

const report = (...args: string[]) => runCli(['contain', 'report', '--plan', file, ...args]);

test('the course of a generated incident, from the plan, its journal and the logs', async () => {
  const before = await readdir(folder);
  const { code, stdout, stderr } = await report('--store', store(), '--format', 'json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const made = JSON.parse(stdout);
  expect(made).toMatchObject({
    keyId: incident.keyId,
    owner: { arn: incident.userArn, kind: 'user-key', accountId: incident.accountId },
    complete: true,
    callsSince: { successes: 0, refused: 1 },
    evidence: { manifestSha256: seal, by: responder },
    times: {
      // Of two findings, the one about the key; the first burst of refusals came before it.
      detected: { from: expect.stringMatching(/^a burst of \d+ refused calls$/) },
      contained: { time: at('07:02') },
      denied: { time: at('07:01') },
      verified: { time: at('09:00') },
      recovered: null,
      deleted: null,
    },
  });
  expect(made.times.began.time >= `${incident.from.slice(0, -1)}.000Z`).toBe(true);
  expect(made.times.began.time <= made.times.detected.time).toBe(true);
  expect(made.durations.detectedToContained).toBeGreaterThan(24 * 60);
  const alerts = made.timeline.filter(({ phase }: { phase: string }) => phase === 'detected');
  expect(alerts.map(({ what }: { what: string }) => what)).toEqual(
    expect.arrayContaining([
      'GuardDuty found UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
      `AWS put ${incident.userName} in quarantine`,
    ]),
  );
  expect(made.timeline.filter(({ what }: { what: string }) => what.startsWith('GuardDuty'))).toHaveLength(1);
  expect(made.takenBack).toEqual([
    expect.objectContaining({
      time: '2026-03-04T07:02:30.000Z',
      action: 'DetachUserPolicy',
      accessKeyId: incident.keyId,
      sourceIp: incident.attackerIps[0],
    }),
    expect.objectContaining({ time: at('07:05'), action: 'UpdateAccessKey', target: incident.keyId, by: responder }),
  ]);
  expect(await readdir(folder)).toEqual(before);
});

test('as Markdown to a file that only its owner may read, with what people and other journals say', async () => {
  const rotation = join(folder, `rotate-${incident.keyId}.journal.jsonl`);
  const deletion = join(folder, deletionJournal(incident.keyId));
  const out = join(folder, 'report.md');
  let clock = at('08:00');
  const rotated = await openRotateJournal(rotation, () => new Date(clock));
  await rotated.append({
    event: 'begun',
    keyId: incident.keyId,
    userName: 'x',
    account: incident.accountId,
    caller: responder,
    targets: ['file:/srv/key'],
  });
  await rotated.append({ event: 'created', accessKeyId: 'AKIAI44QH8DHBEXAMPLE' });
  clock = at('08:12');
  await rotated.append({ event: 'written', target: 'file:/srv/key' });
  await rotated.close();
  await journal(deletion, deletionOf(incident.keyId), [['20:00', { action: 'delete-key', detail: 'gone' }]]);
  try {
    const { code, stdout, stderr } = await report('--detected', '2026-03-04T06:30:00Z', '--out', out);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `report written to ${out}\n` });
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const text = await readFile(out, 'utf8');
    expect(text).toContain(`# Incident report: \`${incident.keyId}\``);
    expect(text).toContain(`- Contained: ${at('07:02')} (the journal), 32 min after detection`);
    expect(text).toContain(', 1 h 10 min after containment');
    expect(text).toContain('of use after detection: 31 min');
    expect(text).toContain(`- The old key was deleted: ${at('20:00')}`);
    expect(text).toContain('found lifted once\n- By whom is not known');
    expect(text).toContain('- No store was named');
    expect(text).toContain(`Manifest SHA-256: ${seal}`);
  } finally {
    for (const each of [rotation, deletion, out]) await rm(each, { force: true });
  }
});

test.each([
  [['--detected', 'noon'], '--detected is "noon", which is no time'],
  [['--rotation', '/nonexistent/r.jsonl'], 'there is no journal /nonexistent/r.jsonl'],
  [['--out', 'PLAN'], 'is what the report is made from'],
])('wrong use is told in a line, and nothing is written: %j', async (args, message) => {
  const before = await readFile(file, 'utf8');
  const { code, stdout, stderr } = await report(...args.map((arg) => (arg === 'PLAN' ? file : arg)));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('a journal that was altered is no source', async () => {
  const path = journalPathOf(file);
  const content = await readFile(path, 'utf8');
  await writeFile(path, content.replace('07:02:00', '06:02:00'));
  try {
    const { code, stderr } = await report();
    expect(code).toBe(1);
    expect(stderr).toContain('was altered at line 4');
  } finally {
    await writeFile(path, content);
  }
});
