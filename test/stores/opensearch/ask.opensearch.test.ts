import { expect, test } from 'vitest';
import { questionById } from '../../../src/queries/load.js';
import { openOpenSearch } from '../../../src/stores/opensearch/index.js';
import { renderOpenSearch } from '../../../src/stores/opensearch/render.js';
import { rowsOf } from '../../queries/cases.js';
import { opensearchOrSkip } from '../../services/index.js';
import { call, eventOf, withStore } from './node.js';
import { faultyProxy } from './proxy.js';

const key = 'AKIAIOSFODNN7EXAMPLE';
const userIdentity = { accessKeyId: key };
const many = (length: number) => Array.from({ length }, (_, place) => place);

test('a store without any event answers with no rows', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    expect(await rowsOf(store, 'key-timeline', { key })).toEqual([]);
    expect(await rowsOf(store, 'key-owner', { key })).toEqual([]);
    expect(await rowsOf(store, 'internet-accepted', {})).toEqual([]);
  });
});

test('all rows come, even where nothing but their place in the index tells them apart', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const events = many(5300).map((place) =>
      eventOf(`e${place}`, { eventID: null, userIdentity, eventName: `n${place}` }),
    );
    await store.write('cloudtrail', events);
    const rows = await rowsOf(store, 'key-timeline', { key, limit: 1_000_000 });
    expect(new Set(rows.map(({ event_name }) => event_name)).size).toBe(5300);
    expect(await rowsOf(store, 'key-timeline', { key, limit: 5200 })).toHaveLength(5200);
  });
});

test('a limit cuts in the question’s order, also where that is no field’s', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const issued = (id: string, keyId: string, time: string) =>
      eventOf(
        id,
        { eventSource: 'sts.amazonaws.com', userIdentity, responseElements: { credentials: { accessKeyId: keyId } } },
        time,
      );
    const same = '2026-03-02T08:00:00Z';
    await store.write('cloudtrail', [
      issued('a', 'ASIA9', same),
      issued('b', 'ASIA5', same),
      issued('c', 'ASIA1', same),
      issued('d', 'ASIA0', '2026-03-02T08:00:01Z'),
    ]);
    const keys = async (limit: number) =>
      (await rowsOf(store, 'sts-children', { key, limit })).map(({ issued_key_id }) => issued_key_id);
    expect(await keys(1)).toEqual(['ASIA1']);
    expect(await keys(2)).toEqual(['ASIA1', 'ASIA5']);
    expect(await keys(4)).toEqual(['ASIA1', 'ASIA5', 'ASIA9', 'ASIA0']);
  });
});

test('groups are followed to the last, and sorted as bytes sort', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const agents = ['\uffee', '😀', 'z', ...many(1500).map((place) => `agent ${place}`)];
    const events = agents.map((userAgent, place) => eventOf(`e${place}`, { userIdentity, userAgent }));
    const busiest = many(3).map((place) =>
      eventOf(`b${place}`, { userIdentity, userAgent: 'zz', errorCode: 'AccessDenied' }),
    );
    await store.write('cloudtrail', [...events, ...busiest]);
    const rows = await rowsOf(store, 'key-clients', { key, limit: 10_000 });
    expect(rows).toHaveLength(1504);
    expect(rows[0]).toEqual({
      access_key_id: key,
      source_ip: null,
      user_agent: 'zz',
      vpc_endpoint_id: null,
      events: 3,
      failed: 3,
      first_seen: '2026-03-02T08:00:00Z',
      last_seen: '2026-03-02T08:00:00Z',
    });
    expect(rows.slice(-3).map(({ user_agent }) => user_agent)).toEqual(['z', '\uffee', '😀']);
    expect(await rowsOf(store, 'key-clients', { key, limit: 1 })).toEqual([rows[0]]);
  });
});

test('a page whose groups are all filtered out is not the end', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const refused = (id: string, arn: string) => eventOf(id, { errorCode: 'AccessDenied', userIdentity: { arn } });
    const lone = many(1200).map((place) => refused(`l${place}`, `arn:aws:iam::1:user/${place}`));
    await store.write('cloudtrail', [
      ...lone,
      ...many(10).map((place) => refused(`b${place}`, 'arn:aws:iam::1:user/z')),
    ]);
    expect(await rowsOf(store, 'denied-burst', {})).toMatchObject([{ arn: 'arn:aws:iam::1:user/z', refused: 10 }]);
  });
});

test('a sum of nothing is null, not 0', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const record = { srcaddr: '203.0.113.9', dstport: 22, action: 'ACCEPT', packets: 0 };
    await store.write('vpcflow', [{ ...eventOf('f'), record }]);
    expect(await rowsOf(store, 'internet-accepted', {})).toMatchObject([
      { flows: 1, packets: 0, bytes: null, first_seen: null },
    ]);
  });
});

test('hostile parameters find what they name, and nothing else', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const names = ['ana', '"}},{"match_all":{}}', '{{limit}}', "' OR ''='", '*', 'ana\u2028', '\\', '😀'];
    const login = { eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin' };
    await store.write(
      'cloudtrail',
      names.map((userName, place) => eventOf(`e${place}`, { ...login, userIdentity: { userName } })),
    );
    for (const user of names)
      expect((await rowsOf(store, 'console-logins', { user })).map(({ user_name }) => user_name)).toEqual([user]);
    expect(await rowsOf(store, 'console-logins', {})).toHaveLength(names.length);
  });
});

test('hostile values that one search of a chain finds for the next stay data', async (context) => {
  await withStore(opensearchOrSkip(context), async ({ store }) => {
    const ids = [
      'one',
      '"]}},{"match_all":{}}',
      '{{callers.shared_event_id}}',
      '{{from}}',
      '*',
      '\\\\',
      '😀',
      '\u2028',
    ];
    const own = { accountId: '111122223333', accessKeyId: key };
    const record = (sharedEventID: string, userIdentity: object, recipientAccountId: string) => ({
      ...{ sharedEventID, userIdentity, recipientAccountId },
    });
    await store.write('cloudtrail', [
      ...ids.map((id, place) => eventOf(`a${place}`, record(id, own, '111122223333'))),
      ...ids.map((id, place) => eventOf(`b${place}`, record(id, { accountId: '111122223333' }, '444455556666'))),
      eventOf('alone', record('alone', { accountId: '111122223333' }, '444455556666')),
    ]);
    const rows = await rowsOf(store, 'cross-account-pair', { key });
    expect(rows.map((row) => row.shared_event_id).sort()).toEqual([...ids].sort());
    for (const row of rows) expect(row.other_event_id).toBe(String(row.event_id).replace('a', 'b'));
  });
});

test('the text for Dev Tools runs as it is', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await store.write('cloudtrail', [eventOf('a', { userIdentity })]);
    expect(await rowsOf(store, 'key-timeline', { key })).toHaveLength(1);
    const scope = {
      from: '2026-01-01T00:00:00Z',
      to: '2027-01-01T00:00:00Z',
      accounts: [],
      regions: [],
      keyIds: [key],
    };
    const text = renderOpenSearch({ question: questionById('key-timeline'), scope, values: { limit: 10 } }, prefix);
    const [request, ...lines] = text.split('\n');
    const { status, body } = await call(node, 'POST', `/${request!.replace('GET ', '')}`, JSON.parse(lines.join('\n')));
    expect(status).toBe(200);
    expect(body.hits.hits).toMatchObject([{ _source: { event: { id: 'a' } } }]);
  });
});

test('who may only search gets the same answer', async (context) => {
  const node = opensearchOrSkip(context);
  const proxy = await faultyProxy(node, () => 'pass', /_render|_refresh/);
  try {
    await withStore(node, async ({ store, prefix }) => {
      await store.write('cloudtrail', [eventOf('a', { userIdentity }), eventOf('b', { userIdentity })]);
      const rows = await rowsOf(store, 'key-timeline', { key });
      const reader = await openOpenSearch(`opensearch:${proxy.url}?prefix=${prefix}`);
      expect(await rowsOf(reader, 'key-timeline', { key })).toEqual(rows);
      await reader.close();
    });
  } finally {
    await proxy.close();
  }
});
