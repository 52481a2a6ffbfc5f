import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.js';
import { commandPolicy } from '../../src/permissions/policies.js';
import { runCli } from '../cli/run-cli.js';
import { keyOf, trailFile } from '../pipeline/trail-queue.js';
import type { Credentials } from '../services/credentials.js';
import { EnforcedAws } from '../services/enforced.js';
import { describeWith } from '../services/index.js';

const whole = (finding: Finding): string => `${finding.what}: ${finding.detail} fix: ${finding.fix ?? ''}`;

describeWith('aws', 'doctor, IAM enforced', () => {
  let aws: EnforcedAws;
  let folder: string;
  let s3: S3Client;
  let sqs: SQSClient;
  /** Has exactly the policy that `keytrail policies doctor` prints. */
  let doctor: Credentials;
  const queues = { good: '', bare: '', dead: '' };

  beforeAll(async () => {
    aws = await EnforcedAws.start();
    folder = await mkdtemp(join(tmpdir(), 'keytrail-doctor-'));
    s3 = new S3Client({ ...aws.config(aws.adminKey), forcePathStyle: true });
    sqs = new SQSClient(aws.config(aws.adminKey));
    const makeQueue = async (QueueName: string, Attributes: Record<string, string> = {}) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
    queues.dead = await makeQueue('trail-dead');
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:${aws.account}:trail-dead`,
      maxReceiveCount: 5,
    });
    queues.good = await makeQueue('trail', { RedrivePolicy, VisibilityTimeout: '300' });
    queues.bare = await makeQueue('bare', { VisibilityTimeout: '5' });
    for (const Bucket of ['trail', 'photos', 'empty']) await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket: 'trail', Key: keyOf('one'), Body: trailFile('one', 2) }));
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'holiday.jpg', Body: 'x' }));
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'trail',
        NotificationConfiguration: {
          QueueConfigurations: [
            { QueueArn: `arn:aws:sqs:us-east-1:${aws.account}:trail`, Events: ['s3:ObjectCreated:*'] },
          ],
        },
      }),
    );
    doctor = await userWith('doctor', '*');
  }, 120_000);
  afterAll(async () => {
    await aws.stop();
    await rm(folder, { recursive: true });
  });

  /** A user who has the policy of `doctor` for any bucket and queue, but for one action. */
  const userWith = (name: string, queue: string, without?: string) => {
    const { document } = commandPolicy('doctor', { account: aws.account, region: 'us-east-1' });
    const Statement = document.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((action) => action !== without),
    })).filter(({ Action }) => Action.length > 0);
    const text = JSON.stringify({ ...document, Statement })
      .replaceAll('BUCKET', '*')
      .replaceAll('QUEUE', queue);
    return aws.addUser(name, text);
  };
  const run = async (args: string[], credentials: Credentials | null = doctor, env: Record<string, string> = {}) => {
    const keys = credentials && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    };
    const { code, stdout, stderr } = await runCli(
      ['doctor', '--format', 'json', '--store', `duckdb:${join(folder, 'x.duckdb')}`, ...args],
      { AWS_ENDPOINT_URL: aws.endpoint, ...keys, ...env },
      folder,
    );
    expect(stderr).toBe('');
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
    const found = (what: string): Finding => {
      const match = findings.find((finding) => finding.what.startsWith(what));
      expect(match, `no ${what} in ${stdout}`).toBeDefined();
      return match!;
    };
    return { code, ok, findings, found };
  };

  test('all is well, with its own policy alone', async () => {
    const { code, ok, found } = await run(['--source', 's3://trail', '--queue', queues.good]);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(found('aws credentials')).toEqual({
      what: 'aws credentials',
      level: 'ok',
      detail: `arn:aws:iam::${aws.account}:user/doctor`,
    });
    expect(found('clock').level).toBe('ok');
    expect(found('source s3://trail/')).toMatchObject({ level: 'ok' });
    // The trail of the tests ended in March.
    expect(whole(found('logs cloudtrail'))).toMatch(
      /1 accounts, 1 Regions, 2026-03-02 to 2026-03-02: nothing came since fix: .*get-trail-status/,
    );
    expect(found('reading of logs')).toMatchObject({ level: 'ok', detail: expect.stringContaining(keyOf('one')) });
    expect(found('queue').detail).toContain('messages wait');
    expect(found('queue redrive')).toMatchObject({ level: 'ok', detail: expect.stringContaining('trail-dead') });
    expect(found('queue notifications')).toMatchObject({ level: 'ok' });
    expect(found('queue age').level).toBe('ok');
  });

  test('each permission that is missing is told, with the fix', async () => {
    const cases: [action: string, what: string, text: RegExp][] = [
      ['s3:ListBucket', 'source s3://trail/', /access to bucket trail is denied.*allow s3:ListBucket/],
      ['s3:GetObject', 'reading of logs', /is denied.*s3:GetObject.*kms:Decrypt/],
      ['sqs:GetQueueAttributes', 'queue', /is denied.*sqs:GetQueueAttributes/],
      ['cloudwatch:GetMetricData', 'queue age', /not authorized.*Allow cloudwatch:GetMetricData/],
      ['s3:GetBucketNotification', 'queue notifications', /not known.*Allow s3:GetBucketNotification/],
    ];
    for (const [action, what, text] of cases) {
      const user = await userWith(action.replace(':', '-'), '*', action);
      const { found } = await run(['--source', 's3://trail', '--queue', queues.good], user);
      expect([action, found(what).level]).not.toEqual([action, 'ok']);
      expect([action, whole(found(what))]).toEqual([action, expect.stringMatching(text)]);
    }
  });

  test('credentials: none, unknown, wrong, inactive, of a session that is over', async () => {
    const none = await run(['--source', 's3://trail'], null);
    expect(none.code).toBe(1);
    expect(whole(none.found('aws credentials'))).toMatch(/Could not load credentials.*aws sso login/);
    const unknown = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };
    expect(whole((await run([], unknown)).found('aws credentials'))).toMatch(/AWS does not know the key/);
    const wrong = { ...doctor, secretAccessKey: 'wrong' };
    expect(whole((await run([], wrong)).found('aws credentials'))).toMatch(/secret does not belong to the key/);
    await aws.setStatus('Inactive');
    expect(whole((await run([], aws.key)).found('aws credentials'))).toMatch(/deactivated/);
    await aws.setStatus('Active');
    expect((await run([], aws.key)).found('aws credentials').level).toBe('ok');
  });

  // moto's sessions never end, and its clock is this machine's: a stand-in answers as STS does.
  test('an expired session, and a clock that is wrong', async () => {
    let expired = false;
    let offMs = 0;
    const server = createServer((request, response) => {
      const answer = expired
        ? '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>'
        : '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ana</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>';
      const date = new Date(Date.now() + offMs).toUTCString();
      request
        .resume()
        .on('end', () => response.writeHead(expired ? 403 : 200, { 'content-type': 'text/xml', date }).end(answer));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = { AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    try {
      for (const [off, level, detail] of [
        [0, 'ok', /^as AWS's$/],
        [120_000, 'warn', /^1(19|2[01]) s behind AWS$/],
        [-1_000_000, 'FAIL', /^(999|100[01]) s ahead of AWS$/],
      ] as const) {
        offMs = off;
        const clock = (await run([], doctor, url)).found('clock');
        expect(clock).toMatchObject({ level, detail: expect.stringMatching(detail) });
        if (level !== 'ok') expect(clock.fix).toContain('timedatectl set-ntp true');
      }
      expired = true;
      const { code, found } = await run([], doctor, url);
      expect(code).toBe(1);
      expect(whole(found('aws credentials'))).toMatch(/is expired fix: The session has expired\. Sign in again/);
      expect(found('clock').level).toBe('FAIL');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('a source of something else, of nothing, or that is not there', async () => {
    for (const [bucket, text] of [
      ['photos', /no log lies there as AWS delivers it; the first object is holiday\.jpg fix: Name the prefix/],
      ['empty', /nothing is there fix: Check bucket and prefix/],
      ['nowhere', /there is no bucket nowhere/],
    ] as const) {
      const { code, found } = await run(['--source', `s3://${bucket}`]);
      expect(code).toBe(1);
      expect(whole(found(`source s3://${bucket}`))).toMatch(text);
    }
  });

  test('a queue that nobody fills, gives nothing up, or is not there; messages that were given up', async () => {
    const { code, found } = await run(['--source', 's3://empty', '--queue', queues.bare]);
    expect(code).toBe(1);
    expect(whole(found('queue visibility'))).toMatch(/after 5 s.*VisibilityTimeout=300/);
    expect(whole(found('queue redrive'))).toMatch(
      /no redrive policy.*aws sqs set-queue-attributes --queue-url \S+bare/,
    );
    expect(whole(found('queue notifications'))).toMatch(
      /tells nobody.*put-bucket-notification-configuration --bucket empty .*sqs:us-east-1:123456789012:bare/,
    );
    // A command that takes another queue's notifications away is no fix.
    const other = await run(['--source', 's3://trail', '--queue', queues.bare]);
    expect(other.found('queue notifications').level).toBe('warn');
    expect(whole(other.found('queue notifications'))).toMatch(/tells arn:\S+:trail of new objects, and not this queue/);
    expect(other.found('queue notifications').fix).not.toContain('put-bucket-notification-configuration');
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.dead, MessageBody: 'x' }));
    const after = await run(['--queue', queues.good]);
    expect(after.code).toBe(0);
    expect(whole(after.found('queue redrive'))).toMatch(/1 messages were given up.*start-message-move-task/);
    // Looking takes nothing.
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.dead, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '0' });
    const gone = await run(['--queue', `${queues.good}-gone`], aws.adminKey);
    expect(whole(gone.found('queue'))).toMatch(/there is no queue/);
  });

  test('a job names source, queue and store', async () => {
    const job = join(folder, 'job.yaml');
    await writeFile(job, `source: s3://trail\nstore: duckdb:${join(folder, 'job.duckdb')}\nqueue: ${queues.good}\n`);
    const { found } = await run(['--job', job]);
    for (const what of ['source s3://trail/', 'queue redrive']) expect(found(what).level).toBeDefined();
    const lost = await run(['--job', 'none-such']);
    expect(whole(lost.found('job'))).toContain('there is no job');
  });
});
