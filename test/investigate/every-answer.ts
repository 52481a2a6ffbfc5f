import type { Investigation } from '../../src/investigate/investigation.js';
import type { CellValue, Column, Row } from '../../src/model/question.js';
import { backdoor, deploy, intruder, leakedKey } from './calls.js';
import { abusedKey, withRows } from './fixture.js';

const values: Readonly<Record<string, CellValue>> = {
  access_key_id: leakedKey,
  source_ip: intruder.address,
  interface_id: 'eni-0f1e2d3c4b5a69788',
  srcaddr: '10.20.9.9',
  country: 'NL',
  severity: 8,
};

function cell({ name, type }: Column): CellValue {
  const value = values[name];
  if (value !== undefined) return value;
  if (type === 'timestamp') return '2026-03-04T03:30:00Z';
  if (type === 'integer' || type === 'double') return 7;
  return type === 'boolean' ? true : `some-${name}`;
}

/** An investigation in which each question has rows and each part something to show. */
export function everyAnswer(): Investigation {
  const investigation = abusedKey();
  const rows = Object.fromEntries(
    investigation.answers
      .filter(({ answer }) => answer.rows.length === 0)
      .map(({ question }): [string, Row[]] => [
        question.id,
        [Object.fromEntries(question.columns.map((column) => [column.name, cell(column)]))],
      ]),
  );
  const change = { event_time: '2026-03-05T10:00:00Z', event_name: 'UpdateAccessKey', status: 'Inactive' };
  const full = withRows(investigation, {
    ...rows,
    'key-lifecycle': [
      { ...change, changed_key_id: leakedKey },
      { ...change, changed_key_id: backdoor, error_code: 'AccessDenied' },
    ],
    quarantine: [{ event_time: '2026-03-05T09:00:00Z', event_name: 'AttachUserPolicy', target: 'ci-deployer' }],
    'countries-used': [
      { country: 'NL', source_ip: intruder.address, events: 92, failed: 71 },
      { country: 'DE', source_ip: '198.51.100.24', events: 1200, failed: 3 },
    ],
    'egress-talkers': [
      { srcaddr: '10.20.9.9', dstaddr: '192.0.2.8', interface_id: 'eni-0f1e2d3c4b5a69788', bytes: 5_000_000_000 },
      { srcaddr: '10.20.1.1', dstaddr: '192.0.2.8', interface_id: 'eni-of-somebody-else', bytes: 1 },
    ],
  });
  return {
    ...full,
    issuers: [
      {
        accessKeyId: 'AKIAISSUEROFTHEKEY00',
        issued: leakedKey,
        eventName: 'GetSessionToken',
        eventTime: '2026-03-01T00:00:00Z',
        accountId: '111122223333',
        sourceIp: '198.51.100.24',
      },
    ],
    answers: full.answers.map((each) => ({ ...each, gaps: [`${each.question.id} lacks the days before`] })),
    unasked: [
      { id: 'hosting-asn', title: 'Hosting', kind: 'engine', reason: 'this store does not know networks' },
      { id: 'beacon', title: 'Beacons', kind: 'failed', reason: `it broke at ${deploy}` },
    ],
    granted: {
      source: 'plan.json of 2026-03-05T00:00:00.000Z',
      administrator: false,
      deniedAll: true,
      grants: [{ action: 'iam:PassRole', why: 'has a service act', policies: ['deployers'], limited: true }],
      services: { granted: ['ecr', 'ecs', 's3', 'sqs'], neverUsed: ['sqs'], incomplete: true },
    },
  };
}
