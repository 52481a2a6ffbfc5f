import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../../src/model/event.js';
import type { LedgerEntry } from '../../../src/model/object.js';
import { generateScenario } from '../../../src/scenario/index.js';
import { type OpenSearchOptions, openOpenSearch } from '../../../src/stores/opensearch/index.js';
import type { Outcome, Store } from '../../../src/stores/store.js';
import { until } from '../../cli/follow.js';
import { startCli } from '../../cli/run-cli.js';
import { balanced, expectAllRead, ingestArgs } from '../../pipeline/faults/ingesting.js';
import { clusterOrSkip } from '../../services/index.js';
import { call, eventOf } from './node.js';

const batches = 30;
const perBatch = 200;

const batchOf = (batch: number): LogEvent[] =>
  Array.from({ length: perBatch }, (_, place) =>
    eventOf(`b${batch}e${place}`, { userAgent: 'x'.repeat(500) }, `2026-0${1 + (place % 3)}-02T08:00:00Z`),
  );

/** Writes every batch; `during` is started with the fifth, when the write of it is under way. */
async function writeThrough(store: Store, during: (settled: () => number) => Promise<void>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let settled = 0;
  let accident: Promise<void> | undefined;
  for (let batch = 0; batch < batches; batch += 1) {
    const write = store.write('cloudtrail', batchOf(batch));
    if (batch === 5) accident = during(() => settled);
    outcomes.push(...(await write));
    settled += 1;
  }
  await accident;
  return outcomes;
}

/** Every event is there, once: by count and by id. */
async function expectEveryEventOnce(node: string, outcomes: Outcome[]): Promise<void> {
  expect(outcomes.filter((outcome) => outcome !== 'stored' && outcome !== 'duplicate')).toEqual([]);
  expect(outcomes).toHaveLength(batches * perBatch);
  await call(node, 'POST', '/keytrail-cloudtrail-*/_refresh');
  const { body } = await call(node, 'GET', '/keytrail-cloudtrail/_search?size=10000&_source=false');
  expect(body.timed_out).toBe(false);
  expect(body._shards.failed).toBe(0);
  const ids: string[] = body.hits.hits.map(({ _id }: { _id: string }) => _id);
  expect(ids).toHaveLength(batches * perBatch);
  expect(new Set(ids).size).toBe(batches * perBatch);
}

async function prepared(location: string, options: OpenSearchOptions = {}): Promise<Store> {
  const store = await openOpenSearch(location, { requestTimeoutMs: 15_000, retryMs: 180_000, ...options });
  await store.prepare();
  return store;
}

test.for(['stop', 'kill'] as const)('a node that meets with a %s in the middle of writing', async (how, context) => {
  const { nodes, end } = await clusterOrSkip(context, 1);
  const [node] = nodes as [(typeof nodes)[0]];
  try {
    const store = await prepared(`opensearch:${node.url}`);
    let before = 0;
    let after = 0;
    const outcomes = await writeThrough(store, async (settled) => {
      await node[how]();
      before = settled();
      await node.start();
      after = settled();
    });
    // While it was away one write may have been told so; no other came through.
    expect(after - before).toBeLessThanOrEqual(1);
    await expectEveryEventOnce(node.url, outcomes);
    await store.close();
  } finally {
    await end();
  }
});

test('an ingest by the command line goes on through a stop and a kill of the node', async (context) => {
  const events = 20_000;
  const flows = 1000;
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-outage-'));
  const logs = join(folder, 'logs');
  await generateScenario({ directory: logs, seed: 8, events, flows });
  const { nodes, end } = await clusterOrSkip(context, 1);
  const [node] = nodes as [(typeof nodes)[0]];
  const stored = async () => {
    await call(node.url, 'POST', '/keytrail-cloudtrail-*/_refresh');
    return (await call(node.url, 'GET', '/keytrail-cloudtrail-*/_count')).body.count as number;
  };
  const { child, done } = startCli(ingestArgs(logs, `opensearch:${node.url}`));
  try {
    for (const [how, at] of [
      ['stop', 1],
      ['kill', events / 3],
    ] as const) {
      await until(stored, (count) => count >= at);
      expect(child.exitCode, 'it ended before the outage').toBeNull();
      await node[how]();
      await node.start();
    }
    const { code, stdout, stderr } = await done;
    expect(code, stderr).toBe(0);
    expect(balanced(stdout).records.read).toBe(events + flows);
    await until(stored, (count) => count === events);
    await expectAllRead(logs, `opensearch:${node.url}`, events);
  } finally {
    child.kill('SIGKILL');
    await end();
    await rm(folder, { recursive: true });
  }
});

test('a claim waits for the ledger of a node that is away, and finds what was recorded', async (context) => {
  const { nodes, end } = await clusterOrSkip(context, 1);
  const [node] = nodes as [(typeof nodes)[0]];
  const done = { id: 'object', version: 'v', log: 'cloudtrail', state: 'done', lookedFor: null } as LedgerEntry;
  const wanted: LedgerEntry = { ...done, state: 'claimed', worker: 'me' };
  try {
    const store = await prepared(`opensearch:${node.url}`);
    await store.record([done]);
    await node.kill();
    const claim = store.claim([wanted], () => false);
    const [standing] = await Promise.all([claim, node.start()]);
    expect([...standing.keys()]).toEqual(['object']);
    await store.close();
  } finally {
    await end();
  }
});

test.for([0, 1])(
  'of three nodes, number %i fails in the middle of writing, and the others go on',
  async (place, context) => {
    const { nodes, end } = await clusterOrSkip(context, 3);
    const [asked, ...others] = nodes.map(({ url }) => url);
    const survivor = nodes[2]!.url;
    try {
      const store = await prepared(`opensearch:${asked}?nodes=${others.map((url) => new URL(url).host).join(',')}`);
      let during = 0;
      const outcomes = await writeThrough(store, async (settled) => {
        during = settled();
        await nodes[place]!.kill();
      });
      expect(during).toBeLessThan(batches);
      // The failed node stays away: what it held is with the others.
      await call(survivor, 'GET', '/_cluster/health?wait_for_status=yellow&timeout=60s');
      await expectEveryEventOnce(survivor, outcomes);
      const { body } = await call(survivor, 'GET', '/_cluster/health');
      expect(body.number_of_nodes).toBe(2);
      await store.close();
    } finally {
      await end();
    }
  },
);
