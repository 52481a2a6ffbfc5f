import { expect, test, vi } from 'vitest';
import { opensearchOrSkip } from '../../services/index.js';
import { call, eventOf, withStore } from './node.js';
import { type Fault, faultyProxy } from './proxy.js';

const events = Array.from({ length: 20 }, (_, place) => eventOf(`e${place}`));
const all = (outcome: string) => events.map(() => outcome);

async function behind(
  node: string,
  decide: (place: number, body: string) => Fault,
  body: Parameters<typeof withStore>[1],
  retryMs = 5000,
): Promise<number> {
  const proxy = await faultyProxy(node, decide);
  try {
    await withStore(proxy.url, body, { retryMs });
    return proxy.bulks();
  } finally {
    await proxy.close();
  }
}

test('a request whose answer was lost is sent again, and every event is there once', async (context) => {
  const node = opensearchOrSkip(context);
  await behind(
    node,
    (place) => (place === 0 ? 'lose' : 'pass'),
    async ({ store, documents }) => {
      expect(await store.write('cloudtrail', events)).toEqual(all('duplicate'));
      expect((await documents('cloudtrail')).size).toBe(events.length);
    },
  );
});

test.for(['cut', 'stall'] as const)('an answer that is %s in the middle counts as none', async (fault, context) => {
  const printed = vi.spyOn(console, 'log');
  const proxy = await faultyProxy(opensearchOrSkip(context), (place) => (place < 3 ? fault : 'pass'));
  try {
    await withStore(
      proxy.url,
      async ({ store, documents }) => {
        expect(await store.write('cloudtrail', events)).toEqual(all('duplicate'));
        expect((await documents('cloudtrail')).size).toBe(events.length);
      },
      { requestTimeoutMs: 1000 },
    );
    expect(proxy.bulks()).toBe(4);
    // Standard output is for answers, whatever a library has to say.
    expect(printed.mock.calls).toEqual([]);
  } finally {
    printed.mockRestore();
    await proxy.close();
  }
});

test.for([429, 503])('documents answered %i are sent again, and only those', async (status, context) => {
  const refused = new Set<string>();
  const asked: number[] = [];
  // Half of the documents, twice each.
  const busy = (times: Map<string, number>) => (id: string) => {
    const before = times.get(id) ?? 0;
    times.set(id, before + 1);
    if (Number(id.slice(1)) % 2 === 1 || before >= 2) return 0;
    refused.add(id);
    return status;
  };
  const fault = busy(new Map());
  await behind(
    opensearchOrSkip(context),
    (_place, body) => {
      asked.push(body.split('\n').length >> 1);
      return fault;
    },
    async ({ store, documents }) => {
      expect(await store.write('cloudtrail', events)).toEqual(all('stored'));
      expect((await documents('cloudtrail')).size).toBe(events.length);
    },
  );
  expect(refused.size).toBe(events.length / 2);
  expect(asked).toEqual([events.length, events.length / 2, events.length / 2]);
});

test('of documents that are busy, refused and fine, each gets its own outcome', async (context) => {
  const before = new Set<string>();
  const fault = (id: string): number => {
    if (id === 'e3') return 400;
    if (id !== 'e5' || before.has(id)) return 0;
    before.add(id);
    return 429;
  };
  await behind(
    opensearchOrSkip(context),
    () => fault,
    async ({ store }) => {
      const outcomes = await store.write('cloudtrail', events);
      expect(outcomes[3]).toEqual({ refused: 'test: as the test wants it' });
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(events.length - 1);
    },
  );
});

test('an answer that does not name every document is no answer', async (context) => {
  const node = opensearchOrSkip(context);
  const proxy = await faultyProxy(node, () => 200);
  try {
    await withStore(
      proxy.url,
      async ({ store }) => {
        await expect(store.write('cloudtrail', events)).rejects.toMatchObject({ code: 'store_failed' });
      },
      {},
      node,
    );
  } finally {
    await proxy.close();
  }
});

test.for([429, 500, 502, 503, 504])('a request answered %i is sent again', async (status, context) => {
  const sent = await behind(
    opensearchOrSkip(context),
    (place) => (place < 2 ? status : 'pass'),
    async ({ store }) => {
      expect(await store.write('cloudtrail', events)).toEqual(all('stored'));
    },
  );
  expect(sent).toBe(3);
});

test('a cluster that takes small requests only gets small ones', async (context) => {
  const limit = 3000;
  await behind(
    opensearchOrSkip(context),
    (_place, body) => (Buffer.byteLength(body) > limit ? 413 : 'pass'),
    async ({ store, documents }) => {
      const big = eventOf('big', { userAgent: 'x'.repeat(limit) });
      const outcomes = await store.write('cloudtrail', [...events, big]);
      expect(outcomes.slice(0, -1)).toEqual(all('stored'));
      expect(outcomes.at(-1)).toEqual({
        refused: expect.stringMatching(/^its \d+ bytes are more than the cluster takes/),
      });
      expect((await documents('cloudtrail')).size).toBe(events.length);
    },
  );
});

test.for([
  [429, 'store_busy'],
  [502, 'store_busy'],
  [401, 'store_denied'],
  [403, 'store_denied'],
  [400, 'store_failed'],
] as const)('a cluster that goes on answering %i fails the write with %s', async ([status, code], context) => {
  await behind(
    opensearchOrSkip(context),
    () => status,
    async ({ store }) => {
      await expect(store.write('cloudtrail', events)).rejects.toMatchObject({ code });
    },
    300,
  );
});

test('a closed index fails the write; it does not condemn the events', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await store.write('cloudtrail', [eventOf('a')]);
    await call(node, 'POST', `/${prefix}-keytrail-cloudtrail-2026.03/_close`);
    await expect(store.write('cloudtrail', [eventOf('b')])).rejects.toMatchObject({ code: 'store_failed' });
  });
});

test('an index that is set read-only does so too', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await store.write('cloudtrail', [eventOf('a')]);
    await call(node, 'PUT', `/${prefix}-keytrail-cloudtrail-2026.03/_settings`, { 'index.blocks.write': true });
    await expect(store.write('cloudtrail', [eventOf('b')])).rejects.toMatchObject({ code: 'store_denied' });
  });
});
