import { firstSignOf } from '../../src/investigate/first-sign.js';
import type { AnsweredQuestion, Investigation } from '../../src/investigate/investigation.js';
import { nextSteps } from '../../src/investigate/next-steps.js';
import { fitting } from '../../src/investigate/procedure.js';
import { verdictOf } from '../../src/investigate/verdict.js';
import { accessKeyFacts } from '../../src/model/access-key.js';
import { rowOrder } from '../../src/model/cell.js';
import type { Coverage, Row } from '../../src/model/question.js';
import type { Closure } from '../../src/queries/closure.js';
import { questionById } from '../../src/queries/load.js';
import {
  abuse,
  account,
  admin,
  backdoor,
  type Call,
  callers,
  deploy,
  everyday,
  federated,
  intruder,
  leakedKey,
  user,
} from './calls.js';

const store = 'duckdb:/cases/2026-03-ci-key/incident.duckdb';

function grouped(calls: readonly Call[], columns: (call: Call) => Row | null): Row[] {
  const groups = new Map<string, Row>();
  for (const call of calls) {
    const named = columns(call);
    if (named === null) continue;
    const key = JSON.stringify(named);
    const row = groups.get(key) ?? { ...named, events: 0, failed: 0, first_seen: call.time, last_seen: call.time };
    row.events = Number(row.events) + 1;
    if (call.error) row.failed = Number(row.failed) + 1;
    if (call.time < String(row.first_seen)) row.first_seen = call.time;
    if (call.time > String(row.last_seen)) row.last_seen = call.time;
    groups.set(key, row);
  }
  return [...groups.values()];
}

const principal = (key: string): Row => ({
  access_key_id: key,
  account_id: account,
  principal_type: key === leakedKey ? 'IAMUser' : key === federated ? 'FederatedUser' : 'AssumedRole',
  principal_id: key === leakedKey ? 'AIDARTX3GSDSVJUSERIDX' : `AROARTX3GSDSVJ:${key.slice(-6)}`,
  arn: callers[key] ?? null,
  user_name: key === leakedKey ? 'ci-deployer' : null,
  issuer_arn:
    key === leakedKey
      ? null
      : `arn:aws:iam::${account}:role/${key === deploy ? 'deploy' : 'OrganizationAccountAccessRole'}`,
});

const errors: Record<string, string> = {
  AccessDenied: `User: ${user} is not authorized to perform this action because no identity-based policy allows it`,
  ThrottlingException: 'Rate exceeded',
};

function rowsByQuestion(calls: readonly Call[], closure: Closure): Record<string, Row[]> {
  const refused = (from: string, to: string, key: string) =>
    calls.filter(
      (call) => call.key === key && call.error?.startsWith('AccessDenied') && call.time >= from && call.time < to,
    );
  const burst = (from: string, to: string, key: string): Row => {
    const made = refused(from, to, key);
    return {
      window_start: from,
      access_key_id: key,
      arn: callers[key] ?? null,
      refused: made.length,
      first_seen: made[0]?.time ?? null,
      last_seen: made.at(-1)?.time ?? null,
    };
  };
  return {
    'key-owner': grouped(calls, ({ key }) => principal(key)),
    'key-clients': grouped(calls, ({ key, from }) => ({
      access_key_id: key,
      source_ip: from.address,
      user_agent: from.agent,
      vpc_endpoint_id: from.vpce ?? null,
    })),
    'actions-used': grouped(calls, ({ source, name }) => ({ event_source: source, event_name: name })),
    'sts-children': closure.credentials.slice(1, 4).map((credential, index) => ({
      issued_key_id: credential.accessKeyId,
      parent_key_id: credential.parent,
      event_time: credential.issuedAt,
      event_id: `5f0c2d1e-0000-4000-8000-00000000000${index}`,
      event_name: credential.eventName,
      issued_arn: credential.issuedArn,
      expiration: credential.expiration,
      account_id: account,
      source_ip: intruder.address,
    })),
    'keys-created': closure.credentials.slice(4).map(({ accessKeyId, parent, issuedAt, eventName }) => ({
      issued_key_id: accessKeyId,
      parent_key_id: parent,
      event_time: issuedAt,
      event_id: '5f0c2d1e-0000-4000-8000-000000000004',
      event_name: eventName,
      user_name: 'aws-support-sync',
      account_id: account,
      source_ip: intruder.address,
    })),
    'denied-burst': [
      burst('2026-03-04T03:10:00Z', '2026-03-04T03:20:00Z', leakedKey),
      burst('2026-03-04T03:20:00Z', '2026-03-04T03:30:00Z', deploy),
    ],
    'resources-touched': grouped(calls, ({ source, name, arn }) =>
      arn === undefined ? null : { arn, event_source: source, event_name: name },
    ),
    'key-timeline': calls.map((call, index) => ({
      event_time: call.time,
      event_id: `c0ffee00-0000-4000-8000-${String(index).padStart(12, '0')}`,
      access_key_id: call.key,
      account_id: account,
      region: 'eu-central-1',
      event_source: call.source,
      event_name: call.name,
      source_ip: call.from.address,
      user_agent: call.from.agent,
      error_code: call.error ?? null,
      error_message: call.error === undefined ? null : (errors[call.error] ?? null),
    })),
    'key-buckets': grouped(calls, ({ time, key, source }) => ({
      window_start: `${time.slice(0, 13)}:00:00Z`,
      access_key_id: key,
      event_source: source,
    })),
    'client-actions': grouped(calls, ({ key, from, source, name }) => ({
      access_key_id: key,
      source_ip: from.address,
      user_agent: from.agent,
      vpc_endpoint_id: from.vpce ?? null,
      invoked_by: null,
      event_source: source,
      event_name: name,
    })),
    'console-logins': [
      signIn('2026-03-02T08:01:44Z', 'IAMUser', 'mara', 'Success', 'Yes', '192.0.2.40'),
      signIn('2026-03-04T04:02:10Z', 'IAMUser', 'aws-support-sync', 'Failure', 'No', intruder.address),
      signIn('2026-03-04T04:02:51Z', 'IAMUser', 'aws-support-sync', 'Success', 'No', intruder.address),
    ],
    'internet-accepted': [accepted('203.0.113.77', 22, 18_400_112, 41), accepted('192.0.2.199', 3389, 20_480, 3)],
  };
}

const signIn = (time: string, type: string, name: string, result: string, mfa: string, address: string): Row => ({
  event_time: time,
  event_id: `ab12cd34-0000-4000-8000-${time.slice(11, 19).replaceAll(':', '')}000000`,
  account_id: account,
  principal_type: type,
  user_name: name,
  arn: `arn:aws:iam::${account}:user/${name}`,
  result,
  mfa_used: mfa,
  source_ip: address,
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  error_message: result === 'Failure' ? 'Failed authentication' : null,
});

const accepted = (srcaddr: string, dstport: number, bytes: number, flows: number): Row => ({
  srcaddr,
  dstaddr: '10.20.3.17',
  dstport,
  protocol: 6,
  interface_id: 'eni-0f1e2d3c4b5a69788',
  flows,
  packets: flows * 12,
  bytes,
  first_seen: '2026-03-04T03:40:00Z',
  last_seen: '2026-03-04T05:10:00Z',
});

const closure: Closure = {
  truncated: false,
  credentials: [
    {
      accessKeyId: leakedKey,
      parent: null,
      depth: 0,
      path: [leakedKey],
      issuedAt: null,
      eventName: null,
      issuedArn: null,
      expiration: null,
    },
    {
      accessKeyId: deploy,
      parent: leakedKey,
      depth: 1,
      path: [leakedKey, deploy],
      issuedAt: '2026-03-04T03:19:21Z',
      eventName: 'AssumeRole',
      issuedArn: callers[deploy]!,
      expiration: 'Mar 4, 2026, 4:19:21 AM',
    },
    {
      accessKeyId: federated,
      parent: leakedKey,
      depth: 1,
      path: [leakedKey, federated],
      issuedAt: '2026-03-04T03:19:30Z',
      eventName: 'GetFederationToken',
      issuedArn: callers[federated]!,
      expiration: 'Mar 5, 2026, 3:19:30 PM',
    },
    {
      accessKeyId: admin,
      parent: deploy,
      depth: 2,
      path: [leakedKey, deploy, admin],
      issuedAt: '2026-03-04T03:21:45Z',
      eventName: 'AssumeRole',
      issuedArn: callers[admin]!,
      expiration: 'Mar 4, 2026, 4:21:45 AM',
    },
    {
      accessKeyId: backdoor,
      parent: admin,
      depth: 3,
      path: [leakedKey, deploy, admin, backdoor],
      issuedAt: '2026-03-04T03:22:03Z',
      eventName: 'CreateAccessKey',
      issuedArn: 'user/aws-support-sync',
      expiration: null,
    },
  ],
};

const coverage: Coverage = {
  logs: [
    {
      log: 'cloudtrail',
      objects: { done: 412, failed: 1, unfinished: 0 },
      records: { read: 48_213, deadLettered: 2 },
      firstEvent: '2026-03-01T00:00:00Z',
      lastEvent: '2026-03-05T23:58:30Z',
      accounts: [account, '444455556666'],
      regions: ['eu-central-1', 'us-east-1'],
      dataEvents: 0,
      skipData: 0,
    },
    {
      log: 'vpcflow',
      objects: { done: 96, failed: 0, unfinished: 0 },
      records: { read: 310_442, deadLettered: 0 },
      firstEvent: '2026-03-03T00:00:00Z',
      lastEvent: '2026-03-05T23:59:10Z',
      accounts: [account],
      regions: ['eu-central-1'],
      dataEvents: 0,
      skipData: 4,
    },
  ],
  missing: [
    '1 CloudTrail object could not be read to the end: their records may be missing.',
    '2 CloudTrail records lie in the dead letters and are in no answer.',
    'No CloudTrail data event was ingested: reads and writes of S3 objects and the like are not visible.',
    '4 flow records say SKIPDATA: flows were lost before they were logged.',
  ],
};

const scope = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z', accounts: [], regions: [] };

function answer(id: string, rows: Row[], found: Closure): AnsweredQuestion {
  const { title, question, step, severity, attack, falsePositives, next, columns, key, order } = questionById(id);
  const keys = key === 'none' ? {} : { key: found.credentials.map(({ accessKeyId }) => accessKeyId) };
  return {
    question: { id, title, question, step, severity, attack, falsePositives, next, columns },
    overClosure: key !== 'none',
    answer: {
      query: id,
      params: { ...keys, ...scope, limit: 1000 },
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: [...rows].sort(rowOrder(order)),
      truncated: false,
    },
    gaps: [],
  };
}

function assemble(rows: Record<string, Row[]>, found: Closure, lacks: Coverage): Investigation {
  const answers = fitting.map(({ id }) => answer(id, rows[id] ?? [], found));
  const rowsOf = (id: string): Row[] => rows[id] ?? [];
  const investigation: Investigation = {
    keytrail: '0.1.0',
    keyId: leakedKey,
    key: accessKeyFacts(leakedKey),
    generatedAt: '2026-03-06T09:12:00.123Z',
    store,
    scope,
    verdict: verdictOf(answers, found, lacks),
    issuers: [],
    closure: found,
    answers,
    unasked: [],
    firstSign: firstSignOf(rowsOf, found),
    granted: null,
    coverage: lacks,
    nextSteps: [],
  };
  return { ...investigation, nextSteps: nextSteps(investigation) };
}

/** About 2,000 calls of two applications over five days, and one night of an intruder. */
export function abusedKey(): Investigation {
  const calls = [...everyday(), ...abuse()].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  return assemble(rowsByQuestion(calls, closure), closure, coverage);
}

const alone: Closure = { truncated: false, credentials: closure.credentials.slice(0, 1) };

/** The same five days without the intruder. */
export function usedKey(): Investigation {
  const rows = rowsByQuestion(everyday(), alone);
  return assemble({ ...rows, 'denied-burst': [], 'console-logins': [], 'internet-accepted': [] }, alone, {
    ...coverage,
    missing: [],
  });
}

/** A key that no log mentions, in a store without logs. */
export function unseenKey(): Investigation {
  return assemble({}, alone, {
    logs: [],
    missing: ['No CloudTrail logs were ingested.', 'No VPC flow logs were ingested.'],
  });
}

/** A key that made no call, where everything was read and other people went about their work. */
export function elsewhereKey(): Investigation {
  const rows = rowsByQuestion([], alone);
  return assemble({ ...rows, 'denied-burst': [] }, alone, { ...coverage, missing: [] });
}

/** The investigation with other rows for some questions. */
export function withRows(investigation: Investigation, rows: Record<string, Row[]>): Investigation {
  const answers = investigation.answers.map((each) => {
    const other = rows[each.question.id];
    return other === undefined ? each : { ...each, answer: { ...each.answer, rows: other } };
  });
  const rowsOf = (id: string): Row[] => answers.find(({ question }) => question.id === id)?.answer.rows ?? [];
  return {
    ...investigation,
    answers,
    verdict: verdictOf(answers, investigation.closure, investigation.coverage),
    firstSign: firstSignOf(rowsOf, investigation.closure),
  };
}

/** What ties the parts of an investigation together; without it a page has less to show. */
export const structure: readonly string[] = ['id', 'name', 'type', 'level', 'log', 'kind', 'query', 'event_name'];

/** The same investigation with every text in it replaced, but for those whose key is in `kept`. */
export function withEveryText(
  investigation: Investigation,
  change: (text: string) => string,
  kept: readonly string[] = [],
): Investigation {
  const changed = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map(changed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        kept.includes(key) && typeof member === 'string' ? member : changed(member),
      ]),
    );
  };
  return changed(investigation) as Investigation;
}
