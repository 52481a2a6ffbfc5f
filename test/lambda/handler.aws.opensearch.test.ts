import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slowS3 } from '../pipeline/slow-s3.js';
import { clientSettings, environment, keyOf, s3Record, type TrailQueue, trailQueue } from '../pipeline/trail-queue.js';
import { describeWith, opensearchOrSkip } from '../services/index.js';
import { withStore } from '../stores/opensearch/node.js';
import { batchOf, buildFunction, startFunction } from './function.js';

let built: ReturnType<typeof buildFunction>;
beforeAll(() => {
  built = buildFunction();
});
afterAll(() => built.remove());

describeWith('aws', 'the Lambda function', (endpoint) => {
  interface World {
    trail: TrailQueue;
    instance: ReturnType<typeof startFunction>;
    documents: Parameters<Parameters<typeof withStore>[1]>[0]['documents'];
    /** The ids that CloudTrail gave the events in the store. */
    ids(): Promise<string[]>;
  }

  /** A bucket, a queue and an index prefix of their own, and an instance of the function for them. */
  async function inWorld(
    node: string,
    body: (world: World) => Promise<void>,
    { at = endpoint, notify = false } = {},
  ): Promise<void> {
    const trail = await trailQueue(endpoint, { notify });
    await withStore(node, async ({ prefix, documents }) => {
      const instance = startFunction(built.code, {
        ...environment,
        AWS_ENDPOINT_URL: at,
        KEYTRAIL_SOURCE: trail.source,
        KEYTRAIL_STORE: `opensearch:${node}?prefix=${prefix}`,
      });
      const ids = async () =>
        [...(await documents('cloudtrail')).values()].map(({ event }) => (event as { id: string }).id).sort();
      try {
        await body({ trail, instance, documents, ids });
      } finally {
        instance.stop();
        trail.end();
      }
    });
  }

  const bodies = (...all: unknown[]) => ({
    Records: all.map((body, i) => ({
      messageId: `message-${i}`,
      receiptHandle: `receipt-${i}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })),
  });
  const failures = (...ids: number[]) => ({
    response: { batchItemFailures: ids.map((i) => ({ itemIdentifier: `message-${i}` })) },
  });
  const none = failures();

  test('every form of message that a queue may hold, and each again', async (context) => {
    await inWorld(
      opensearchOrSkip(context),
      async ({ trail, instance, ids }) => {
        const { bucket, queue, s3 } = trail;
        await trail.put('by S3');
        const sns = new SNSClient(clientSettings(endpoint));
        const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: bucket }));
        await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
        sns.destroy();
        const TopicConfigurations = [{ TopicArn, Events: ['s3:ObjectCreated:*' as const] }];
        await s3.send(
          new PutBucketNotificationConfigurationCommand({
            Bucket: bucket,
            NotificationConfiguration: { TopicConfigurations },
          }),
        );
        await trail.put('by SNS');
        await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: {} }));
        const bridged = await trail.put('by EventBridge');
        await trail.send({
          'detail-type': 'Object Created',
          source: 'aws.s3',
          time: '2026-03-02T08:05:00Z',
          detail: { bucket: { name: bucket }, object: bridged },
        });
        const { key } = await trail.put('by CloudTrail');
        await trail.send({ Type: 'Notification', Message: JSON.stringify({ s3Bucket: bucket, s3ObjectKey: [key] }) });

        const batch = await batchOf(trail);
        // With the s3:TestEvents of the bucket's two configurations.
        expect(batch.Records).toHaveLength(6);
        expect(await instance.invoke(batch)).toEqual(none);
        const stored = ['by CloudTrail', 'by EventBridge', 'by S3', 'by SNS'].flatMap((name) =>
          [0, 1, 2].map((i) => `${name}-${i}`),
        );
        expect(await ids()).toEqual(stored);

        // Delivered twice: to the same instance, warm by now.
        expect(await instance.invoke(batch)).toEqual(none);
        expect(await ids()).toEqual(stored);
        expect(instance.log()).toMatch(/"messages":6,"deleted":6,"seen":4,"done":0,"skipped":4/);
      },
      { notify: true },
    );
  }, 60_000);

  test('a Parquet file is read, and the country of its addresses told', async (context) => {
    await inWorld(opensearchOrSkip(context), async ({ trail, instance, documents }) => {
      const file = join(mkdtempSync(join(tmpdir(), 'keytrail-parquet-')), 'flows.parquet');
      const duckdb = await DuckDBInstance.create(':memory:');
      const connection = await duckdb.connect();
      await connection.run(`COPY (
        SELECT 2 AS version, '111122223333' AS account_id, 'eni-1' AS interface_id, '8.8.8.8' AS srcaddr,
          '10.0.0.5' AS dstaddr, 443 AS srcport, 50000 AS dstport, 6 AS protocol, 1::BIGINT AS packets,
          40::BIGINT AS bytes, 1772438400::BIGINT AS "start", 1772438460::BIGINT AS "end", 'ACCEPT' AS action,
          'OK' AS log_status) TO '${file}' (FORMAT parquet)`);
      connection.closeSync();
      duckdb.closeSync();
      const Body = readFileSync(file);
      rmSync(dirname(file), { recursive: true });
      const Key =
        'AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/03/02/111122223333_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20260302T0800Z_cccccccc.log.parquet';
      const { ETag } = await trail.s3.send(new PutObjectCommand({ Bucket: trail.bucket, Key, Body }));
      const object = { key: Key, etag: ETag!.replaceAll('"', ''), size: Body.length };
      expect(await instance.invoke(bodies({ Records: [s3Record(trail.bucket, object)] }))).toEqual(none);
      const stored = [...(await documents('vpcflow')).values()];
      expect(stored).toMatchObject([{ source: { ip: '8.8.8.8', geo: { country_iso_code: 'US' } } }]);
    });
  }, 60_000);

  test('what can’t be read or understood comes again, and nothing else', async (context) => {
    await inWorld(opensearchOrSkip(context), async ({ trail, instance, ids }) => {
      const good = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => trail.put(name, 1)));
      const records = good.map((object) => ({ Records: [s3Record(trail.bucket, object)] }));
      const gone = { Records: [s3Record(trail.bucket, { ...good[0]!, key: keyOf('gone') })] };
      const elsewhere = { Records: [s3Record('another-bucket', good[0]!)] };
      const event = bodies(...records.slice(0, 4), gone, '\u001b[31mno JSON', elsewhere, ...records.slice(4));
      expect(await instance.invoke(event)).toEqual(failures(4, 5, 6));
      expect(await ids()).toHaveLength(7);
      for (const said of [/gone/, /not JSON/, /another-bucket.* is not below/]) expect(instance.log()).toMatch(said);
      expect(instance.log()).not.toContain('\u001b');
      // What was good in one message with something bad is stored all the same.
      const mixed = { Records: [s3Record(trail.bucket, await trail.put('h', 1)), ...gone.Records] };
      expect(await instance.invoke(bodies(mixed))).toEqual(failures(0));
      expect(await ids()).toHaveLength(8);
    });
  }, 60_000);

  test('what is not durable shortly before its time is up comes again; then nothing is stored twice', async (context) => {
    const node = opensearchOrSkip(context);
    const slow = await slowS3(endpoint, (key) => key.includes('slow'));
    try {
      await inWorld(
        node,
        async ({ trail, instance, ids }) => {
          const objects = await Promise.all(['quick', 'slow', 'quick too'].map((name) => trail.put(name, 2)));
          const event = bodies(...objects.map((object) => ({ Records: [s3Record(trail.bucket, object)] })));
          // Warm, so that what is quick is read in the time that is given.
          expect(await instance.invoke(bodies({ Event: 's3:TestEvent' }))).toEqual(none);
          const started = performance.now();
          expect(await instance.invoke(event, 14_000)).toEqual(failures(1));
          expect(performance.now() - started).toBeLessThan(14_000);
          expect(await ids()).toHaveLength(4);
          slow.letGo();
          expect(await instance.invoke(event)).toEqual(none);
          expect(await ids()).toHaveLength(6);
          // Too late to begin: all comes again.
          expect(await instance.invoke(event, 5000)).toEqual(failures(0, 1, 2));
        },
        { at: slow.url },
      );
    } finally {
      await slow.close();
    }
  }, 60_000);

  test('a function that can’t work says why, and its batch comes again as a whole', async () => {
    const trail = await trailQueue(endpoint);
    const store = 'opensearch:http://127.0.0.1:1';
    const error = async (env: Record<string, string>, event: unknown = bodies('{}'), remainingMs?: number) => {
      const instance = startFunction(built.code, { ...environment, AWS_ENDPOINT_URL: endpoint, ...env });
      const answer = await instance.invoke(event, remainingMs);
      instance.stop();
      return 'error' in answer ? answer.error : answer;
    };
    expect(await error({})).toMatch(/KEYTRAIL_SOURCE names no bucket/);
    expect(await error({ KEYTRAIL_SOURCE: trail.source, KEYTRAIL_STORE: 'duckdb:/tmp/x' })).toMatch(/KEYTRAIL_STORE/);
    const settings = { KEYTRAIL_SOURCE: trail.source, KEYTRAIL_STORE: store };
    expect(await error(settings, { hello: 'world' })).toMatch(/no batch of SQS messages/);
    expect(await error(settings, undefined, 12_000)).toMatch(/cannot reach OpenSearch at http:\/\/127\.0\.0\.1:1/);
    trail.end();
  }, 60_000);
});
