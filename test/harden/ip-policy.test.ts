import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FatedClient } from '../../src/harden/source-ip/dry-run.js';
import type { IpPolicyReport } from '../../src/harden/source-ip/report.js';
import { generateScenario, type ScenarioSummary } from '../../src/scenario/index.js';
import { runCli } from '../cli/run-cli.js';
import { type Json, readLogs } from '../scenario/oracle.js';

let folder: string;
let scenario: ScenarioSummary;
let store: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-ip-policy-'));
  scenario = await generateScenario({ directory: join(folder, 'logs'), seed: 7, events: 3000, flows: 1000 });
  store = ['--store', `duckdb:${join(folder, 'x.duckdb')}`];
  expect((await runCli(['ingest', join(folder, 'logs'), ...store])).code).toBe(0);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const ipPolicy = (...args: string[]) => runCli(['harden', 'ip-policy', scenario.incident.keyId, ...store, ...args]);
const json = async (...args: string[]): Promise<IpPolicyReport> => {
  const { code, stdout, stderr } = await ipPolicy('--format', 'json', ...args);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as IpPolicyReport;
};
const addressesOf = (clients: readonly FatedClient[]) => [...new Set(clients.map(({ source_ip }) => source_ip))].sort();

/** The records of the key and what stems from it, as the files have them. */
const records = (): Json[] => {
  const keys = new Set(scenario.closure.map(({ accessKeyId }) => accessKeyId));
  return readLogs(join(folder, 'logs')).records.filter(({ userIdentity }) => keys.has(userIdentity?.accessKeyId));
};
const answersToNone = ({ eventName }: Json) =>
  ['GetCallerIdentity', 'GetSessionToken', 'ConsoleLogin'].includes(eventName);

test('with the intruder’s addresses excluded, each of its calls would have been refused and none of the owner’s', async () => {
  const { attackerIps, legitimateIp } = scenario.incident;
  const report = await json('--exclude', attackerIps.join(','));
  const { calls, clients } = report.dryRun;
  const hostile = records().filter((record) => attackerIps.includes(record.sourceIPAddress) && !answersToNone(record));
  expect(hostile.length).toBeGreaterThan(100);
  expect(calls.refused).toBe(hostile.length);
  expect(addressesOf(clients.refused)).toEqual(
    [...new Set(hostile.map(({ sourceIPAddress }) => sourceIPAddress))].sort(),
  );
  // The owner's, straight and by its VPC endpoint, all pass.
  const owners = records().filter(
    (record) => [legitimateIp, '10.0.9.23'].includes(record.sourceIPAddress) && !answersToNone(record),
  );
  expect(calls.passed).toBe(owners.length);
  expect(addressesOf(clients.passed)).toEqual(['10.0.9.23', legitimateIp]);
  expect(addressesOf(clients.service).every((name) => name?.endsWith('.amazonaws.com'))).toBe(true);
  const [client] = clients.refused;
  expect(client?.actions.length).toBeGreaterThan(3);
  expect(client?.last_seen).toMatch(/^2026-03-0\d/);

  const [statement] = report.policy.Statement;
  expect(statement).toMatchObject({
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: {
      NotIpAddress: { 'aws:SourceIp': [legitimateIp] },
      StringNotEquals: { 'aws:SourceVpce': [expect.stringMatching(/^vpce-/)] },
      Bool: { 'aws:ViaAWSService': 'false' },
    },
  });
  expect(report.fits).toEqual({ userInline: true, managed: true });
  expect(report.attach[0]).toMatchObject({
    arn: scenario.incident.userArn,
    owner: true,
    command: expect.stringContaining(`put-user-policy --user-name ${scenario.incident.userName}`),
  });
  expect(report.attach.slice(1).every(({ owner, note }) => !owner && note !== null)).toBe(true);
});

test('with nothing excluded the intruder stays allowed, and that is said', async () => {
  const report = await json();
  expect(report.dryRun.calls.refused).toBe(0);
  expect(report.notes.join('\n')).toMatch(/Nothing was excluded/);
});

test('a range of time: only what was used within it is allowed, and looked at', async () => {
  const before = await json('--to', scenario.incident.from);
  expect(before.sources.addresses).toEqual([scenario.incident.legitimateIp]);
  expect(before.dryRun.calls.refused).toBe(0);
});

test('the policy as a file, alone; the text ends with it', async () => {
  const file = join(folder, 'policy.json');
  const { code, stdout, stderr } = await ipPolicy('--exclude', scenario.incident.attackerIps.join(','), '--out', file);
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing was attached') });
  const written = await readFile(file, 'utf8');
  expect(stdout.endsWith(`\n\n${written}`)).toBe(true);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(stdout).toContain(`file://${file}`);
});

test.each([
  [['--exclude', '0.0.0.0/0,::/0,vpce-0123'], /no address and no CIDR/],
  [['--exclude', '203.0.113.0/24', '--allow', '203.0.113.66'], /is allowed and .* is excluded/],
  [['--allow', '300.1.2.3'], /no address/],
  [['--widen', '33'], /8 to 31/],
  [['--from', '2020-01-01', '--to', '2020-01-02'], /no call of AKIA/],
])('%j is refused', async (args, message) => {
  const { code, stdout, stderr } = await ipPolicy(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
