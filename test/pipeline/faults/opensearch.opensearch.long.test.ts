import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateScenario } from '../../../src/scenario/index.js';
import { startCli } from '../../cli/run-cli.js';
import { opensearchOrSkip, uniquePrefix } from '../../services/index.js';
import { type Fault, faultyProxy } from '../../stores/opensearch/proxy.js';
import { balanced, chance, expectAllRead, ingest, ingestArgs } from './ingesting.js';
import { expectOnce } from './opensearch-counts.js';

const events = 3000;
const flows = 1000;
const kills = 25;

let folder: string;
let logs: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-faults-opensearch-'));
  logs = join(folder, 'logs');
  await generateScenario({ directory: logs, seed: 6, events, flows });
});
afterAll(() => rm(folder, { recursive: true }));

test(`killed ${kills} times before or after the node has what was sent, each event once`, async (context) => {
  const node = opensearchOrSkip(context);
  const random = chance('kills of OpenSearch');
  let child: ReturnType<typeof startCli>['child'] | undefined;
  let left = 0;
  let hasIt = false;
  const killed = { before: 0, after: 0 };
  const proxy = await faultyProxy(node, () => {
    if (--left !== 0) return 'pass';
    killed[hasIt ? 'after' : 'before']++;
    child?.kill('SIGKILL');
    return hasIt ? 'pass' : 503;
  });
  try {
    while (killed.before + killed.after < kills) {
      const prefix = uniquePrefix();
      for (;;) {
        left = killed.before + killed.after < kills ? random.between(1, 6) : 0;
        hasIt = random.chance(0.5);
        const run = startCli(ingestArgs(logs, `opensearch:${proxy.url}?prefix=${prefix}`));
        child = run.child;
        const { code, stdout, stderr } = await run.done;
        if (code === null) continue;
        expect(code, stderr).toBe(0);
        balanced(stdout);
        break;
      }
      left = 0;
      await expectAllRead(logs, `opensearch:${node}?prefix=${prefix}`, events);
      await expectOnce(node, prefix, { events, flows });
    }
    console.log(`killed ${killed.before} times before the node had the request, ${killed.after} times after`);
    expect(Math.min(killed.before, killed.after)).toBeGreaterThan(kills / 10);
  } finally {
    await proxy.close();
  }
});

/** Answers half of the documents 429 the first time that it meets them. */
function busyForHalf(): Fault {
  const met = new Set<string>();
  return (id) => {
    const half = id.charCodeAt(id.length - 1) % 2 === 0;
    if (!half || met.has(id)) return 0;
    met.add(id);
    return 429;
  };
}

test('429 for half of the documents: they are sent again, and each is there once', async (context) => {
  const node = opensearchOrSkip(context);
  const prefix = uniquePrefix();
  const half = busyForHalf();
  const proxy = await faultyProxy(node, () => half);
  try {
    const { records } = await ingest(ingestArgs(logs, `opensearch:${proxy.url}?prefix=${prefix}`));
    expect(records).toMatchObject({ read: events + flows, stored: events + flows });
    await expectOnce(node, prefix, { events, flows });
  } finally {
    await proxy.close();
  }
});

test('every other request refused, lost, or cut in the middle of it or of its answer: each event once', async (context) => {
  const node = opensearchOrSkip(context);
  const prefix = uniquePrefix();
  // Enough for each fault to meet a request, and fewer than are counted at once.
  const many = 9900;
  const more = join(folder, 'more');
  await generateScenario({ directory: more, seed: 6, events: many, flows });
  const faults = [503, 'lose', 'cut', 'cut request', 429, 500] as const;
  const met = new Set<string | number>();
  const faultOf = (place: number) => (place % 2 === 0 ? faults[(place / 2) % faults.length]! : 'pass');
  const proxy = await faultyProxy(
    node,
    (place) => {
      met.add(faultOf(place));
      return faultOf(place) as Fault;
    },
    /^$/,
    (place) => faultOf(place) === 'cut request' && !!met.add('cut request'),
  );
  try {
    const { records } = await ingest(ingestArgs(more, `opensearch:${proxy.url}?prefix=${prefix}`));
    expect(records.read).toBe(many + flows);
    expect([...met].sort()).toEqual([...faults, 'pass'].sort());
    await expectOnce(node, prefix, { events: many, flows });
    await expectAllRead(more, `opensearch:${node}?prefix=${prefix}`, many);
  } finally {
    await proxy.close();
  }
});

/** Two ingests of the same, each behind a proxy; what either sends first is held until the other is there, too. */
async function twoWorkers(node: string, prefix: string, killFirstAt: number | null) {
  let arrived = 0;
  let letGo: () => void = () => undefined;
  const both = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const workers = await Promise.all(
    [killFirstAt, null].map(async (killAt) => {
      const proxy = await faultyProxy(node, async (place): Promise<Fault> => {
        if (place === 0 && ++arrived === 2) letGo();
        if (place === 0) await both;
        if (place === killAt) run.child.kill('SIGKILL');
        return 'pass';
      });
      const run = startCli(ingestArgs(logs, `opensearch:${proxy.url}?prefix=${prefix}`));
      return { proxy, done: run.done };
    }),
  );
  const ended = await Promise.all(workers.map(({ done }) => done));
  for (const { proxy } of workers) await proxy.close();
  return ended;
}

test('two workers on one listing: each object is one’s, each event is there once', async (context) => {
  const node = opensearchOrSkip(context);
  const prefix = uniquePrefix();
  const ended = await twoWorkers(node, prefix, null);
  const summaries = ended.map(({ code, stdout, stderr }) => {
    expect(code, stderr).toBe(0);
    return balanced(stdout);
  });
  const [one, two] = summaries.map(({ objects }) => objects.done) as [number, number];
  expect(one + two).toBe(summaries[0]!.objects.seen);
  expect(Math.min(one, two)).toBeGreaterThan(0);
  expect(summaries.map(({ records }) => records.stored).reduce((a, b) => a + b)).toBe(events + flows);
  await expectOnce(node, prefix, { events, flows });
});

// After its claim; with the first records; with what follows.
test.for([1, 2, 4])(
  'of two workers one is killed at its request %i: the other ends with everything',
  async (at, context) => {
    const node = opensearchOrSkip(context);
    const prefix = uniquePrefix();
    const [dead, alive] = await twoWorkers(node, prefix, at);
    expect(dead?.code).toBeNull();
    expect(alive?.code, alive?.stderr).toBe(0);
    expect(balanced(alive!.stdout).objects.failed).toBe(0);
    await expectOnce(node, prefix, { events, flows });
    await expectAllRead(logs, `opensearch:${node}?prefix=${prefix}`, events);
  },
);
