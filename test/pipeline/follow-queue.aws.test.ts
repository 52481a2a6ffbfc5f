import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.js';
import { describeWith } from '../services/index.js';
import { duckDbCounts } from './duckdb-counts.js';
import { clientSettings, environment, keyOf, s3Record, type TrailQueue, trailFile, trailQueue } from './trail-queue.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-queue-'));
});
afterAll(() => rm(folder, { recursive: true }));

describeWith('aws', 'ingest --queue', (endpoint) => {
  const worlds: TrailQueue[] = [];
  const open = async (options: Parameters<typeof trailQueue>[1] = {}): Promise<TrailQueue> => {
    const world = await trailQueue(endpoint, options);
    worlds.push(world);
    return world;
  };
  afterAll(() => {
    for (const world of worlds) world.end();
  });

  const ingest = async (source: string, path: string, ...more: string[]) => {
    const args = ['ingest', source, '--store', `duckdb:${path}`, '--endpoint-url', endpoint, '--format', 'json'];
    const result = await runCli([...args, ...more], environment);
    return { ...result, summary: result.stdout ? JSON.parse(result.stdout) : null };
  };

  test('every form of message; the scan meets the same lines of the ledger', async () => {
    const world = await open({ notify: true });
    const { bucket, queue } = world;
    const path = join(folder, 'forms.duckdb');
    // From the bucket itself: the s3:TestEvent first, then one of each object.
    await world.put('direct');
    await world.put('key with + and é', 3, keyOf('key with + and é'));

    // By SNS, enveloped and raw.
    const sns = new SNSClient(clientSettings(endpoint));
    for (const raw of ['false', 'true']) {
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: `${bucket}-${raw}` }));
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: 'sqs',
          Endpoint: queue.arn,
          Attributes: { RawMessageDelivery: raw },
        }),
      );
      await world.s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket: bucket,
          NotificationConfiguration: { TopicConfigurations: [{ TopicArn, Events: ['s3:ObjectCreated:*'] }] },
        }),
      );
      await world.put(`by SNS, raw ${raw}`);
    }
    sns.destroy();
    await world.s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: {} }),
    );

    const { etag, ...bridged } = await world.put('by EventBridge');
    await world.send({
      version: '0',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      time: '2026-03-02T08:05:00Z',
      detail: { bucket: { name: bucket }, object: { ...bridged, etag } },
    });
    const several = [await world.put('several 1'), await world.put('several 2'), await world.put('several 3')];
    await world.send({ Records: several.map((object) => s3Record(bucket, object)) });
    const noticed = await world.put('by CloudTrail’s notice');
    await world.send({
      Type: 'Notification',
      Message: JSON.stringify({ s3Bucket: bucket, s3ObjectKey: [noticed.key] }),
    });
    await world.send({ Records: [s3Record(bucket, several[0]!, 'ObjectRemoved:Delete')] });

    const { code, summary, stderr } = await ingest(world.source, path, '--queue', queue.url, '--log-format', 'json');
    expect(code, stderr).toBe(0);
    expect(summary.objects).toEqual({ seen: 9, done: 9, skipped: 0, failed: 0 });
    expect(summary.records).toEqual({ read: 27, stored: 27, duplicates: 0, deadLettered: 0 });
    expect(summary.queue.deleted).toBe(summary.queue.received);
    expect(stderr).toMatch(/s3:TestEvent/);
    expect(stderr).toMatch(/ObjectRemoved:Delete/);
    expect(await world.messages()).toEqual({ visible: 0, hidden: 0 });
    expect(await duckDbCounts(path)).toMatchObject({ events: 27, distinct: 27 });

    const scanned = await ingest(world.source, path);
    expect(scanned.summary.objects).toEqual({ seen: 9, done: 0, skipped: 9, failed: 0 });
    expect(scanned.summary.records.read).toBe(0);
  }, 60_000);

  test('a message that comes three times, in any order, and after a scan: each event once', async () => {
    const world = await open();
    const path = join(folder, 'thrice.duckdb');
    const objects = [
      await world.put('a', 5),
      await world.put('b', 5),
      await world.put('c', 5),
      await world.put('d', 5),
    ];
    expect((await ingest(world.source, path, '--log', 'cloudtrail')).summary.records.stored).toBe(20);
    objects.push(await world.put('e', 5), await world.put('f', 5));
    for (const order of [objects, objects.toReversed(), [...objects.slice(3), ...objects.slice(0, 3)]])
      for (const object of order)
        await world.send({ Records: [s3Record(world.bucket, object), s3Record(world.bucket, object)] });
    const { code, summary } = await ingest(world.source, path, '--queue', world.queue.url);
    expect(code).toBe(0);
    expect(summary.queue.received).toBeGreaterThanOrEqual(18);
    expect(summary.queue.deleted).toBe(summary.queue.received);
    expect(summary.records).toEqual({ read: 10, stored: 10, duplicates: 0, deadLettered: 0 });
    expect(await duckDbCounts(path)).toMatchObject({ events: 30, distinct: 30 });
    expect(await world.messages()).toEqual({ visible: 0, hidden: 0 });
  }, 60_000);

  test('a versioned bucket: what was overwritten or deleted since is read all the same', async () => {
    const world = await open({ versioned: true });
    const path = join(folder, 'versions.duckdb');
    const first = await world.put('first', 2);
    const second = await world.put('second', 2, first.key);
    const third = await world.put('third', 2);
    await world.s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: third.key }));
    for (const object of [second, first, third]) await world.send({ Records: [s3Record(world.bucket, object)] });
    const { code, summary, stderr } = await ingest(world.source, path, '--queue', world.queue.url);
    expect(code, stderr).toBe(0);
    expect(summary.records).toEqual({ read: 6, stored: 6, duplicates: 0, deadLettered: 0 });
    expect(await world.messages()).toEqual({ visible: 0, hidden: 0 });
  }, 60_000);

  test('a message that comes late, after its object was overwritten: the object stays done, as it is now', async () => {
    const world = await open();
    const path = join(folder, 'late.duckdb');
    const first = await world.put('first', 2);
    await world.put('second', 3, first.key);
    expect((await ingest(world.source, path)).summary.records.stored).toBe(3);
    const other = await world.put('other first', 2);
    await world.put('other second', 4, other.key);
    for (const object of [first, other]) await world.send({ Records: [s3Record(world.bucket, object)] });
    const { code, summary, stderr } = await ingest(world.source, path, '--queue', world.queue.url);
    expect(code, stderr).toBe(0);
    expect(summary.objects).toMatchObject({ done: 2, failed: 0 });
    expect(summary.records).toMatchObject({ stored: 4, duplicates: 3 });
    expect(await world.messages()).toEqual({ visible: 0, hidden: 0 });
    expect((await ingest(world.source, path)).summary.objects).toMatchObject({ skipped: 2, done: 0, failed: 0 });
  }, 60_000);

  test('what can’t be read is left, named, and told by the exit code; what is no log is done with', async () => {
    const world = await open({ visibility: 60 });
    const other = await open();
    const path = join(folder, 'left.duckdb');
    const good = await world.put('good');
    const outside = await world.put('outside', 3, `elsewhere/${keyOf('outside')}`);
    const foreign = await other.put('foreign');
    const broken = keyOf('broken');
    const Body = trailFile('broken', 50).subarray(0, -20);
    const { ETag } = await world.s3.send(new PutObjectCommand({ Bucket: world.bucket, Key: broken, Body }));
    const digest = await world.put('digest', 3, keyOf('digest').replace('/CloudTrail/', '/CloudTrail-Digest/'));
    const send = (...records: object[]) => world.send({ Records: records });
    await send(s3Record(world.bucket, good));
    await send(s3Record(world.bucket, outside));
    await send(s3Record(other.bucket, foreign));
    await send(s3Record(world.bucket, { key: broken, etag: ETag!.replaceAll('"', ''), size: Body.length }));
    await send(s3Record(world.bucket, { ...good, key: keyOf('never was') }));
    await send(s3Record(world.bucket, digest));
    await world.send('\u001b[31mno JSON');
    const { code, summary, stderr } = await ingest(`${world.source}/AWSLogs/`, path, '--queue', world.queue.url);
    expect(code).toBe(3);
    expect(summary.queue).toEqual({ received: 7, deleted: 2, left: 5, released: 0 });
    expect(summary.objects).toMatchObject({ done: 1, failed: 2 });
    for (const named of [
      /elsewhere\/AWSLogs.* is not below/,
      /is not below/,
      /broken.*cut short|ends/,
      /never was/,
      /not JSON/,
    ])
      expect(stderr).toMatch(named);
    expect(stderr).not.toContain('\u001b');
    expect(await world.messages()).toEqual({ visible: 0, hidden: 5 });
  }, 60_000);

  test('a queue that is not there, a directory beside a queue, no URL', async () => {
    const world = await open();
    const path = join(folder, 'wrong.duckdb');
    const said = async (source: string, queue: string) => (await ingest(source, path, '--queue', queue)).stderr;
    expect(await said(world.source, `${world.queue.url}-not`)).toMatch(/keytrail: there is no queue .*-not/);
    expect(await said(folder, world.queue.url)).toMatch(/keytrail: --queue .* directory/);
    expect(await said(world.source, 'my-queue')).toMatch(/keytrail: .* is no URL of a queue/);
  }, 30_000);
});
