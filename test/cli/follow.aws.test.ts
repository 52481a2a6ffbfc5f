import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { duckDbCounts } from '../pipeline/duckdb-counts.js';
import { slowS3 } from '../pipeline/slow-s3.js';
import { environment, keyOf, s3Record, trailFile, trailQueue } from '../pipeline/trail-queue.js';
import { describeWith } from '../services/index.js';
import { startFollow, until } from './follow.js';
import { runCli } from './run-cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-follow-'));
});
afterAll(() => rm(folder, { recursive: true }));

describeWith('aws', 'ingest --queue --follow', (endpoint) => {
  const follow = (world: { source: string; queue: { url: string } }, path: string, url = endpoint, ...more: string[]) =>
    startFollow(
      [
        'ingest',
        world.source,
        '--store',
        `duckdb:${path}`,
        '--endpoint-url',
        url,
        '--queue',
        world.queue.url,
        '--follow',
        ...more,
      ],
      environment,
    );

  test.for(['SIGTERM', 'SIGKILL'] as const)(
    '%s in the middle, and started again: each event once, and nothing is left on the queue',
    { timeout: 60_000 },
    async (signal) => {
      const world = await trailQueue(endpoint, { notify: true, visibility: 3 });
      const path = join(folder, `${signal}.duckdb`);
      // The late ones hold the readers up, so that this is the middle.
      const proxy = await slowS3(endpoint, (key) => key.includes('late'));
      for (let i = 0; i < 10; i++) await world.put(`early-${i}`, 20);
      for (let i = 0; i < 60; i++) await world.put(`late-${i}`, 20);
      const first = follow(world, path, proxy.url);
      await first.said('object done');
      await proxy.held;
      const ending = first.stop(signal);
      if (signal === 'SIGTERM') proxy.letGo();
      const { code, ms, stdout, stderr } = await ending;
      proxy.letGo();
      expect(code, stderr).toBe(signal === 'SIGTERM' ? 0 : null);
      expect(ms).toBeLessThan(10_000);
      const { events } = await duckDbCounts(path);
      expect(events).toBeGreaterThan(0);
      expect(events).toBeLessThan(1400);
      if (signal === 'SIGTERM') expect(JSON.parse(stdout).records.stored).toBe(events);

      const second = follow(world, path);
      await second.said('object done');
      await until(world.messages, ({ visible, hidden }) => visible + hidden === 0);
      const ended = await second.stop();
      expect(ended.code, ended.stderr).toBe(0);
      expect(await duckDbCounts(path)).toMatchObject({ events: 1400, distinct: 1400 });
      expect(JSON.parse(ended.stdout).records.stored).toBe(1400 - events);
      await proxy.close();
      world.end();
    },
  );

  test('what takes longer than it may is given up, and its message is anybody’s at once', async () => {
    const world = await trailQueue(endpoint, { visibility: 600 });
    const path = join(folder, 'given-up.duckdb');
    const [quick, slow] = [await world.put('quick'), await world.put('slow')];
    const proxy = await slowS3(endpoint, (key) => key.includes('slow'));
    await world.send({ Records: [s3Record(world.bucket, quick)] });
    await world.send({ Records: [s3Record(world.bucket, slow)] });
    const run = follow(world, path, proxy.url);
    await proxy.held;
    const stopped = await run.stop();
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(stopped.ms).toBeLessThan(10_000);
    expect(JSON.parse(stopped.stdout).queue).toMatchObject({ left: 0, released: 1 });
    // Ten minutes hidden, had it not been released.
    expect(await world.messages()).toEqual({ visible: 1, hidden: 0 });
    await proxy.close();
    const again = await runCli(
      ['ingest', world.source, '--store', `duckdb:${path}`, '--endpoint-url', endpoint, '--queue', world.queue.url],
      environment,
    );
    expect(again.code, again.stderr).toBe(0);
    expect(await duckDbCounts(path)).toMatchObject({ events: 6, distinct: 6 });
    world.end();
  }, 60_000);

  test('a second signal ends it at once', async () => {
    const world = await trailQueue(endpoint, { visibility: 600 });
    const proxy = await slowS3(endpoint, () => true);
    await world.send({ Records: [s3Record(world.bucket, await world.put('slow'))] });
    const run = follow(world, join(folder, 'twice.duckdb'), proxy.url);
    await proxy.held;
    run.child.kill('SIGTERM');
    await until(run.text, (text) => text.includes('once more to stop at once'));
    const { code, ms } = await run.stop();
    expect(code).toBe(130);
    expect(ms).toBeLessThan(2000);
    await proxy.close();
    world.end();
  }, 60_000);

  test('while an object is read, however long, nobody else gets its message', async () => {
    const world = await trailQueue(endpoint, { visibility: 3 });
    const path = join(folder, 'slow.duckdb');
    const proxy = await slowS3(endpoint, (key) => key.includes('slow'));
    await world.send({ Records: [s3Record(world.bucket, await world.put('slow'))] });
    const run = follow(world, path, proxy.url);
    await proxy.held;
    // Another consumer waits three times as long as the message would be hidden.
    expect(await world.receive(world.queue.url, 9)).toBeUndefined();
    proxy.letGo();
    await until(world.messages, ({ visible, hidden }) => visible + hidden === 0);
    const { code, stdout } = await run.stop();
    expect(code).toBe(0);
    expect(JSON.parse(stdout).objects).toMatchObject({ done: 1, failed: 0 });
    expect(proxy.gets.filter((key) => key.includes('slow'))).toHaveLength(1);
    await proxy.close();
    world.end();
  }, 60_000);

  test('poison goes where the queue’s redrive policy says, as it came; the rest goes on', async () => {
    const world = await trailQueue(endpoint, { visibility: 1, maxReceives: 2 });
    const path = join(folder, 'poison.duckdb');
    await world.send('{"hello":"world"}');
    await world.send({ Records: [s3Record(world.bucket, { key: keyOf('never was'), etag: 'abc', size: 3 })] });
    const run = follow(world, path);
    await world.send({ Records: [s3Record(world.bucket, await world.put('good'))] });
    await until(world.deadMessages, ({ visible }) => visible === 2);
    const { code, stdout } = await run.stop();
    expect(code).toBe(0);
    const { queue, records } = JSON.parse(stdout);
    expect(queue.left).toBe(4);
    expect(records.stored).toBe(3);
    expect(await world.messages()).toEqual({ visible: 0, hidden: 0 });
    const bodies = [await world.receive(world.dead.url), await world.receive(world.dead.url)];
    expect(bodies).toContain('{"hello":"world"}');
    const reasons = run.lines().filter(({ msg }) => msg === 'message left');
    expect(reasons.map(({ reasons }) => String(reasons)).join('\n')).toMatch(/neither an S3 event/);
    world.end();
  }, 60_000);

  test('lets go of the file when idle, so that it can be asked; then goes on', async () => {
    const world = await trailQueue(endpoint, { notify: true });
    const path = join(folder, 'shared.duckdb');
    const run = follow(world, path);
    await world.put('one');
    await run.said('object done');
    // Waits till it is free.
    const asked = await runCli([
      'query',
      'run',
      'key-timeline',
      '--key',
      'AKIAIOSFODNN7EXAMPLE',
      '--store',
      `duckdb:${path}`,
      '--format',
      'json',
    ]);
    expect(asked.code, asked.stderr).toBe(0);
    expect(JSON.parse(asked.stdout).coverage.logs[0].objects.done).toBe(1);
    expect(run.child.exitCode).toBeNull();
    await world.put('two');
    await run.line(({ msg, key }) => msg === 'object done' && String(key).includes('two'));
    expect((await run.stop()).code).toBe(0);
    expect(await duckDbCounts(path)).toMatchObject({ events: 6, distinct: 6 });
    world.end();
  }, 60_000);

  test('metrics and health; a line for each object, where text of others can’t do harm', async () => {
    const world = await trailQueue(endpoint, { notify: true });
    const run = follow(world, join(folder, 'metrics.duckdb'), endpoint, '--metrics-port', '0');
    const { url } = await run.said('metrics');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await world.put('one', 4);
    await world.put('evil', 1, keyOf('evil\u001b[31m\u202e'));
    await world.send('poison');
    const evil = await run.line(({ msg, key }) => msg === 'object done' && String(key).includes('evil'));
    expect(evil.key).toContain('evil\\u001b[31m\\u202e');
    await run.said('message left');
    const text = await until(
      async () => (await fetch(`${url}/metrics`)).text(),
      (found) => found.includes('keytrail_queue_messages_total{outcome="left"} 1'),
    );
    for (const line of [
      'keytrail_objects_total{log="cloudtrail",state="done"} 2',
      'keytrail_records_total{log="cloudtrail",outcome="stored"} 5',
      'keytrail_records_total{log="cloudtrail",outcome="dead_letter"} 0',
      'keytrail_lag_seconds_count{log="cloudtrail",since="event"} 2',
      'keytrail_lag_seconds_count{log="cloudtrail",since="delivery"} 2',
    ])
      expect(text).toContain(`${line}\n`);
    expect(text).toMatch(/^keytrail_last_success_timestamp_seconds \d{10}/m);
    expect(text).toMatch(/^keytrail_queue_messages_total\{outcome="deleted"\} [34]$/m);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/`)).status).toBe(404);
    const { code, stdout } = await run.stop();
    expect(code).toBe(0);
    expect(JSON.parse(stdout).objects.done).toBe(2);
    // Every line is one, the word on the signal included.
    expect(run.lines()).toHaveLength(run.text().trimEnd().split('\n').length);
    expect(run.lines().map(({ msg }) => msg)).toContain('stopping after the work under way; once more to stop at once');
    world.end();
  }, 60_000);
});

test('--follow without a queue finds what comes later, and ends with exit code 0', async () => {
  const source = join(folder, 'copy');
  const path = join(folder, 'scans.duckdb');
  const put = async (name: string) => {
    const file = join(source, keyOf(name));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(join(folder, name), trailFile(name, 2));
    await copyFile(join(folder, name), file);
  };
  await put('one');
  const run = startFollow(['ingest', source, '--store', `duckdb:${path}`, '--follow', '--every', '1s'], {});
  await run.line(({ msg, key }) => msg === 'object done' && String(key).includes('one'));
  await put('two');
  await run.line(({ msg, key }) => msg === 'object done' && String(key).includes('two'));
  const { code, stdout, ms } = await run.stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(10_000);
  expect(JSON.parse(stdout).records).toMatchObject({ read: 4, stored: 4 });
  expect(await duckDbCounts(path)).toMatchObject({ events: 4, distinct: 4 });
}, 30_000);
