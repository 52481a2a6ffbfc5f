import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateScenario } from '../../src/scenario/index.js';
import { awsOrSkip, uniquePrefix } from '../services/index.js';
import { runCli } from './run-cli.js';

const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };

let folder: string;
let logs: string;
let key: string;
let closure: { accessKeyId: string }[];
/** Where temporary files go: what is left there was forgotten. */
let temporary: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-cli-sieve-'));
  logs = join(folder, 's3');
  temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const scenario = await generateScenario({ directory: logs, seed: 5, events: 3000, flows: 200 });
  key = scenario.incident.keyId;
  closure = scenario.closure;
});
afterAll(() => rm(folder, { recursive: true }));

const keytrail = (...args: string[]) => runCli(args, { ...credentials, TMPDIR: temporary });

async function uploaded(endpoint: string): Promise<string> {
  const bucket = uniquePrefix('trail');
  const s3 = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const file of await readdir(logs, { recursive: true }))
    if (file.endsWith('.json.gz'))
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: `trails/${file}`, Body: await readFile(join(logs, file)) }),
      );
  s3.destroy();
  return `s3://${bucket}/trails`;
}

/** A sieve keeps no flows. */
const flowQuestions = new Set(['launched-enis', 'instance-creds-off-host']);

test('investigate without a store: the same from a directory and from S3 as from a full store; nothing stays', async (context) => {
  const store = `duckdb:${join(folder, 'full.duckdb')}`;
  expect((await keytrail('ingest', logs, '--store', store)).code).toBe(0);
  const asked = async (...args: string[]) => {
    const result = await keytrail('investigate', key, '--format', 'json', ...args);
    expect(result.code, result.stderr).toBe(0);
    return { ...result, report: JSON.parse(result.stdout) };
  };
  const { report: full } = await asked('--store', store, '--from', '2026-03-02');
  const endpoint = awsOrSkip(context);
  for (const from of [[logs], [await uploaded(endpoint), '--endpoint-url', endpoint]]) {
    const { report, stderr } = await asked('--from', ...(from as [string]), '--since', '2026-03-02');
    expect(report.closure).toEqual(full.closure);
    expect(report.closure.credentials).toHaveLength(closure.length);
    const left = report.unasked as { id: string; kind: string }[];
    const unasked = left.map(({ id }) => id);
    expect(left).toContainEqual(expect.objectContaining({ id: 'console-logins', kind: 'sieve' }));
    expect(left).toContainEqual(expect.objectContaining({ id: 'internet-accepted', kind: 'no-log' }));
    for (const { question, answer } of full.answers as { question: { id: string }; answer: { rows: unknown } }[])
      if (!unasked.includes(question.id) && !flowQuestions.has(question.id)) {
        const own = report.answers.find((each: { question: { id: string } }) => each.question.id === question.id);
        expect(own?.answer.rows, question.id).toEqual(answer.rows);
      }
    expect(report.coverage.missing.join(' ')).toContain(`a sieve's: it holds only records that name ${key}`);
    expect(stderr).toMatch(/log objects read; \d+ records name the key/);
    expect(JSON.stringify(report), 'of a file that is gone').not.toContain(temporary);
    expect(report.nextSteps[0].command).toContain(`--from ${from[0]} --since 2026-03-02 --store duckdb:`);
    expect(await readdir(temporary)).toEqual([]);
  }
}, 120_000);

test('a question without a store: the rows of a full one; nothing stays, and without a key nothing is read', async () => {
  const store = `duckdb:${join(folder, 'asked.duckdb')}`;
  expect((await keytrail('ingest', logs, '--log', 'cloudtrail', '--store', store)).code).toBe(0);
  const rows = async (...args: string[]) => {
    const result = await keytrail('query', 'run', ...args, '--format', 'json');
    expect(result.code, result.stderr).toBe(0);
    return JSON.parse(result.stdout);
  };
  for (const closure of [[], ['--closure']]) {
    const asked = ['actions-used', '--key', key, ...closure];
    const full = await rows(...asked, '--store', store, '--from', '2026-03-03');
    expect(full.rows.length).toBeGreaterThan(0);
    expect((await rows(...asked, '--from', logs, '--since', '2026-03-03')).rows).toEqual(full.rows);
  }
  const several = ['key-clients', 'actions-used', '--key', key];
  const [full, sifted] = [await rows(...several, '--store', store), await rows(...several, '--from', logs)];
  const answered = ({ answers }: { answers: { rows: unknown[] }[] }) => answers.map((answer) => answer.rows);
  expect(answered(full).map((some) => some.length > 0)).toEqual([true, true]);
  expect(answered(sifted)).toEqual(answered(full));
  expect(await readdir(temporary)).toEqual([]);
  for (const [args, told] of [
    [['ingest-gaps', '--from', logs], 'needs a key'],
    [['actions-used', '--key', key, '--since', '7d'], '--since goes with --from'],
  ] as const)
    expect(await keytrail('query', 'run', ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(told) });
}, 120_000);

test('a sieve in a named store stays, can be asked and gone on with, and mixes with nothing', async () => {
  const store = `duckdb:${join(folder, 'key.duckdb')}`;
  const first = await keytrail('investigate', key, '--from', logs, '--since', '2026-03-02', '--store', store);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toContain(`--store ${store}`);
  const rows = await keytrail('query', 'run', 'key-clients', '--key', key, '--closure', '--store', store);
  expect(rows.stdout).toContain("This store is a sieve's");
  const again = await keytrail(
    'ingest',
    logs,
    '--only-key',
    key,
    '--store',
    store,
    '--format',
    'json',
    '--from',
    '2026-03-02',
  );
  expect(JSON.parse(again.stdout)).toMatchObject({ records: { read: 0, sieved: 0 }, objects: { done: 0, failed: 0 } });
  const whole = await keytrail('ingest', logs, '--store', store);
  expect(whole).toMatchObject({ code: 1, stderr: expect.stringContaining(`it holds only what names ${key}`) });
  expect(whole.stderr).toContain('another store');
  const full = `duckdb:${join(folder, 'whole.duckdb')}`;
  expect((await keytrail('ingest', logs, '--store', full, '--log', 'vpcflow')).code).toBe(0);
  const sieved = await keytrail('ingest', logs, '--store', full, '--only-key', key);
  expect(sieved).toMatchObject({ code: 1, stderr: expect.stringContaining('holds whole logs') });
}, 120_000);

test('a backfill reads the days asked for, and says so', async () => {
  const days = ['--from', '2026-03-03', '--to', '2026-03-04', '--accounts', '111122223333', '--regions', 'us-east-1'];
  const store = `duckdb:${join(folder, 'day.duckdb')}`;
  const all = JSON.parse((await keytrail('ingest', logs, '--store', store, '--format', 'json', ...days)).stdout);
  expect(all.objects.done).toBeGreaterThan(0);
  expect(all.objects.failed).toBe(0);
  const coverage = JSON.parse(
    (await keytrail('query', 'run', 'denied-burst', '--store', store, '--format', 'json')).stdout,
  ).coverage;
  expect(coverage.logs[0]).toMatchObject({ accounts: ['111122223333'], regions: ['us-east-1'] });
});

test.each([
  [['investigate', 'AKIAIOSFODNN7EXAMPLE', '--since', '7d'], /--since goes with --from s3:/],
  [['investigate', 'AKIAIOSFODNN7EXAMPLE', '--from', './not/there', '--since', '7d'], /there is no directory/],
  [['investigate', 'AKIAIOSFODNN7EXAMPLE', '--from', '.', '--since', 'yesterday'], /yesterday.*no time/],
  [['investigate', 'nonsense!', '--from', '.'], /no access key id/],
  [['investigate', 'AKIAIOSFODNN7EXAMPLE', '--from', 'yesterday', '--store', 'duckdb:package.json'], /keytrail: /],
  [['ingest', '.', '--only-key', 'nonsense!'], /no access key id/],
  [['ingest', '.', '--only-key', 'AKIAIOSFODNN7EXAMPLE', '--follow'], /--only-key goes through what is there/],
  [['ingest', '.', '--from', 'yesterday'], /yesterday.*no time/],
  [['ingest', '.', '--from', '2026-03-02', '--to', '2026-03-01'], /from .* is not before to/],
])('%j says what is wrong', async (args, message) => {
  const { code, stderr } = await keytrail(...(args as string[]));
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message as RegExp);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(await readdir(temporary)).toEqual([]);
});
