import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bucket, edit, keyList, signingKey, Trail, writeCopy } from '../digest/trail.js';
import { type CliResult, runCli } from './run-cli.js';

const key = signingKey();
let folder: string;
let bucket: Bucket;
let trail: Trail;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-validate-'));
  bucket = new Map();
  trail = new Trail(bucket, key).hours(4);
  await writeFile(join(folder, 'keys.json'), keyList(key));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<CliResult> {
  await writeCopy(bucket, join(folder, 'copy'));
  return runCli(['validate', join(folder, 'copy'), '--public-keys', join(folder, 'keys.json'), ...args]);
}

test('all valid: exit code 0, and what a copy can’t tell is said', async () => {
  const { code, stdout, stderr } = await run();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`${trail.digests[3]}: newest digest: its signature is not in a copy`);
  expect(stdout).toMatch(/^digests +3 valid, 1 unverified$/m);
  expect(stdout).toMatch(/^log files +6 valid, 2 unverified$/m);
  expect(stdout).toMatch(/^result +nothing that the digests name was altered or deleted/m);
});

test('altered and deleted log files are named: exit code 3', async () => {
  edit(bucket, trail.logs[0]![0]!, (content) => content.replace('List', 'Delete'));
  bucket.delete(trail.logs[1]![1]!);
  const { code, stdout } = await run();
  expect(code).toBe(3);
  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(/^ALTERED /);
  expect(lines[0]).toContain(` ${trail.logs[0]![0]}: the SHA-256 of its content is `);
  expect(lines[1]).toMatch(/^DELETED /);
  expect(lines[1]).toContain(`s3://trail-bucket/${trail.logs[1]![1]}: `);
  expect(stdout).toMatch(/^log files +4 valid, 1 altered, 1 deleted, 2 unverified$/m);
});

test('the report as JSON', async () => {
  bucket.delete(trail.logs[2]![0]!);
  const { code, stdout } = await run('--format', 'json', '--from', '2026-03-02', '--to', '2026-03-02T12:17:28Z');
  expect(code).toBe(3);
  const report = JSON.parse(stdout);
  expect(Object.keys(report)).toEqual(['source', 'from', 'to', 'chains', 'digests', 'logs', 'findings', 'notes']);
  expect(report).toMatchObject({ from: '2026-03-02T00:00:00Z', to: '2026-03-02T12:17:28Z', logs: { deleted: 1 } });
  expect(report.findings).toMatchObject([
    { kind: 'gap', from: '2026-03-02T00:00:00Z', to: '2026-03-02T08:17:28Z' },
    { kind: 'log-deleted', account: '111122223333', region: 'us-east-1', digest: trail.digests[2] },
  ]);
});

test('what a digest says can’t draw on the terminal', async () => {
  edit(bucket, trail.digests[3]!, (content) => content.replaceAll(trail.logs[3]![0]!, 'AWSLogs/\\u001b[2J\\u202egone'));
  const { stdout } = await run();
  expect(stdout).toContain('DELETED        s3://trail-bucket/AWSLogs/\\u001b[2J\\u202egone: ');
  expect(stdout).not.toMatch(/[^\P{C}\n]/u);
});

test('wrong use is one line and exit code 2', async () => {
  await writeFile(join(folder, 'keys.json'), '{"Keys":[]}');
  const failures = [
    await run(),
    await run('--from', 'tomorrow'),
    await run('--from', '2026-03-03', '--to', '2026-03-02'),
    await run('--public-keys', join(folder, 'none.json')),
  ];
  for (const { code, stdout, stderr } of failures) {
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  }
  expect(failures[0]!.stderr).toContain('holds no public keys');
  expect(failures[0]!.stderr).toContain('aws cloudtrail list-public-keys');
  expect(failures[1]!.stderr).toContain('"tomorrow"');
  expect(failures[2]!.stderr).toContain('is not before to');
  expect(failures[3]!.stderr).toContain('none.json');
});
