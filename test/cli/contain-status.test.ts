import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatPlan } from '../../src/contain/plan-file.js';
import { openStore } from '../../src/stores/open.js';
import { planOf } from '../contain/state.js';
import { ingestAll, writeCase } from '../queries/cases.js';
import { runCli } from './run-cli.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const made = 'AKIAI44QH8DHBEXAMPLE';
const user = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ci', userName: 'ci', accessKeyId: key };

let folder: string;
let plan: string;
const store = () => `duckdb:${join(folder, 'status.duckdb')}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-status-'));
  const at = (time: string, more: Record<string, unknown> = {}) => ({
    eventTime: `2026-03-${time}Z`,
    userIdentity: user,
    userAgent: 'ci/1.0',
    ...more,
  });
  await writeCase(join(folder, 'logs'), {
    cloudtrail: [
      at('01T08:00:00'),
      at('01T09:00:00'),
      at('02T08:00:00', {
        eventSource: 'iam.amazonaws.com',
        eventName: 'CreateAccessKey',
        responseElements: { accessKey: { accessKeyId: made, userName: 'ci' } },
      }),
      at('02T11:00:00', { errorCode: 'AccessDenied' }),
      // With the key that was made, which replaces it, or was made to stay.
      at('02T12:00:00', { userIdentity: { ...user, accessKeyId: made }, sourceIPAddress: '203.0.113.66' }),
      // Somebody else’s: the logs reach to here.
      at('03T00:00:00', { userIdentity: { ...user, accessKeyId: 'AKIAZZZZZZZZZZZZZZZZ' } }),
    ],
    asks: [],
  });
  const opened = await openStore(store(), 'write');
  await ingestAll(join(folder, 'logs'), opened);
  await opened.close();
  plan = join(folder, 'plan.json');
  await writeFile(plan, formatPlan(planOf()));
  const entry = { phase: 'apply', event: 'done', action: 'attach-deny', time: '2026-03-02T10:00:00.000Z' };
  await writeFile(`${plan}.journal.jsonl`, `${JSON.stringify(entry)}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const status = (...args: string[]) => runCli(['contain', 'status', '--store', store(), ...args]);

test('a success since the deny is a breach: exit 1, said first', async () => {
  const { code, stdout, stderr } = await status('--plan', plan);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const [first, second, third] = stdout.split('\n');
  expect(first).toBe(`${key}: NOT CONTAINED: calls succeeded since the containment`);
  expect(second).toContain('Denied at 2026-03-02T10:00:00.000Z');
  expect(third).toContain('The logs reach to 2026-03-03T00:00:00.000Z');
  expect(stdout).toContain(`203.0.113.66 ci/1.0 with ${made}`);
});

test('a call that is refused: exit 3; the key that replaces it is no breach', async () => {
  const { code, stdout } = await status(key, '--plan', plan, '--replacement', made, '--format', 'json');
  expect(code).toBe(3);
  const found = JSON.parse(stdout);
  expect(found).toMatchObject({ verdict: 'attention', successes: [], gaps: [], apps: [], alarms: null });
  expect(found.stragglers).toMatchObject([
    {
      source_ip: '198.51.100.10',
      event_name: 'ListBuckets',
      error_code: 'AccessDenied',
      events: 1,
      outcome: 'refused',
    },
  ]);
  expect(found.clients).toMatchObject([{ userAgent: 'ci/1.0', state: 'calling', cadenceHours: 12 }]);
});

test('silence since a time that was given: exit 0', async () => {
  const { code, stdout } = await status(key, '--since', '2026-03-02T13:00:00Z');
  expect(code).toBe(0);
  expect(stdout).toContain('quiet: no call since the containment');
});

test('logs that end before the containment are no silence: exit 3', async () => {
  const { code, stdout } = await status(key, '--since', '2026-03-04');
  expect(code).toBe(3);
  expect(stdout).toContain('before the containment: ingest what came since');
});

test.each([
  [[], 'which key is watched was not said'],
  [[key], 'when the key was contained was not said'],
  [[made, '--plan', 'PLAN'], `is about ${key}, not about ${made}`],
  [['nonsense', '--since', '1h'], '"nonsense" is not an access key id'],
  [[key, '--plan', '/nonexistent/plan.json'], 'can’t read the plan'],
])('wrong use is told in a line: %j', async (args, message) => {
  const { code, stdout, stderr } = await status(...args.map((arg) => (arg === 'PLAN' ? plan : arg)));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.replaceAll("'", '’')).toContain(message.replaceAll("'", '’'));
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
