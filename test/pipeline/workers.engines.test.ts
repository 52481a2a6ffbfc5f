import { expect, test } from 'vitest';
import { startFollow, until } from '../cli/follow.js';
import { awsOrSkip, opensearchOrSkip, uniquePrefix } from '../services/index.js';
import { environment, trailQueue } from './trail-queue.js';

async function count(node: string, prefix: string): Promise<number> {
  const index = `${node}/${prefix}-keytrail-cloudtrail-*`;
  await fetch(`${index}/_refresh`, { method: 'POST' });
  return ((await (await fetch(`${index}/_count`)).json()) as { count: number }).count;
}

test('two workers share a queue and a store: each takes a part, each event is there once', async (context) => {
  const endpoint = awsOrSkip(context);
  const node = opensearchOrSkip(context);
  const prefix = uniquePrefix();
  const world = await trailQueue(endpoint, { notify: true, visibility: 5 });
  const objects = 60;
  const args = ['ingest', world.source, '--store', `opensearch:${node}?prefix=${prefix}`, '--endpoint-url', endpoint];
  const workers = [1, 2].map(() => startFollow([...args, '--queue', world.queue.url, '--follow'], environment));
  // Both are there before there is anything to share.
  for (const worker of workers) await worker.said('started');
  for (let i = 0; i < objects; i++) await world.put(`object-${i}`, 10);
  await until(world.messages, ({ visible, hidden }) => visible + hidden === 0);
  const ended = await Promise.all(workers.map((worker) => worker.stop()));
  const summaries = ended.map(({ code, stdout, stderr }) => {
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout);
  });
  expect(summaries.map(({ objects: { done } }) => done).reduce((a, b) => a + b)).toBe(objects);
  expect(summaries.map(({ records: { stored } }) => stored).reduce((a, b) => a + b)).toBe(10 * objects);
  for (const { objects: mine } of summaries) expect(mine.done).toBeGreaterThan(0);
  expect(await count(node, prefix)).toBe(10 * objects);
  world.end();
}, 90_000);
