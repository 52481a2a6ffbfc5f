import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PolicyDocument, Statement } from '../../src/contain/responder/statement.js';
import { commandPolicy, type PolicyName } from '../../src/permissions/policies.js';
import { type CliResult, runCli } from '../cli/run-cli.js';
import { keyOf, s3Record, trailFile } from '../pipeline/trail-queue.js';
import { readCase, writeCase } from '../queries/cases.js';
import { EnforcedAws } from '../services/enforced.js';
import { describeWith, uniquePrefix } from '../services/index.js';

const names = {
  bucket: 'trail',
  queue: 'notes',
  topic: 'alerts',
  secret: 'keytrail/login',
  workgroup: 'primary',
  database: 'logs',
};

const whoAmI: Statement = { Sid: 'WhoAmI', Effect: 'Allow', Action: ['sts:GetCallerIdentity'], Resource: ['*'] };

/** A document without an action, wherever it stands; one that allows nothing would be none. */
const without = ({ Version, Statement }: PolicyDocument, action: string): PolicyDocument => ({
  Version,
  Statement: [...Statement, whoAmI]
    .map((statement) => ({
      ...statement,
      Action: statement.Action.filter((name) => name !== action),
    }))
    .filter(({ Action }) => Action.length > 0),
});

describeWith('aws', 'commands that have exactly their policy, IAM enforced', () => {
  let aws: EnforcedAws;
  let folder: string;
  let s3: S3Client;
  let sqs: SQSClient;
  let runs = 0;

  beforeAll(async () => {
    aws = await EnforcedAws.start();
    folder = await mkdtemp(join(tmpdir(), 'keytrail-policies-'));
    const config = aws.config(aws.adminKey);
    s3 = new S3Client({ ...config, forcePathStyle: true });
    sqs = new SQSClient(config);
    await s3.send(new CreateBucketCommand({ Bucket: names.bucket }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: names.bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await put('one');
    await new SNSClient(config).send(new CreateTopicCommand({ Name: names.topic }));
    const login = JSON.stringify({ username: 'ana', password: 'Kt-s3cret' });
    await new SecretsManagerClient(config).send(new CreateSecretCommand({ Name: names.secret, SecretString: login }));
  }, 120_000);
  afterAll(async () => {
    await aws.stop();
    await rm(folder, { recursive: true });
  });

  const put = async (name: string, events = 2) => {
    const Body = trailFile(name, events);
    const { ETag, VersionId } = await s3.send(new PutObjectCommand({ Bucket: names.bucket, Key: keyOf(name), Body }));
    return { key: keyOf(name), etag: ETag!.replaceAll('"', ''), size: Body.length, versionId: VersionId };
  };
  const policy = (name: PolicyName) =>
    commandPolicy(name, { ...names, results: 'results', account: aws.account, region: 'us-east-1' }).document;
  const fresh = (): string[] => ['--store', `duckdb:${join(folder, `${++runs}.duckdb`)}`];
  /** Runs a command as a user of its own who has the policy and nothing else. */
  const run = async (document: PolicyDocument, args: string[], env: Record<string, string> = {}) => {
    const { accessKeyId, secretAccessKey } = await aws.addUser(uniquePrefix('user'), JSON.stringify(document));
    return runCli(args, {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...env,
    });
  };
  /** Works with the policy, and without any one of its actions says so; but for those that no such run asks for. */
  const holds = async (
    name: PolicyName,
    work: (document: PolicyDocument) => Promise<CliResult>,
    unasked: string[] = [],
    done = 0,
  ) => {
    const document = policy(name);
    const whole = await work(document);
    expect(whole, whole.stderr).toMatchObject({ code: done });
    expect(`${whole.stdout}${whole.stderr}`).not.toMatch(/denied|not authorized/);
    const actions = document.Statement.flatMap(({ Action }) => Action).filter((action) => !unasked.includes(action));
    expect(actions.length).toBeGreaterThan(0);
    const outcomes = [...new Set(actions)].map(async (action) => {
      const { code, stdout, stderr } = await work(without(document, action));
      if (done === 0) expect([action, code], stderr).not.toEqual([action, 0]);
      expect([action, `${stdout}${stderr}`]).toEqual([
        action,
        expect.stringMatching(new RegExp(`denied|not authorized to perform: ${action}`)),
      ]);
    });
    await Promise.all(outcomes);
  };

  test('ingest', () => holds('ingest', (document) => run(document, ['ingest', `s3://${names.bucket}`, ...fresh()])));

  test(
    'ingest --queue',
    () =>
      holds(
        'ingest-queue',
        async (document) => {
          // Overwritten before it is read: the message's own version is then asked for.
          const number = ++runs;
          const name = `queued${number}`;
          const first = await put(name);
          await put(name, 3);
          const MessageBody = JSON.stringify({ Records: [s3Record(names.bucket, first)] });
          const own = `${names.queue}-${number}`;
          const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: own }));
          await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
          const mine = JSON.parse(JSON.stringify(document).replaceAll(`:${names.queue}"`, `:${own}"`));
          return run(mine, ['ingest', `s3://${names.bucket}`, '--queue', QueueUrl!, ...fresh()]);
        },
        // Asked for when a message is kept longer or given back; and by S3 alone, to tell what is deleted.
        ['sqs:ChangeMessageVisibility', 's3:ListBucket'],
      ),
    120_000,
  );

  test('validate', () =>
    holds(
      'validate',
      (document) => run(document, ['validate', `s3://${names.bucket}`, '--from', '2026-03-01', '--to', '2026-03-05']),
      // There is no digest to be read or checked.
      ['s3:GetObject', 'cloudtrail:ListPublicKeys'],
      3,
    ));

  test('query of an Athena store', () =>
    holds(
      'query-athena',
      (document) => run(document, ['query', 'run', 'console-logins', '--store', 'athena:primary/logs']),
      // A stand-in lists no tables, and reads nothing of S3 and Glue with the rights of who asks.
      policy('query-athena')
        .Statement.flatMap(({ Action }) => Action)
        .filter((action) => !/^athena:(Start|Get)Query/.test(action)),
    ));

  test('watch', async () => {
    const store = fresh();
    await writeCase(join(folder, 'logs'), await readCase('console-logins'));
    expect((await runCli(['ingest', join(folder, 'logs'), ...store])).code).toBe(0);
    const topic = `sns:arn:aws:sns:us-east-1:${aws.account}:${names.topic}`;
    await holds('watch', (document) =>
      run(document, [
        'watch',
        'console-logins',
        '--once',
        '--tell-first',
        '--notify',
        topic,
        '--state',
        join(folder, `seen-${++runs}`),
        ...store,
      ]),
    );
  });

  test('a login in Secrets Manager', async () => {
    const ask = [
      'query',
      'run',
      'key-owner',
      '--key',
      'AKIAIOSFODNN7EXAMPLE',
      '--store',
      'opensearch:http://127.0.0.1:9',
    ];
    const env = { KEYTRAIL_OPENSEARCH_SECRET: names.secret };
    // With the login nobody is at home there; without it that is never known.
    const whole = await run(policy('secret'), ask, env);
    expect(whole.stderr).toContain('cannot reach OpenSearch');
    const less = await run(without(policy('secret'), 'secretsmanager:GetSecretValue'), ask, env);
    expect(less.stderr).toMatch(
      /KEYTRAIL_OPENSEARCH_SECRET: .*not authorized to perform: secretsmanager:GetSecretValue/,
    );
    expect(`${whole.stderr}${less.stderr}`).not.toContain('Kt-s3cret');
  });

  test('harden reads with its policy whatever moto has', async () => {
    const { code, stdout, stderr } = await run(policy('harden'), ['harden', '--format', 'json']);
    expect([0, 3], stderr).toContain(code);
    const denied = (JSON.parse(stdout).unknown as { reason?: string }[]).filter((unknown) =>
      /not authorized|denied/i.test(JSON.stringify(unknown)),
    );
    expect(denied).toEqual([]);
  });
});
