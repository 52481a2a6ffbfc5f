import { expect, test } from 'vitest';
import { opensearchOrSkip } from '../../services/index.js';
import { call, eventOf, withStore } from './node.js';

test('each event is stored once, in the month of its time', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    const events = [eventOf('a'), eventOf('b', {}, '2025-12-31T23:59:59Z'), eventOf('a'), eventOf('c')];
    expect(await store.write('cloudtrail', events)).toEqual(['stored', 'stored', 'duplicate', 'stored']);
    expect(await store.write('cloudtrail', events)).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate']);
    expect(await store.write('cloudtrail', [])).toEqual([]);
    const { body } = await call(node, 'GET', `/${prefix}-keytrail-cloudtrail-2025.12/_doc/b`);
    expect(body._source['@timestamp']).toBe('2025-12-31T23:59:59Z');
  });
});

test.for(['one write', 'a write each'])(
  'two records of one id and different months, in %s, are both kept',
  async (how, context) => {
    const node = opensearchOrSkip(context);
    await withStore(node, async ({ store, prefix }) => {
      const events = ['2026-03-02T08:00:00Z', '2026-04-02T08:00:00Z', '2026-03-02T08:00:00Z'].map((time) =>
        eventOf('a', {}, time),
      );
      const outcomes = [];
      for (const some of how === 'one write' ? [events] : events.map((event) => [event]))
        outcomes.push(...(await store.write('cloudtrail', some)));
      expect(outcomes).toEqual(['stored', 'stored', 'duplicate']);
      for (const [month, time] of [
        ['2026.03', events[0]!.time],
        ['2026.04', events[1]!.time],
      ]) {
        const { body } = await call(node, 'GET', `/${prefix}-keytrail-cloudtrail-${month}/_doc/a`);
        expect(body._source['@timestamp']).toBe(time);
      }
    });
  },
);

test('only what the store can never take is refused, with a reason', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const long = 'x'.repeat(513);
    const bad = { ...eventOf('b'), time: '2026-02-30T00:00:00Z' };
    const events = [eventOf('a'), bad, eventOf('b'), eventOf('b'), eventOf(long), { ...eventOf('d'), time: 'never' }];
    const outcomes = await store.write('cloudtrail', events);
    expect(outcomes).toEqual([
      'stored',
      { refused: 'event time 2026-02-30T00:00:00Z is no date' },
      'stored',
      'duplicate',
      { refused: 'its id is empty or too long' },
      { refused: 'event time never is no date' },
    ]);
  });
});

const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Parameters that OpenSearch itself refuses, mangles or dies of. */
const hostile: Record<string, unknown> = {
  'a leaf longer than a term': { a: 'x'.repeat(40_000) },
  'a leaf as long as a term': { a: 'x'.repeat(32_766) },
  'wide characters': { a: '€'.repeat(11_000), b: '😀'.repeat(9000) },
  'a long name': { ['n'.repeat(40_000)]: 1 },
  'long names nested': JSON.parse(`${`{"${'n'.repeat(3000)}":`.repeat(15)}1${'}'.repeat(15)}`),
  'deep nesting': JSON.parse(deep(990)),
  'deep lists': JSON.parse(`{"a":${'['.repeat(990)}${']'.repeat(990)}}`),
  'mixed lists': { a: [1, 'x', true, null, { b: 1 }, [2, [3, { c: 4 }]], {}, []] },
  'one name, many types': { a: 'x', b: { a: { a: [1] } } },
  'names with dots': { 'a.b': 1, a: { b: 2 }, '.': 3, '..': 4, 'a.': 5, '.a': 6 },
  'odd names': JSON.parse(
    '{"":1," ":{"":2},"__proto__":{"x":1},"constructor":3,"\\u0000":4,"=":5,"*":6,"{{":7,"A":8,"a":9}',
  ),
  'half surrogates': JSON.parse('{"\\udc00":"\\ud800","\\ud800":1}'),
  'huge numbers': JSON.parse('{"a":1e308,"b":12345678901234567890,"c":-0.0}'),
  'many leaves': Object.fromEntries(Array.from({ length: 20_000 }, (_, place) => [`k${place}`, place])),
  'a list': [{ a: 1 }],
  'a text': 'x'.repeat(300_000),
  'a number': 5,
  'nothing inside': { a: {}, b: [], c: null, d: '' },
};

test('hostile and ill-typed records are all stored, whole', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store, documents }) => {
    const parameters = Object.entries(hostile);
    const events = [
      ...parameters.map(([id, value]) => eventOf(id, { requestParameters: value, responseElements: value })),
      eventOf('wrong types', {
        userIdentity: 'root',
        readOnly: { x: 1 },
        managementEvent: 'maybe',
        resources: [1, 'x', null, { ARN: ['list'] }, { ARN: 'arn:aws:s3:::b' }],
        sourceIPAddress: 5,
        tlsDetails: [],
        eventName: ['a'],
        newName: { newer: [1] },
        '@timestamp': 'mine',
        event: 'clash',
      }),
      eventOf('long text', {
        userAgent: '中'.repeat(100_000),
        errorCode: '\ud800',
        resources: [{ ARN: '€'.repeat(40_000) }],
      }),
    ];
    expect(await store.write('cloudtrail', events)).toEqual(events.map(() => 'stored'));
    const stored = await documents('cloudtrail');
    for (const [id, value] of parameters)
      expect(stored.get(id), id).toHaveProperty(
        'aws.cloudtrail.request_parameters',
        // No UTF-8 can hold half a surrogate pair.
        JSON.stringify(value).replace(/\\ud[89a-f]../g, '\\ufffd'),
      );
    expect(JSON.parse(stored.get('wrong types')!.unmapped as string)).toMatchObject({
      userIdentity: 'root',
      newName: { newer: [1] },
    });
    expect(stored.get('long text')).toHaveProperty('user_agent.original', '中'.repeat(100_000));
  });
});

test('flow values beyond their type’s range are stored too', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const flow = (id: string, record: Record<string, unknown>) => ({ ...eventOf(id), record });
    const events = [
      flow('1', { srcport: 2 ** 40, bytes: Number.MAX_SAFE_INTEGER, packets: -1, start: 9e15, end: -9e15 }),
      flow('2', { srcaddr: 'fe80::1%eth0', dstaddr: '1.2.3.4.5', bytes: 2 ** 53 - 1 }),
      flow('3', { srcaddr: '::ffff:10.0.0.1', dstaddr: '010.1.1.1', srcport: 'ssh' }),
    ];
    expect(await store.write('vpcflow', events)).toEqual(['stored', 'stored', 'stored']);
  });
});

test('more than one request holds is written all the same', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store, documents }) => {
    const big = { text: 'x'.repeat(200_000) };
    const events = Array.from({ length: 100 }, (_, place) => eventOf(`e${place}`, { serviceEventDetails: big }));
    expect(await store.write('cloudtrail', events)).toEqual(events.map(() => 'stored'));
    expect((await documents('cloudtrail')).size).toBe(100);
  });
});
