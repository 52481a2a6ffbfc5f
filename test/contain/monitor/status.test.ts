import { describe, expect, test } from 'vitest';
import type { Hourly } from '../../../src/contain/monitor/apps.js';
import { parseApp } from '../../../src/contain/monitor/apps.js';
import { type CallsSince, judgeCalls } from '../../../src/contain/monitor/calls-since.js';
import { type Containment, containmentOf } from '../../../src/contain/monitor/containment.js';
import { baselineFrom, judgeApp } from '../../../src/contain/monitor/health.js';
import { renderStatus } from '../../../src/contain/monitor/render-status.js';
import { type ClientHour, longestCadence, silenceOf } from '../../../src/contain/monitor/silence.js';
import { type LogFindings, statusOf } from '../../../src/contain/monitor/status.js';
import type { DerivedCredential } from '../../../src/model/trace.js';

const keyId = 'AKIAIOSFODNN7EXAMPLE';
const containment: Containment = {
  deniedAt: '2026-03-02T10:00:00.500Z',
  containedAt: '2026-03-02T10:30:00.000Z',
  deactivatedAt: '2026-03-02T12:00:00.000Z',
  from: 'journal',
};

const call = (last_seen: string, more: Partial<CallsSince> = {}): CallsSince => ({
  access_key_id: keyId,
  source_ip: '198.51.100.10',
  user_agent: 'ci/1.0',
  event_source: 's3.amazonaws.com',
  event_name: 'ListBuckets',
  error_code: null,
  events: 1,
  first_seen: last_seen,
  last_seen,
  ...more,
});

describe('when a key was contained', () => {
  const line = (phase: string, event: string, action: string, minute: number) =>
    `${JSON.stringify({ phase, event, action, time: `2026-03-02T10:${String(minute).padStart(2, '0')}:00.000Z` })}\n`;
  const first = line('apply', 'intent', 'attach-deny', 0) + line('apply', 'done', 'attach-deny', 1);

  test('each action counts from when it was first done', () => {
    const journal =
      line('apply', 'done', 'evidence', 0) +
      first +
      line('apply', 'done', `deactivate-key:${keyId}`, 3) +
      line('apply', 'done', 'attach-deny', 50);
    expect(containmentOf(journal, keyId, 'x')).toEqual({
      deniedAt: '2026-03-02T10:01:00.000Z',
      containedAt: '2026-03-02T10:03:00.000Z',
      deactivatedAt: '2026-03-02T10:03:00.000Z',
      from: 'journal',
    });
  });

  test('what was undone counts from when it was done again; another key’s deactivation does not count', () => {
    const again =
      first +
      line('undo', 'done', 'attach-deny', 5) +
      line('apply', 'done', 'attach-deny', 9) +
      line('apply', 'done', 'deactivate-key:AKIAI44QH8DHBEXAMPLE', 9);
    expect(containmentOf(again, keyId, 'x')).toMatchObject({
      deniedAt: '2026-03-02T10:09:00.000Z',
      deactivatedAt: null,
    });
  });

  test.each([
    ['nothing', '', 'nothing of the plan is in force'],
    ['an intent alone', line('apply', 'intent', 'attach-deny', 0), 'nothing of the plan is in force'],
    ['all undone', first + line('undo', 'done', 'attach-deny', 5), 'nothing of the plan is in force'],
    ['a line cut short', line('apply', 'done', 'a', 1).trimEnd(), 'nothing of the plan is in force'],
    ['evidence alone', line('apply', 'done', 'evidence', 1), 'nothing of the plan is in force'],
    ['something else', 'hello\n', 'line 1 of j is no entry'],
    ['no time', '{"phase":"apply","event":"done","action":"a","time":"soon"}\n', 'line 1 of j is no entry'],
  ])('a journal with %s', (_name, journal, message) => {
    expect(() => containmentOf(journal, keyId, 'j')).toThrow(message);
  });
});

describe('calls since', () => {
  const derived = (accessKeyId: string, eventName: string): DerivedCredential => ({
    accessKeyId,
    parent: keyId,
    depth: 1,
    eventName,
    issuedArn: null,
    issuedAt: null,
    expiration: null,
  });
  const issued = [derived('ASIAROLE', 'AssumeRole'), derived('ASIATOKEN', 'GetSessionToken')];
  const outcome = (time: string, more: Partial<CallsSince> = {}, held: Partial<Containment> = {}) =>
    judgeCalls([call(`2026-03-02T${time}Z`, more)], keyId, issued, { ...containment, ...held })[0]?.outcome;
  const whoAmI = { event_source: 'sts.amazonaws.com', event_name: 'GetCallerIdentity' };

  test.each([
    ['AccessDenied', 'refused'],
    ['Client.UnauthorizedOperation', 'refused'],
    ['InvalidClientTokenId', 'refused'],
    ['VpceAccessDenied', 'refused'],
    ['ExpiredTokenException', 'refused'],
    ['NoSuchKey', 'failed'],
    ['ThrottlingException', 'failed'],
  ])('%s', (error_code, expected) => {
    expect(outcome('13:00:00', { error_code })).toBe(expected);
  });

  test('a success is one as soon as the change has spread', () => {
    expect(outcome('10:05:00')).toBe('spreading');
    expect(outcome('10:05:01')).toBe('succeeded');
    expect(outcome('13:00:00', { first_seen: '2026-03-02T10:01:00Z' })).toBe('succeeded');
  });

  test('a session of a role is held against the end of the containment, the user’s own against the deny', () => {
    expect(outcome('10:20:00', { access_key_id: 'ASIAROLE' })).toBe('spreading');
    expect(outcome('10:40:00', { access_key_id: 'ASIAROLE' })).toBe('succeeded');
    expect(outcome('10:20:00', { access_key_id: 'ASIATOKEN' })).toBe('succeeded');
  });

  test('what no policy denies shows an active key, and of an inactive one a fault', () => {
    expect(outcome('11:00:00', whoAmI)).toBe('unstoppable');
    expect(outcome('11:00:00', { ...whoAmI, event_source: 'evil.amazonaws.com' })).toBe('succeeded');
    expect(outcome('12:06:00', whoAmI)).toBe('succeeded');
    expect(outcome('23:00:00', whoAmI, { deactivatedAt: null })).toBe('unstoppable');
    expect(outcome('23:00:00', { ...whoAmI, access_key_id: 'ASIAROLE' })).toBe('unstoppable');
  });
});

describe('silence', () => {
  const hours = (user_agent: string, ...starts: string[]): ClientHour[] =>
    starts.map((start) => ({
      source_ip: '198.51.100.10',
      user_agent,
      hour: `2026-${start}:00:00Z`,
      events: 2,
      last_seen: `2026-${start}:30:00Z`,
    }));
  const rows = [
    ...hours('hourly', '03-01T06', '03-01T07', '03-01T08', '03-01T20', '03-02T08', '03-02T09'),
    ...hours('weekly', '02-15T03', '02-22T03', '03-01T03'),
    ...hours('once', '02-20T01'),
    ...hours('stays', '03-01T01', '03-01T02', '03-02T11'),
    ...hours('new', '03-02T11'),
  ];

  test('is longer than any pause before, or it proves nothing', () => {
    const found = silenceOf(rows, containment.deniedAt, '2026-03-03T06:30:00.000Z');
    expect(
      found.map(({ userAgent, cadenceHours, longestPauseHours, silentHours, state }) => [
        userAgent,
        cadenceHours,
        longestPauseHours,
        silentHours,
        state,
      ]),
    ).toEqual([
      ['hourly', 1, 12, 21, 'gone'],
      ['weekly', 168, 168, 51, 'pausing'],
      ['stays', 1, 1, 19, 'calling'],
      ['once', null, null, 269, 'unknown'],
    ]);
  });

  test('without the end of the logs nothing is known, but who calls', () => {
    const states = silenceOf(rows, containment.deniedAt, null).map(({ state }) => state);
    expect(states).toEqual(['unknown', 'unknown', 'calling', 'unknown']);
  });

  test('the longest cadence is that of the rarest client; clients of one hour have theirs together', () => {
    expect(longestCadence(rows, containment.deniedAt)).toBe(168);
    const runners = [...hours('a', '03-01T01'), ...hours('b', '03-01T04'), ...hours('c', '03-01T08')];
    expect(longestCadence(runners, containment.deniedAt)).toBe(3.5);
    expect(longestCadence(hours('once', '02-20T01'), containment.deniedAt)).toBeNull();
  });
});

describe('an application against the week before', () => {
  const metric = parseApp('lambda:us-east-1/orders', { accountId: '111122223333', partition: 'aws' });
  const now = new Date('2026-03-02T13:20:00Z');
  const at = (entries: Record<string, number>): Hourly =>
    new Map(Object.entries(entries).map(([hour, value]) => [`2026-${hour}:00:00.000Z`, value]));
  const working = at({ '02-28T11': 5, '03-02T11': 5 });
  const judged = (errors: Hourly, activity: Hourly = working) =>
    judgeApp({ metric, errors, activity }, containment.deniedAt, now);

  test('twice the usual of the hour is borne, more is not', () => {
    expect(baselineFrom(containment.deniedAt).toISOString()).toBe('2026-02-23T10:00:00.000Z');
    const before = { '02-24T11': 3, '03-01T11': 1, '03-01T12': 100 };
    expect(judged(at({ ...before, '03-02T11': 6 }))).toMatchObject({ state: 'ok', hours: 4, worse: [] });
    expect(judged(at({ ...before, '03-02T11': 7 }))).toMatchObject({
      state: 'worse',
      worse: [{ hour: '2026-03-02T11:00:00.000Z', errors: 7, limit: 6 }],
    });
    expect(judged(at({ '02-22T11': 50, '03-02T11': 1 }))).toMatchObject({ state: 'worse' });
  });

  test('one that does nothing any more is no good sign, and one without data is not known', () => {
    expect(judged(at({}), at({ '02-28T11': 5 })).state).toBe('silent');
    expect(judged(at({}), at({ '02-28T20': 5 })).state).toBe('ok');
    expect(judged(at({}), at({})).state).toBe('unknown');
  });

  test('at most the last 24 hours are judged, each against days before the containment', () => {
    const later = new Date('2026-03-12T13:20:00Z');
    const reading = {
      metric,
      errors: at({ '03-11T14': 1, '03-04T14': 90, '02-25T14': 1 }),
      activity: at({ '03-12T01': 1 }),
    };
    const { hours, worse, state } = judgeApp(reading, containment.deniedAt, later);
    expect({ hours, worse, state }).toEqual({ hours: 24, worse: [], state: 'ok' });
  });

  test.each([
    ['alb:eu-west-1/app/shop/50dc6c495c0c9188', 'LoadBalancer', 'app/shop/50dc6c495c0c9188'],
    ['sfn:eu-west-1/flow', 'StateMachineArn', 'arn:aws:states:eu-west-1:111122223333:stateMachine:flow'],
    ['sfn:us-gov-west-1/arn:aws-us-gov:states:x', 'StateMachineArn', 'arn:aws-us-gov:states:x'],
    ['sqs:eu-west-1/orders.fifo', 'QueueName', 'orders.fifo'],
  ])('%s', (app, Name, Value) => {
    expect(parseApp(app, { accountId: '111122223333', partition: 'aws' }).dimension).toEqual({ Name, Value });
  });

  test.each(['lambda', 'lambda:orders', 'rds:us-east-1/x', '__proto__:us-east-1/x', 'lambda:us-east-1/a b'])(
    '%s',
    (app) => {
      expect(() => parseApp(app, { accountId: '1', partition: 'aws' })).toThrow('names no application');
    },
  );
});

describe('the status', () => {
  const quietLogs: LogFindings = {
    calls: [],
    hours: [],
    derived: [],
    logsFrom: '2026-02-01T00:00:00.000Z',
    logsReachTo: '2026-03-02T12:50:00.000Z',
    unreadObjects: 0,
    truncated: [],
  };
  const status = (logs: Partial<LogFindings>, more: Partial<Parameters<typeof statusOf>[0]> = {}) =>
    statusOf({
      keyId,
      now: new Date('2026-03-02T13:20:00Z'),
      containment,
      logs: { ...quietLogs, ...logs },
      apps: [],
      alarms: null,
      ...more,
    });
  const refused = call('2026-03-02T12:10:00Z', { error_code: 'AccessDenied' });
  const served = call('2026-03-02T12:20:00Z');
  const app = { app: 'lambda:us-east-1/x', metric: 'Errors', hours: 1, worse: [] };

  test('is quiet only where nothing speaks and enough is known', () => {
    expect(status({})).toMatchObject({ verdict: 'quiet', logsLagMinutes: 30, gaps: [] });
    expect(renderStatus(status({}))).toContain('quiet: no call since the containment');
  });

  test.each([
    ['a refused call', status({ calls: [refused] })],
    ['no end of the logs', status({ logsReachTo: null })],
    ['logs that end before', status({ logsReachTo: '2026-03-02T10:20:00.000Z' })],
    ['unread objects', status({ unreadObjects: 1 })],
    ['an answer that was cut', status({ truncated: ['calls-since'] })],
    ['an application that does worse', status({}, { apps: [{ ...app, state: 'worse' }] })],
    ['an application that is silent', status({}, { apps: [{ ...app, state: 'silent' }] })],
    ['an application without metrics', status({}, { apps: [{ ...app, state: 'unknown' }] })],
    ['an alarm that rings', status({}, { alarms: [{ name: 'a', state: 'ALARM', since: null }] })],
    ['an alarm that is absent', status({}, { alarms: [{ name: 'a', state: null, since: null }] })],
  ])('needs attention for %s', (_name, { verdict }) => {
    expect(verdict).toBe('attention');
  });

  test('a success is a breach, whatever else there is, and is said first', () => {
    const found = status({ calls: [served, refused] });
    expect(found).toMatchObject({ verdict: 'breached', successes: [served], stragglers: [refused] });
    const [first] = renderStatus(found).split('\n');
    expect(first).toBe(`${keyId}: NOT CONTAINED: calls succeeded since the containment`);
  });

  test('text from the logs can’t act on a terminal', () => {
    const hostile = call('2026-03-02T12:20:00Z', {
      user_agent: `\u001b[2J\n${'x'.repeat(5000)}`,
      error_code: '\u202eAccessDenied',
      source_ip: null,
    });
    const text = renderStatus(status({ calls: [hostile] }));
    for (const character of ['\u001b', '\u202e']) expect(text).not.toContain(character);
    expect(text.length).toBeLessThan(2000);
    expect(text).toContain('\\u001b[2J\\n');
  });
});
