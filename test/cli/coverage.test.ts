import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bucket, edit, keyList, signingKey, Trail, writeCopy } from '../digest/trail.js';
import { type CliResult, runCli } from './run-cli.js';

let folder: string;
let copy: string;
let store: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-coverage-'));
  copy = join(folder, 'copy');
  store = ['--store', `duckdb:${join(folder, 'x.duckdb')}`];
});
afterEach(() => rm(folder, { recursive: true }));

const account = '111122223333';

/** A CloudTrail file with a record in each of some hours of 2 March, delivered at a time of that day. */
async function writeTrail(name: string, delivered: string, hours: number[], content?: string): Promise<string> {
  const Records = hours.map((hour, i) => ({
    eventID: `${name}-${i}`,
    eventTime: `2026-03-02T${String(hour).padStart(2, '0')}:10:00Z`,
  }));
  const file = `${account}_CloudTrail_us-east-1_20260302T${delivered}Z_${name.padEnd(16, 'x')}.json.gz`;
  const path = join(copy, `AWSLogs/${account}/CloudTrail/us-east-1/2026/03/02`, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, gzipSync(content ?? JSON.stringify({ Records })));
  return path;
}

async function writeFlows(flowLog: string, hours: number[], status = 'OK'): Promise<void> {
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  const rows = hours.map((hour) => {
    const start = Date.parse('2026-03-02T00:00:00Z') / 1000 + hour * 3600;
    return `2 ${account} eni-1 - - - - - - - ${start} ${start + 60} - ${status}`;
  });
  const file = `${account}_vpcflowlogs_us-east-1_${flowLog}_20260302T0000Z_00000000.log.gz`;
  const path = join(copy, `AWSLogs/${account}/vpcflowlogs/us-east-1/2026/03/02`, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, gzipSync(`${[header, ...rows].join('\n')}\n`));
}

const ingest = () => runCli(['ingest', copy, ...store]);
const coverage = (...args: string[]): Promise<CliResult> => runCli(['coverage', ...args, ...store]);

test('hours, gaps, late deliveries, SKIPDATA and data events, for each stream', async () => {
  await writeTrail('one', '0115', [1]);
  await writeTrail('late', '0900', [2]);
  await writeTrail('four', '0415', [4]);
  await writeFlows('fl-0123456789abcdef0', [1, 2, 3, 4]);
  await writeFlows('fl-0123456789abcdef1', [1], 'SKIPDATA');
  expect((await ingest()).code).toBe(0);

  const { code, stdout, stderr } = await coverage('--format', 'json');
  expect(code, stderr).toBe(0);
  const found = JSON.parse(stdout);
  expect(found.streams).toMatchObject([
    {
      log: 'cloudtrail',
      account,
      region: 'us-east-1',
      flowLog: null,
      objects: { done: 3 },
      records: { read: 3 },
      firstEvent: '2026-03-02T01:10:00Z',
      lastDelivered: '2026-03-02T09:00:00.000Z',
      lag: { max: 24_600 },
      late: 1,
      dataEvents: 0,
      expected: 4,
      gaps: [{ from: '2026-03-02T03:00:00Z', to: '2026-03-02T04:00:00Z', hours: 1 }],
    },
    { log: 'vpcflow', flowLog: 'fl-0123456789abcdef0', skipData: 0, expected: 4, gaps: [], lag: { max: null } },
    {
      log: 'vpcflow',
      flowLog: 'fl-0123456789abcdef1',
      skipData: 1,
      gaps: [{ from: '2026-03-02T02:00:00Z', to: '2026-03-02T05:00:00Z', hours: 3 }],
    },
  ]);
  expect(found.missing.join('\n')).toMatch(/No CloudTrail data event/);

  const table = await coverage('--late', '12h');
  expect(table.stdout).toMatch(
    /^log +account +region +flow_log +first +last +objects +records +hours +gaps +lag_max +skipdata\n/,
  );
  expect(table.stdout).toMatch(
    /^gap +vpcflow 111122223333 us-east-1 fl-0123456789abcdef1: .* \(3 h\): not even NODATA/m,
  );
  expect(table.stdout).toMatch(/^note +1 flow record with SKIPDATA/m);

  const hours = await coverage('--hours', '--format', 'csv', '--log', 'cloudtrail');
  expect(hours.stdout.split('\r\n')).toEqual([
    'log,account,region,flow_log,hour,objects,records',
    'cloudtrail,111122223333,us-east-1,,2026-03-02T01:00:00Z,1,1',
    'cloudtrail,111122223333,us-east-1,,2026-03-02T02:00:00Z,1,1',
    'cloudtrail,111122223333,us-east-1,,2026-03-02T03:00:00Z,0,0',
    'cloudtrail,111122223333,us-east-1,,2026-03-02T04:00:00Z,1,1',
    '',
  ]);
  const none = await coverage('--accounts', '999999999999');
  expect(none).toMatchObject({ code: 0, stdout: expect.stringMatching(/^nothing was ingested for this scope\n/) });
});

test('what a source has and the store lacks is named: exit code 3', async () => {
  await writeTrail('whole', '0115', [1]);
  const cut = await writeTrail('cut', '0120', [], '{"Records":[{"eventID":"a","eventTi');
  const changed = await writeTrail('changed', '0125', [1]);
  await ingest();
  await writeFile(changed, gzipSync('{"Records":[]}'));
  await writeTrail('absent', '0130', [1]);
  const { code, stdout } = await coverage(copy, '--no-digests');
  expect(code).toBe(3);
  expect(stdout).toMatch(/^failed +AWSLogs\/.*_cutx+\.json\.gz: .*end/m);
  expect(stdout).toMatch(/^source .*: 4 log objects, 1 ingested, 1 failed, 1 changed, 1 not ingested$/m);
  expect(stdout).toMatch(/^changed +AWSLogs\/.*_changedx+\.json\.gz$/m);
  expect(stdout).toMatch(/^not read +AWSLogs\/.*_absentx+\.json\.gz$/m);

  await rm(cut);
  expect((await ingest()).code).toBe(0);
  expect((await coverage(copy, '--no-digests', '--from', '2026-03-01')).stdout).toMatch(
    /: 3 log objects, 3 ingested$/m,
  );
});

test('log files that were deleted or edited after they were ingested are each found', async () => {
  const key = signingKey();
  const bucket: Bucket = new Map();
  const trail = new Trail(bucket, key).hours(4);
  await writeFile(join(folder, 'keys.json'), keyList(key));
  await writeCopy(bucket, copy);
  await ingest();
  const keys = ['--public-keys', join(folder, 'keys.json')];
  const before = await coverage(copy, ...keys);
  expect(before.stdout).toMatch(/^result +nothing that the digests name was altered or deleted/m);
  expect(before.code).toBe(0);

  edit(bucket, trail.logs[0]![0]!, (content) => content.replace('List', 'Delete'));
  bucket.delete(trail.logs[1]![1]!);
  await writeFile(join(copy, trail.logs[0]![0]!), bucket.get(trail.logs[0]![0]!)!.bytes);
  await rm(join(copy, trail.logs[1]![1]!));
  const { code, stdout } = await coverage(copy, ...keys);
  expect(code).toBe(3);
  expect(stdout).toMatch(/1 changed/);
  expect(stdout).toContain(`ALTERED        ${trail.logs[0]![0]}`);
  expect(stdout).toContain(`DELETED        s3://trail-bucket/${trail.logs[1]![1]}`);

  // Without the keys the rest is told all the same.
  const without = await coverage(copy);
  expect(without.code).toBe(3);
  expect(without.stdout).toMatch(/^digests +not checked: /m);
});

test('wrong use is one line and exit code 2', async () => {
  await ingest();
  for (const args of [
    ['--late', 'soon'],
    ['--no-digests'],
    ['--from', '2026-03-03', '--to', '2026-03-02'],
    ['--log', 'x'],
  ]) {
    const { code, stderr } = await coverage(...args);
    expect({ code, lines: stderr.trimEnd().split('\n').length }, args.join(' ')).toEqual({ code: 2, lines: 1 });
  }
});

test('a narrow terminal goes without what tells least, and says so; the hours are drawn', async () => {
  await writeTrail('one', '0115', [1, 2]);
  await writeTrail('four', '0415', [4]);
  expect((await ingest()).code).toBe(0);
  const shown = async (columns: string, env: Record<string, string>) =>
    (await runCli(['coverage', ...store], { COLUMNS: columns, ...env })).stdout.split('\n');
  const wide = await shown('200', { LANG: 'C.UTF-8' });
  expect(wide[0]).toContain('lag_max');
  expect(wide[1]).toMatch(/██·█$/);
  expect(wide.join('\n')).not.toContain('left out');
  const plain = await shown('200', { LANG: 'C' });
  expect(plain[1]).toMatch(/##\.#$/);
  const narrow = await shown('60', {});
  expect(narrow[0]).toMatch(/^log .* gaps$/);
  expect(narrow[0]!.length).toBeLessThanOrEqual(60);
  expect(narrow.find((line) => line.startsWith('left out'))).toContain('lag_max');
  const piped = (await coverage()).stdout;
  expect(piped).not.toMatch(/activity|left out/);
});
