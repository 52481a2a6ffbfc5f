import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-demo-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the demo tells key, abuse, next step and plan, and what it leaves can be asked further', async () => {
  const dir = join(folder, 'demo');
  const { code, stdout, stderr } = await runCli(['demo', '--dir', dir, '--events', '3000']);
  expect(code, stderr).toBe(0);
  const key = /AKIA[A-Z0-9]{16}/.exec(stdout)?.[0] ?? '';
  for (const word of ['ABUSED', 'ci-deploy', 'CreateUser', 'AWSDenyAll', 'contain plan', 'report.html'])
    expect(stdout).toContain(word);
  const report = await readFile(join(dir, 'report.html'), 'utf8');
  expect(report).toContain(key);
  const section = (id: string) =>
    report.slice(report.indexOf(`<section class="step" id="${id}"`)).split('</section>')[0];
  expect(section('guardduty')).toContain('Exfiltration:S3/AnomalousBehavior');
  expect(section('config')).toContain('svc-backup-sync');
  expect(report).not.toMatch(/(src|href)\s*=\s*["']?https?:/i);
  expect(JSON.parse(await readFile(join(dir, 'plan.json'), 'utf8'))).toMatchObject({ identity: { keyId: key } });

  const store = ['--store', `duckdb:${join(dir, 'incident.duckdb')}`];
  const asked = await runCli(['query', 'run', 'sts-children', '--key', key, '--closure', '--format', 'json', ...store]);
  expect(JSON.parse(asked.stdout)).toMatchObject({
    query: 'sts-children',
    rows: expect.arrayContaining([expect.objectContaining({ event_name: 'AssumeRole' })]),
    coverage: { logs: [expect.objectContaining({ log: 'cloudtrail' })] },
  });
  const investigated = await runCli(['investigate', key, '--format', 'json', ...store]);
  expect(JSON.parse(investigated.stdout)).toMatchObject({ keyId: key, verdict: { level: 'abused' } });

  const again = await runCli(['demo', '--dir', dir, '--events', '2000']);
  expect(again.code, again.stderr).toBe(0);
  // 2000 events, 1000 flows, 21 findings and 18 configuration items.
  expect(again.stdout).toContain('3039 records read: 3039 stored, 0 duplicates');
}, 120_000);

test('a folder of somebody else’s is left alone', async () => {
  await writeFile(join(folder, 'mine.txt'), 'mine');
  const { code, stderr } = await runCli(['demo', '--dir', folder]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/not empty/);
  expect(existsSync(join(folder, 'mine.txt'))).toBe(true);
});

test.each([
  ['--events', 'abc'],
  ['--events', '3000.5'],
  ['--events', '10'],
  ['--seed', '-1'],
  ['--seed', '1e3'],
])('%s %s is refused before anything is done', async (flag, value) => {
  const dir = join(folder, 'refused');
  const { code, stdout, stderr } = await runCli(['demo', '--dir', dir, flag, value]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toContain(value);
  expect(existsSync(dir)).toBe(false);
});

test('an odd number of events makes a whole number of flows', async () => {
  const { code, stdout, stderr } = await runCli(['demo', '--dir', join(folder, 'odd'), '--events', '2001']);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('3040 records read: 3040 stored');
}, 60_000);
