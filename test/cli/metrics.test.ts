import { expect, test } from 'vitest';
import { Metrics } from '../../src/cli/metrics.js';
import { KeytrailError } from '../../src/errors.js';
import { emptySummary } from '../../src/pipeline/summary.js';

test('health is 503 once there was no sign of life for too long, and 200 again after one', async () => {
  let time = Date.parse('2026-03-02T08:00:00Z');
  const metrics = new Metrics(() => new Date(time), 60_000, emptySummary());
  const server = await metrics.serve('127.0.0.1', 0);
  const health = async () => (await fetch(`${server.url}/healthz`)).status;
  expect(await health()).toBe(200);
  time += 60_000;
  expect(await health()).toBe(503);
  metrics.alive();
  expect(await health()).toBe(200);
  await server.close();
});

test('counts what failed, and what was skipped as the summary has it', async () => {
  const summary = emptySummary();
  const metrics = new Metrics(() => new Date(), 60_000, summary);
  const server = await metrics.serve('127.0.0.1', 0);
  summary.objects.skipped = 7;
  metrics.trouble(new KeytrailError('store_unreachable', 'gone'));
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text).toContain('keytrail_objects_skipped_total 7\n');
  expect(text).toContain('keytrail_troubles_total{code="store_unreachable"} 1\n');
  await server.close();
});

test('a port that is taken is the caller’s to change', async () => {
  const metrics = () => new Metrics(() => new Date(), 60_000, emptySummary());
  const server = await metrics().serve('127.0.0.1', 0);
  await expect(metrics().serve('127.0.0.1', Number(new URL(server.url).port))).rejects.toMatchObject({ code: 'usage' });
  await server.close();
});
