import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awsOrSkip } from '../services/index.js';
import { type CliResult, runCli } from './run-cli.js';

let folder: string;
let store: string;
const key = 'AKIAIOSFODNN7EXAMPLE';
const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };

const records = (count: number) =>
  JSON.stringify({
    Records: Array.from({ length: count }, (_, i) => ({
      eventID: `event-${i}`,
      eventTime: '2026-03-02T08:00:00Z',
      eventName: 'ListBuckets',
      recipientAccountId: '111122223333',
    })),
  });

async function writeObject(root: string, name: string, bytes: Buffer): Promise<void> {
  const path = join(root, 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02');
  await mkdir(path, { recursive: true });
  await writeFile(join(path, `111122223333_CloudTrail_us-east-1_20260302T0800Z_${name}.json.gz`), bytes);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-bad-'));
  store = `duckdb:${join(folder, 'good.duckdb')}`;
  await writeObject(join(folder, 'good'), 'aaaaaaaaaaaaaaaa', gzipSync(records(3)));
  await runCli(['ingest', join(folder, 'good'), '--store', store]);
});
afterAll(() => rm(folder, { recursive: true }));

/** One line: what and where, then what to do. Never a stack. */
function expectOneLine({ code, stdout, stderr }: CliResult, exit: number, ...parts: (string | RegExp)[]): void {
  expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(/^keytrail: /);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  for (const part of parts) expect(stderr).toMatch(part);
}

describe('a clear line and the documented exit code', () => {
  test('a bucket that is not there', async (context) => {
    const endpoint = awsOrSkip(context);
    const result = await runCli(
      ['ingest', 's3://no-such-bucket-here', '--store', store, '--endpoint-url', endpoint],
      credentials,
    );
    expectOneLine(result, 1, 'no-such-bucket-here', /does not exist|there is no|not found/i);
  });

  test('no credentials', async (context) => {
    const endpoint = awsOrSkip(context);
    const result = await runCli(['ingest', 's3://bucket', '--store', store, '--endpoint-url', endpoint]);
    expectOneLine(result, 1, /credentials/i, /--profile|AWS_PROFILE/);
  });

  test('an endpoint where nobody listens', async () => {
    const result = await runCli(
      ['ingest', 's3://bucket', '--store', store, '--endpoint-url', `http://127.0.0.1:${await closedPort()}`],
      credentials,
    );
    expectOneLine(result, 1, /reach/);
  });

  test('a directory that is not there', async () => {
    expectOneLine(await runCli(['ingest', join(folder, 'nowhere'), '--store', store]), 1, 'nowhere');
  });

  test('OpenSearch down', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    expectOneLine(await runCli(['ingest', join(folder, 'good'), '--store', `opensearch:${url}`]), 1, url, /reach/);
    expectOneLine(await runCli(['query', 'run', 'console-logins', '--store', `opensearch:${url}`]), 1, url);
  });

  test('no such store kind, no such file, no such folder', async () => {
    expectOneLine(await runCli(['query', 'run', 'console-logins', '--store', 'mysql:x']), 2, 'mysql:x');
    expectOneLine(
      await runCli(['query', 'run', 'console-logins', '--store', `duckdb:${join(folder, 'none.duckdb')}`]),
      1,
      'none.duckdb',
      'keytrail ingest',
    );
    expectOneLine(
      await runCli(['ingest', join(folder, 'good'), '--store', `duckdb:${join(folder, 'no/x.duckdb')}`]),
      1,
      /no does not exist/,
    );
  });

  test('a store file of another program is left as it is', async () => {
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'my notes, not a database\n'.repeat(500));
    for (const args of [
      ['ingest', join(folder, 'good')],
      ['query', 'run', 'console-logins'],
    ])
      expectOneLine(await runCli([...args, '--store', `duckdb:${text}`]), 1, 'notes.txt', 'not a keytrail store');
    const foreign = join(folder, 'foreign.duckdb');
    const instance = await DuckDBInstance.create(foreign);
    const connection = await instance.connect();
    await connection.run('CREATE TABLE invoices (n INTEGER)');
    connection.closeSync();
    instance.closeSync();
    for (const args of [
      ['ingest', join(folder, 'good')],
      ['query', 'run', 'console-logins'],
    ])
      expectOneLine(await runCli([...args, '--store', `duckdb:${foreign}`]), 1, 'foreign.duckdb', 'invoices');
  });

  test('a store that another process writes to', async () => {
    const busy = join(folder, 'busy.duckdb');
    const instance = await DuckDBInstance.create(busy);
    try {
      expectOneLine(
        await runCli(['ingest', join(folder, 'good'), '--store', `duckdb:${busy}`, '--wait', '0']),
        1,
        'busy.duckdb',
        'in use',
      );
    } finally {
      instance.closeSync();
    }
  });

  test('questions and parameters', async () => {
    const run = (...args: string[]) => runCli(['query', 'run', ...args, '--store', store]);
    expectOneLine(await run('key-ownr'), 2, 'key-ownr', 'key-owner');
    expectOneLine(await run('key-clients'), 2, '--key');
    expectOneLine(await run('key-clients', '--key', key, '--accounts', '123'), 2, '123', '12 digits');
    expectOneLine(await run('key-clients', '--key', key, '--from', '2026-02-30'), 2, '2026-02-30');
    expectOneLine(await run('internet-accepted', '--param', 'ports='), 2, 'ports', 'without a value');
    expectOneLine(await run('key-owner', '--key', key, '--limit', 'ten'), 2, 'limit', 'ten');
    expectOneLine(await run('key-owner', '--key', key, '--param', 'nonsense'), 2, 'nonsense');
    expectOneLine(await run('key-owner', '--key', key, '--from', 'soon'), 2, 'from', 'soon');
    expectOneLine(await run('internet-accepted', '--param', 'ports=ssh'), 2, 'ports', 'ssh');
    expectOneLine(await runCli(['investigate', 'not a key', '--store', store]), 2, 'not a key');
  });

  test('flags and commands', async () => {
    for (const args of [
      ['ingst'],
      ['ingest'],
      ['query', 'run', 'x', '--format', 'xml'],
      ['ingest', 'x', '--log', 'syslog'],
    ]) {
      const { code, stderr } = await runCli(args);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^keytrail: /);
    }
  });

  test('plans', async () => {
    expectOneLine(
      await runCli(['contain', 'apply', '--plan', join(folder, 'no-plan.json'), '--yes']),
      2,
      'no-plan.json',
    );
    const bad = join(folder, 'bad-plan.json');
    await writeFile(bad, '{"version":1}');
    expectOneLine(await runCli(['contain', 'apply', '--plan', bad, '--yes']), 1, /plan/);
  });
});

describe('an object that breaks off keeps what came before, and the run says so with exit code 3', () => {
  const whole = gzipSync(records(50));
  const cases: [string, Buffer, RegExp][] = [
    ['a gz cut short', whole.subarray(0, whole.length - 30), /cut|ends|truncated/],
    ['JSON that ends early', gzipSync(records(50).slice(0, -400)), /ends/],
    ['no JSON at all', gzipSync('<html>denied</html>'), /html/],
  ];
  test.for(cases)('%s', async ([name, bytes, reason]) => {
    const root = join(folder, name.replaceAll(' ', '-'));
    await writeObject(root, 'aaaaaaaaaaaaaaaa', gzipSync(records(3)));
    await writeObject(root, 'bbbbbbbbbbbbbbbb', bytes);
    const target = `duckdb:${join(folder, `${name.replaceAll(' ', '-')}.duckdb`)}`;
    const first = await runCli(['ingest', root, '--store', target, '--format', 'json']);
    expect(first.code).toBe(3);
    const summary = JSON.parse(first.stdout);
    expect(summary.objects).toEqual({ seen: 2, done: 1, skipped: 0, failed: 1 });
    expect(summary.failures[0].reason).toMatch(reason);
    const { read, stored, duplicates, deadLettered } = summary.records;
    expect(read).toBe(stored + duplicates + deadLettered);
    expect(stored).toBeGreaterThanOrEqual(3);
    const again = JSON.parse((await runCli(['ingest', root, '--store', target, '--format', 'json'])).stdout);
    expect(again.objects).toEqual({ seen: 2, done: 0, skipped: 1, failed: 1 });
    expect(again.records.stored).toBe(0);
  });
});

/** A port on which nothing listens: it was free a moment ago. */
function closedPort(): Promise<number> {
  return new Promise((resolvePort) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolvePort(port));
    });
  });
}
