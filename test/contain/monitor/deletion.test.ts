import { describe, expect, test } from 'vitest';
import { type DeletionInputs, judgeDeletion } from '../../../src/contain/monitor/deletion.js';
import { renderDeletion } from '../../../src/contain/monitor/render-deletion.js';
import type { LogFindings } from '../../../src/contain/monitor/status.js';
import type { DerivedCredential } from '../../../src/model/trace.js';

const keyId = 'AKIAIOSFODNN7EXAMPLE';
const newId = 'AKIAI44QH8DHBEXAMPLE';
const now = new Date('2026-03-12T12:00:00Z');

const hour = (time: string, user_agent = 'ci/1.0') => ({
  source_ip: '198.51.100.10',
  user_agent,
  hour: `2026-${time}:00:00Z`,
  events: 3,
  last_seen: `2026-${time}:30:00Z`,
});
const session = (more: Partial<DerivedCredential> = {}): DerivedCredential => ({
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  parent: keyId,
  depth: 1,
  eventName: 'AssumeRole',
  issuedArn: null,
  issuedAt: '2026-03-01T09:00:00.000Z',
  expiration: '2026-03-01T10:00:00.000Z',
  ...more,
});
const refused = {
  access_key_id: keyId,
  source_ip: '198.51.100.10',
  user_agent: 'ci/1.0',
  event_source: 's3.amazonaws.com',
  event_name: 'ListBuckets',
  error_code: 'AccessDenied',
  events: 1,
  first_seen: '2026-03-12T01:00:00Z',
  last_seen: '2026-03-12T01:00:00Z',
};
const logs: LogFindings = {
  calls: [],
  hours: [hour('03-01T08'), hour('03-01T09')],
  derived: [session(), session({ accessKeyId: 'AKIAMADE', eventName: 'CreateAccessKey', expiration: null })],
  logsFrom: '2026-02-01T00:00:00.000Z',
  logsReachTo: '2026-03-12T11:40:00.000Z',
  unreadObjects: 0,
  truncated: [],
};
const containment = { deniedAt: '2026-03-02T10:00:00.000Z', deactivatedAt: '2026-03-03T10:00:00.000Z' };
const replacement = { keyId: newId, status: 'Active', lastUsed: '2026-03-12T09:00:00.000Z' };
const alarms = ['use', 'refused'].map((name) => ({ name: `keytrail-${keyId}-${name}`, state: 'OK', since: null }));
const app = { app: 'lambda:us-east-1/orders', metric: 'Errors', state: 'ok' as const, hours: 24, worse: [] };
const good: DeletionInputs = {
  now,
  keyId,
  status: 'Inactive',
  lastUsed: '2026-03-01T09:30:00.000Z',
  containment,
  logs,
  replacement,
  alarms,
  apps: [app],
  ownerSays: 'Ana Example, 2026-03-10, orders uses the new key, nothing else had the old one',
  evidence: { manifestSha256: 'a'.repeat(64), checked: { keyId, faults: 0 } },
};
const judged = (more: Partial<DeletionInputs>) => judgeDeletion({ ...good, ...more });
const withLogs = (more: Partial<LogFindings>) => judged({ logs: { ...logs, ...more } });

test('a key for which all seven hold may be deleted', () => {
  const verdict = judged({});
  expect(verdict).toMatchObject({ eligible: true, waitHours: 168, reasons: [] });
  expect(verdict.met.map(({ condition }) => condition)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

describe('each condition fails by itself, with what would satisfy it', () => {
  test.each<[number, string, Partial<DeletionInputs>, string, string]>([
    [1, 'Active', { status: 'Active' }, 'is Active', 'Deactivate it'],
    [
      1,
      'inactive for 6 days',
      { containment: { ...containment, deactivatedAt: '2026-03-06T10:00:00.000Z' } },
      'it must be 7 days',
      '2026-03-13T10:00:00.000Z',
    ],
    [
      1,
      'inactive, nobody knows since when',
      { containment: { ...containment, deactivatedAt: null } },
      'not known',
      '--plan',
    ],
    [2, 'used after the deny', { lastUsed: '2026-03-02T10:00:00.000Z' }, 'after the deny', 'contain status'],
    [
      3,
      'logs that lag',
      { logs: { ...logs, logsReachTo: '2026-03-12T11:29:00.000Z' } },
      'within 30 minutes',
      'Ingest what came since',
    ],
    [3, 'logs of unknown reach', { logs: { ...logs, logsReachTo: null } }, 'not known', 'ledger'],
    [3, 'logs with unread objects', { logs: { ...logs, unreadObjects: 2 } }, '2 log objects', 'ingest again'],
    [3, 'an answer that was cut', { logs: { ...logs, truncated: ['calls-since'] } }, 'calls-since were cut', 'smaller'],
    [
      3,
      'logs that begin after the deny',
      { logs: { ...logs, logsFrom: '2026-03-02T11:00:00.000Z' } },
      'begin at',
      'weeks before',
    ],
    [
      3,
      'a refused call this morning',
      { logs: { ...logs, calls: [refused] } },
      'it called at 2026-03-12T01:00:00Z; silent for 10.7 h',
      '2026-03-13T01:00:00.000Z',
    ],
    [4, 'no replacement', { replacement: null }, 'was not said', '--replacement'],
    [4, 'itself', { replacement: { ...replacement, keyId } }, 'replace itself', 'new key'],
    [4, 'an inactive one', { replacement: { ...replacement, status: 'Inactive' } }, 'is Inactive', 'activate it'],
    [4, 'an unknown one', { replacement: { ...replacement, status: null } }, 'unknown to this account', 'new key'],
    [4, 'one never used', { replacement: { ...replacement, lastUsed: null } }, 'never used', 'last 28 h'],
    [
      4,
      'one unused for two days',
      { replacement: { ...replacement, lastUsed: '2026-03-10T09:00:00.000Z' } },
      'last used at',
      'last 28 h',
    ],
    [
      5,
      'a living session',
      { logs: { ...logs, derived: [session({ expiration: '2026-03-12T13:00:00.000Z' })] } },
      'until 2026-03-12T13:00:00.000Z',
      'Wait until',
    ],
    [
      5,
      'a session of yesterday that tells no end',
      { logs: { ...logs, derived: [session({ expiration: null, issuedAt: '2026-03-11T09:00:00.000Z' })] } },
      'until 2026-03-12T21:00:00.000Z',
      'Wait until',
    ],
    [
      5,
      'a session of no known time',
      { logs: { ...logs, derived: [session({ expiration: null, issuedAt: null })] } },
      'an unknown time',
      'when they were issued',
    ],
    [6, 'no alarms asked', { alarms: null }, 'no alarms', 'contain alarms'],
    [
      6,
      'no alarms there',
      { alarms: alarms.map((alarm) => ({ ...alarm, state: null })) },
      'no alarms',
      'contain alarms',
    ],
    [6, 'an alarm that rings', { alarms: [alarms[0]!, { ...alarms[1]!, state: 'ALARM' }] }, 'is ALARM', 'who called'],
    [
      6,
      'an alarm that does not know',
      { alarms: [{ ...alarms[0]!, state: 'INSUFFICIENT_DATA' }, alarms[1]!] },
      'INSUFFICIENT_DATA',
      'wait until it is OK',
    ],
    [6, 'no application', { apps: [] }, 'no application was named', '--app'],
    [
      6,
      'an application that does worse',
      { apps: [app, { ...app, state: 'worse' }] },
      'more Errors than twice',
      'old key',
    ],
    [6, 'one that is silent', { apps: [{ ...app, state: 'silent' }] }, 'does not work', 'old key'],
    [6, 'one without metrics', { apps: [{ ...app, state: 'unknown' }] }, 'no metrics', 'name and Region'],
    [7, 'no word of the owner', { ownerSays: null }, 'not spoken', '--owner-says'],
    [7, 'a word without a day', { ownerSays: 'Ana says yes' }, 'not spoken', '--owner-says'],
    [7, 'a word of tomorrow', { ownerSays: 'Ana, 2026-03-13, yes' }, 'to come', 'the day'],
    [7, 'a word from before the deny', { ownerSays: 'Ana, 2026-03-01, yes' }, 'before the containment', 'Ask again'],
    [7, 'no evidence', { evidence: null }, 'no evidence', 'contain evidence'],
    [
      7,
      'evidence of another key',
      { evidence: { manifestSha256: 'b', checked: { keyId: newId, faults: 0 } } },
      `about ${newId}`,
      keyId,
    ],
    [7, 'altered evidence', { evidence: { manifestSha256: 'b', checked: { keyId, faults: 3 } } }, '3 files', '--check'],
  ])('%i: %s', (condition, _name, change, reason, hint) => {
    const { eligible, reasons, met } = judged(change);
    expect(eligible).toBe(false);
    expect(reasons).toEqual([
      { condition, reason: expect.stringContaining(reason), hint: expect.stringContaining(hint) },
    ]);
    expect(met.map((each) => each.condition)).toEqual([1, 2, 3, 4, 5, 6, 7].filter((each) => each !== condition));
  });
});

test('without logs, 1, 3 and 5 are not known; without a containment, 1, 2 and 3', () => {
  const failing = (more: Partial<DeletionInputs>) => judged(more).reasons.map(({ condition }) => condition);
  expect(failing({ logs: null })).toEqual([1, 3, 5]);
  expect(failing({ containment: null })).toEqual([1, 2, 3]);
  expect(failing({ logs: { ...logs, truncated: ['sts-children'] } })).toEqual([3, 5]);
});

test('nothing known: every condition fails, and the page names them all', () => {
  const nothing = {
    containment: null,
    logs: null,
    replacement: null,
    alarms: null,
    apps: [],
    ownerSays: null,
    evidence: null,
  };
  const verdict = judged({ ...nothing, status: 'Active' });
  expect(new Set(verdict.reasons.map(({ condition }) => condition))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  const key = { keyId, userName: 'ci\u001b[2J', accountId: '1', caller: 'x', status: 'Active', lastUsed: null };
  const text = renderDeletion(key, verdict);
  expect(text).toContain('NOT to be deleted yet');
  expect(text).not.toContain('\u001b');
  for (const { reason, hint } of verdict.reasons) expect(text).toContain(`${reason}\n      ${hint}\n`);
});

test('a monthly client makes the wait two months, and its silence a month', () => {
  const monthly = [hour('01-01T03', 'report/2'), hour('01-31T03', 'report/2'), hour('03-02T03', 'report/2')];
  const verdict = withLogs({ hours: [...logs.hours, ...monthly] });
  expect(verdict.waitHours).toBe(2 * 720);
  expect(verdict.reasons.map(({ condition }) => condition)).toEqual([1, 3]);
  expect(verdict.reasons[0]?.reason).toContain('it must be 60 days');
  expect(verdict.reasons[1]?.reason).toContain('it must be 30 days');
});

test('a key that IAM knows no use of, and logs that hold one hour of it, need the least wait', () => {
  expect(judged({ lastUsed: null, logs: { ...logs, hours: [hour('03-01T08')] } })).toMatchObject({
    eligible: true,
    waitHours: 168,
  });
});

test('a hash of evidence kept elsewhere is taken at its word', () => {
  expect(judged({ evidence: { manifestSha256: 'c'.repeat(64), checked: null } }).eligible).toBe(true);
});
