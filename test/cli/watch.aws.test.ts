import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientSettings, environment } from '../pipeline/trail-queue.js';
import { readCase, writeCase } from '../queries/cases.js';
import { awsOrSkip, uniquePrefix } from '../services/index.js';
import { runCli, startCli } from './run-cli.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
let folder: string;
let store: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-watch-'));
  store = ['--store', `duckdb:${join(folder, 'x.duckdb')}`];
  await writeCase(join(folder, 'logs'), await readCase('key-clients'));
  expect((await runCli(['ingest', join(folder, 'logs'), ...store])).code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

/** Ingests another call, from an address and at a time of its own. */
async function callFrom(sourceIPAddress: string, eventID: string): Promise<void> {
  const logs = join(folder, eventID);
  const record = { eventID, eventTime: '2026-03-05T08:00:00Z', sourceIPAddress, userIdentity: { accessKeyId: key } };
  await writeCase(logs, { cloudtrail: [record], asks: [] });
  expect((await runCli(['ingest', logs, ...store])).code).toBe(0);
}

let states = 0;
const newState = (): string[] => ['--state', join(folder, `state-${++states}.json`)];
const watchOnce = (...args: string[]) => runCli(['watch', '--once', ...args, ...store], environment);
const notices = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** A webhook that keeps what it got; `answer` is the status of the next answers. */
async function webhook() {
  const got: Record<string, unknown>[] = [];
  const hook = { url: '', got, answer: 200, close: async () => undefined as unknown };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => {
      text += piece;
    });
    request.on('end', () => {
      if (hook.answer === 200) got.push(JSON.parse(text));
      response.writeHead(hook.answer, { location: '/elsewhere' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
  hook.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return hook;
}

test('only what is new is told of, to a webhook and to a topic; what was not taken is told again', async (context) => {
  const endpoint = awsOrSkip(context);
  const sns = new SNSClient(clientSettings(endpoint));
  const sqs = new SQSClient(clientSettings(endpoint));
  const hook = await webhook();
  try {
    const name = uniquePrefix();
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const Endpoint = `arn:aws:sqs:us-east-1:123456789012:${name}`;
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } }),
    );
    const chosen = ['key-clients', 'key-owner', '--key', key, ...newState()];
    const targets = ['--notify', `webhook:${hook.url}`, '--notify', `sns:${TopicArn}`, '--endpoint-url', endpoint];

    const first = await watchOnce(...chosen, ...targets);
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toContain('first look query=key-clients rows=3');
    expect(hook.got).toEqual([]);

    await callFrom('203.0.113.99', 'later-1');
    hook.answer = 302;
    const refused = await watchOnce(...chosen, ...targets);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('it answered 302');
    expect(`${refused.stdout}${refused.stderr}`).not.toContain('/secret');

    hook.answer = 200;
    const told = await watchOnce(...chosen, ...targets);
    expect(told.code).toBe(0);
    expect(hook.got).toMatchObject([
      { query: 'key-clients', fresh: 1, omitted: 0, rows: [{ source_ip: '203.0.113.99', access_key_id: key }] },
    ]);
    expect(notices(told.stdout)).toEqual(hook.got);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages.map(({ Body }) => JSON.parse(Body!))).toEqual(hook.got);

    const quiet = await watchOnce(...chosen, ...targets);
    expect(quiet).toMatchObject({ code: 0, stdout: '' });
    expect(hook.got).toHaveLength(1);
  } finally {
    await hook.close();
    sns.destroy();
    sqs.destroy();
  }
});

test('it goes on until it is told to stop, and gives the file back between two rounds', async () => {
  const state = newState();
  const { child, done } = startCli(['watch', 'key-clients', '--key', key, '--every', '1s', ...state, ...store]);
  const asked = () =>
    new Promise<void>((resolve) => {
      const listen = (text: string): void => {
        if (!text.includes(' asked ')) return;
        child.stderr.off('data', listen);
        resolve();
      };
      child.stderr.on('data', listen);
    });
  await asked();
  await callFrom('203.0.113.100', 'later-2');
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  child.kill('SIGTERM');
  const { code, stdout } = await done;
  expect(code).toBe(0);
  expect(notices(stdout)).toMatchObject([{ rows: [{ source_ip: '203.0.113.100' }] }]);
});

test('wrong targets, states and questions are one line each', async () => {
  const broken = join(folder, 'broken.json');
  await writeFile(broken, 'none');
  const bad: [string[], RegExp][] = [
    [['key-clients', '--key', key, '--notify', 'sns:topic'], /no ARN of a standard SNS topic/],
    [['key-clients', '--key', key, '--notify', 'webhook:http://example.com/x'], /no https/],
    [['key-clients', '--key', key, '--notify', 'https://hooks.example/s3cret'], /neither sns: nor webhook:/],
    [['key-clients', '--key', key, '--notify', 'webhook'], /KEYTRAIL_WEBHOOK_URL/],
    [['key-clients', '--key', key, '--state', broken], /broken\.json holds no JSON/],
    [['key-clients', '--key', key, '--state', join(folder, 'no', 'folder.json')], /after --state/],
    [['key-clients'], /key-clients: it needs key/],
    [['key-clients', '--key', key, '--every', '1y'], /--every "1y" is no time/],
    [['key-clients', '--key', key, '--every', '30d'], /--every "30d" is too long/],
    [[], /no question was named/],
  ];
  for (const [args, message] of bad) {
    const { code, stdout, stderr } = await watchOnce(...(args.includes('--state') ? args : [...args, ...newState()]));
    expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n').at(-2)).toMatch(message);
    expect(stderr).not.toContain('s3cret');
  }
  expect(await readFile(broken, 'utf8')).toBe('none');
});

test('what nobody could be told of is printed, and stays new', async () => {
  const state = newState();
  const chosen = ['key-clients', '--key', key, ...state];
  const dead = await watchOnce(...chosen, '--tell-first', '--notify', 'webhook:http://127.0.0.1:9/x');
  expect(dead.code).toBe(1);
  expect(dead.stderr).toContain('nobody was told query=key-clients');
  const [notice] = notices(dead.stdout);
  expect(notice.fresh).toBeGreaterThan(2);
  const again = await watchOnce(...chosen);
  expect(notices(again.stdout)).toMatchObject([{ fresh: notice.fresh }]);
  expect(await watchOnce(...chosen)).toMatchObject({ code: 0, stdout: '' });
});

test('told of from the first look on, where that is wanted', async () => {
  const { code, stdout } = await watchOnce('key-clients', '--key', key, '--tell-first', ...newState());
  expect(code).toBe(0);
  expect(notices(stdout)).toMatchObject([{ query: 'key-clients', store: `duckdb:${join(folder, 'x.duckdb')}` }]);
});
