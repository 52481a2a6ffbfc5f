import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-envelope-'));
});
afterAll(() => rm(folder, { recursive: true }));

const record = (id: string) => ({
  eventID: id,
  eventTime: '2026-03-02T08:00:00Z',
  eventName: 'ListBuckets',
  recipientAccountId: '111122223333',
});

test('what `aws cloudtrail lookup-events` printed is read, and meets the same events from the trail', async () => {
  const lookup = join(folder, 'lookup');
  await mkdir(lookup);
  const Events = ['a', 'b'].map((id) => ({ EventId: id, CloudTrailEvent: JSON.stringify(record(id)) }));
  await writeFile(join(lookup, 'out.json'), JSON.stringify({ Events }));
  const trail = join(folder, 'trail/AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02');
  await mkdir(trail, { recursive: true });
  const name = '111122223333_CloudTrail_us-east-1_20260302T0800Z_aaaaaaaaaaaaaaaa.json';
  await writeFile(join(trail, name), JSON.stringify({ Records: [record('b'), record('c')] }));
  const store = ['--store', `duckdb:${join(folder, 'x.duckdb')}`, '--format', 'json'];

  const first = await runCli(['ingest', lookup, '--log', 'cloudtrail', '--envelope', 'lookup-events', ...store]);
  expect(first.code, first.stderr).toBe(0);
  expect(JSON.parse(first.stdout).records).toMatchObject({ read: 2, stored: 2 });
  const second = await runCli(['ingest', join(folder, 'trail'), ...store]);
  expect(JSON.parse(second.stdout).records).toMatchObject({ read: 2, stored: 1, duplicates: 1 });

  // Without the envelope nothing there is known to be a log, and that is no success.
  const unknown = await runCli(['ingest', lookup, ...store]);
  expect(unknown.code).toBe(3);
  expect(JSON.parse(unknown.stdout).other).toEqual({ unrecognised: 1 });
});

test('a source with nothing in it is no success, unless only a part of it was asked for', async () => {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  const ingest = (...more: string[]) =>
    runCli(['ingest', empty, '--store', `duckdb:${join(folder, 'empty.duckdb')}`, ...more]);
  expect(await ingest()).toMatchObject({ code: 3, stdout: expect.stringContaining('is the prefix right?') });
  expect(await ingest('--from', '1d')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('is the prefix right?'),
  });
});

test('an envelope needs its log, and one that it comes in', async () => {
  for (const args of [
    ['--envelope', 'lines'],
    ['--log', 'vpcflow', '--envelope', 'lookup-events'],
  ]) {
    const { code, stderr } = await runCli(['ingest', folder, ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^keytrail: .*envelope/);
  }
});
