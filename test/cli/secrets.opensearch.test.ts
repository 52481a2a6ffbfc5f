import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCase, writeCase } from '../queries/cases.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { call } from '../stores/opensearch/node.js';
import { runCli, startCli } from './run-cli.js';

/** A secret for each place that takes one; what is searched for is each of them, and as headers and URLs write them. */
const secrets = {
  url: 'Url-S3cret%21',
  password: 'Env-S3cret!',
  file: 'File-S3cret!',
  accessKey: 'Aws-S3cret/Key+1234567890',
  session: 'Session-T0ken/abcdef',
  webhook: 'Hook-S3cret-T0000-B0000',
  trino: 'Trino-S3cret!',
  dashboards: 'Dashboards-S3cret!',
  endpoint: 'Endpoint-S3cret',
  queue: 'Queue-S3cret',
};
const user = 'ana';
const spellings = Object.values(secrets).flatMap((secret) => {
  const plain = decodeURIComponent(secret);
  return [secret, plain, encodeURIComponent(plain), Buffer.from(`${user}:${plain}`).toString('base64')];
});
/** The secrets that a text holds. */
const leaked = (text: string): string[] => spellings.filter((spelling) => text.includes(spelling));

const environment = {
  KEYTRAIL_DEBUG: '1',
  KEYTRAIL_OPENSEARCH_USERNAME: user,
  KEYTRAIL_OPENSEARCH_PASSWORD: secrets.password,
  KEYTRAIL_TRINO_USER: user,
  KEYTRAIL_TRINO_PASSWORD: secrets.trino,
  KEYTRAIL_DASHBOARDS_USERNAME: user,
  KEYTRAIL_DASHBOARDS_PASSWORD: secrets.dashboards,
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: secrets.accessKey,
  AWS_SESSION_TOKEN: secrets.session,
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_MAX_ATTEMPTS: '1',
};

describeWith('opensearch', 'secrets in every place that takes one', (url) => {
  const prefix = uniquePrefix();
  const host = url.replace(/^http:\/\//, '');
  const withUser = `opensearch:http://${user}:${secrets.url}@${host}?prefix=${prefix}`;
  let folder: string;
  let logs: string;
  let hook: { address: string; answer: number; close(): Promise<unknown> };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keytrail-secrets-'));
    logs = join(folder, 'logs');
    await writeCase(logs, await readCase('console-logins'));
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'password'), `${secrets.file}\n`);
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(hook.answer).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    hook = {
      address: `http://127.0.0.1:${port}/services/${secrets.webhook}`,
      answer: 200,
      close: () => once(server.close(), 'close'),
    };
  });
  afterAll(async () => {
    await hook.close();
    const { body } = await call(url, 'GET', `/_cat/indices/${prefix}-*?format=json&h=index`);
    for (const { index } of body as { index: string }[]) await call(url, 'DELETE', `/${index}`);
    await call(url, 'DELETE', `/_index_template/${prefix}-*`);
    await rm(folder, { recursive: true });
  });

  /** Runs in a folder of its own, and returns whatever it said. */
  const said = async (args: string[], env: Record<string, string> = {}): Promise<string> => {
    const { stdout, stderr } = await runCli(args, { ...environment, ...env }, join(folder, 'out'));
    return `${stdout}${stderr}`;
  };
  const written = async (): Promise<string> => {
    const files = await readdir(join(folder, 'out'), { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
    return (await Promise.all(texts)).join('\n');
  };

  test('none shows in what commands say, write or store where all goes well', async () => {
    const key = 'AKIAIOSFODNN7EXAMPLE';
    const { KEYTRAIL_OPENSEARCH_PASSWORD: _, ...bare } = environment;
    const fromFile = { ...bare, KEYTRAIL_OPENSEARCH_PASSWORD_FILE: join(folder, 'password') };
    const inFile = await runCli(['query', 'run', 'console-logins', '--store', withUser], fromFile, join(folder, 'out'));
    const watch = ['watch', 'console-logins', '--once', '--tell-first', '--notify', 'webhook'];
    const texts = [
      await said(['ingest', logs, '--store', withUser, '--format', 'json']),
      await said(['ingest', logs, '--store', 'duckdb:local.duckdb']),
      await said(['query', 'run', 'console-logins', '--format', 'json', '--store', withUser]),
      await said(['coverage', '--format', 'json', '--store', withUser]),
      await said(['replay', '--store', withUser]),
      await said(['investigate', key, '--out', 'report.html', '--store', withUser]),
      await said(['setup', 'opensearch', '--print', '--roles', '--store', withUser]),
      await said(['doctor', '--format', 'json', '--store', withUser, '--source', logs]),
      await said([...watch, '--store', withUser], { KEYTRAIL_WEBHOOK_URL: hook.address }),
      `${inFile.stdout}${inFile.stderr}`,
    ];
    expect(inFile.code).toBe(0);
    for (const text of texts) expect(leaked(text), text.slice(0, 2000)).toEqual([]);
    expect(leaked(await written())).toEqual([]);
    await call(url, 'POST', `/${prefix}-*/_refresh`);
    const stored = await call(url, 'GET', `/${prefix}-*/_search?size=1000`);
    expect(stored.body.hits.hits.length).toBeGreaterThan(3);
    expect(leaked(JSON.stringify(stored.body))).toEqual([]);
  }, 120_000);

  test('nor in metrics and JSON logs', async () => {
    const follow = ['ingest', logs, '--follow', '--every', '1s', '--metrics-port', '0', '--log-format', 'json'];
    const { child, done } = startCli([...follow, '--store', withUser], environment, join(folder, 'out'));
    let log = '';
    const port = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk: string) => {
        log += chunk;
        const found = /127\.0\.0\.1:(\d+)/.exec(log.replaceAll(host, ''))?.[1];
        if (found !== undefined) resolve(found);
      });
      child.on('close', () => reject(new Error(`it ended: ${log}`)));
    });
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const health = await (await fetch(`http://127.0.0.1:${port}/healthz`)).text();
    child.kill('SIGTERM');
    const { stdout, stderr } = await done;
    expect(metrics).toContain('keytrail_');
    expect(leaked(`${metrics}${health}${stdout}${stderr}`)).toEqual([]);
  });

  test('nor where all fails', async () => {
    const nobody = `opensearch:https://${user}:${secrets.url}@127.0.0.1:9`;
    const trino = `trino:https://${user}:${secrets.url}@127.0.0.1:9/hive/logs`;
    const queue = `http://${user}:${secrets.queue}@127.0.0.1:9/111122223333/q`;
    const endpoint = ['--endpoint-url', `http://${user}:${secrets.endpoint}@127.0.0.1:9`];
    const key = 'AKIAIOSFODNN7EXAMPLE';
    hook.answer = 500;
    const runs = [
      ['ingest', logs, '--store', nobody],
      ['ingest', logs, '--store', withUser.replace('prefix', 'nonsense')],
      ['ingest', 's3://trail', '--store', 'duckdb:x.duckdb', ...endpoint],
      ['ingest', 's3://trail', '--queue', queue, '--store', 'duckdb:x.duckdb', '--log-format', 'json'],
      ['ingest', 's3://trail', '--queue', `${queue}?token=${secrets.queue}`, '--store', 'duckdb:x.duckdb'],
      ['query', 'run', 'console-logins', '--store', nobody],
      ['query', 'run', 'console-logins', '--store', trino],
      ['query', 'run', 'console-logins', '--store', 'athena:primary/logs', ...endpoint],
      ['coverage', '--store', `mysql://${user}:${secrets.url}@127.0.0.1`],
      ['replay', '--store', nobody],
      ['investigate', key, '--store', nobody],
      ['contain', 'plan', key, '--store', nobody, ...endpoint],
      ['harden', ...endpoint],
      ['validate', 's3://trail', ...endpoint],
      ['setup', 'opensearch', '--store', nobody],
      [
        'setup',
        'opensearch',
        '--store',
        nobody,
        '--dashboards-only',
        '--dashboards-url',
        `https://${user}:${secrets.url}@127.0.0.1:9`,
      ],
      ['doctor', '--store', nobody, '--source', 's3://trail', '--queue', queue, ...endpoint],
      ['doctor', '--store', trino, '--format', 'json'],
      [
        'watch',
        'console-logins',
        '--once',
        '--tell-first',
        '--state',
        'other.json',
        '--notify',
        `webhook:${hook.address}`,
        '--store',
        withUser,
      ],
      ['watch', 'console-logins', '--once', '--notify', `webhok:${hook.address}`, '--store', withUser],
    ];
    const answers = await Promise.all(runs.map(async (args) => ({ args, text: await said(args) })));
    for (const { args, text } of answers) {
      expect(text, args.join(' ')).not.toBe('');
      expect({ args, leaked: leaked(text) }, text.slice(0, 2000)).toEqual({ args, leaked: [] });
    }
    expect(leaked(await written())).toEqual([]);
  }, 180_000);
});
