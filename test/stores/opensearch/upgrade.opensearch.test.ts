import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { contractOf } from '../../../src/model/contract.js';
import { allTime } from '../../../src/model/question.js';
import { indexTemplate } from '../../../src/stores/opensearch/template.js';
import { ingestAll, rowsOf } from '../../queries/cases.js';
import { opensearchOrSkip } from '../../services/index.js';
import { type Body, call, eventOf, withStore } from './node.js';

const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';

/** The template of a keytrail before this one: an older schema, with fewer fields and no alias. */
function olderTemplate(prefix: string): Body {
  const { template, ...rest } = indexTemplate(contractOf('cloudtrail'), prefix, 0);
  const { properties, ...mappings } = template.mappings as { properties: Record<string, unknown> };
  const { user_agent: _, source: __, ...fewer } = properties;
  const _meta = { keytrail: { schema: 0 } };
  return {
    ...rest,
    _meta,
    template: { settings: template.settings, mappings: { ...mappings, properties: fewer, _meta } },
  };
}

test('months of an older schema get the new fields and the alias, and keep their documents', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix, documents }) => {
    await call(node, 'PUT', `/_index_template/${prefix}-keytrail-cloudtrail`, olderTemplate(prefix));
    const identity = { userIdentity: { accessKeyId }, userAgent: 'aws-cli' };
    await store.write('cloudtrail', [eventOf('old', identity), eventOf('older', {}, '2025-01-01T00:00:00Z')]);
    const index = `${prefix}-keytrail-cloudtrail-2026.03`;
    const before = (await call(node, 'GET', `/${index}`)).body[index];
    expect(before.mappings.properties).not.toHaveProperty('user_agent');

    await store.prepare();

    for (const month of ['2026.03', '2025.01']) {
      const name = `${prefix}-keytrail-cloudtrail-${month}`;
      const after = (await call(node, 'GET', `/${name}`)).body[name];
      const current = indexTemplate(contractOf('cloudtrail'), prefix).template.mappings;
      expect(after.mappings.properties).toEqual(current.properties);
      expect(after.mappings._meta).toEqual(current._meta);
      expect(after.aliases).toEqual({ [`${prefix}-keytrail-cloudtrail`]: { is_write_index: false } });
    }
    // The same index with the same documents: nothing was indexed again.
    expect((await call(node, 'GET', `/${index}`)).body[index].settings.index.uuid).toBe(before.settings.index.uuid);
    expect(await store.write('cloudtrail', [eventOf('new', identity), eventOf('old', identity)])).toEqual([
      'stored',
      'duplicate',
    ]);
    expect((await documents('cloudtrail')).size).toBe(3);
    const search = { query: { term: { 'user_agent.original': 'aws-cli' } } };
    const found = await call(node, 'POST', `/${prefix}-keytrail-cloudtrail/_search`, search);
    expect(found.body.hits.hits.map(({ _id }: { _id: string }) => _id)).toEqual(['new']);
    expect(await rowsOf(store, 'key-owner', { key: [accessKeyId] })).toMatchObject([{ events: 2 }]);
  });
});

test('an index that can’t be extended says so, and stays', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    const index = `${prefix}-keytrail-cloudtrail-2024.01`;
    await call(node, 'DELETE', `/_index_template/${prefix}-*`);
    await call(node, 'PUT', `/${index}`, {
      mappings: { _meta: { keytrail: { schema: 0 } }, properties: { '@timestamp': { type: 'keyword' } } },
    });
    await expect(store.prepare()).rejects.toMatchObject({
      code: 'store_version',
      message: expect.stringMatching(new RegExp(`^index ${index} can't take the fields of schema 3: .*@timestamp`)),
      hint: expect.stringContaining('prefix'),
    });
    const { body } = await call(node, 'GET', `/${index}`);
    expect(body[index].mappings._meta).toEqual({ keytrail: { schema: 0 } });
  });
});

test.for(['index', 'alias'])('a stranger’s %s by the name of ours is refused', async (kind, context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    const name = `${prefix}-keytrail-cloudtrail`;
    await call(node, 'DELETE', `/_index_template/${prefix}-*`);
    if (kind === 'index') await call(node, 'PUT', `/${name}`);
    else await call(node, 'PUT', `/${prefix}-other`, { aliases: { [name]: {} } });
    await expect(store.prepare()).rejects.toMatchObject({ code: 'store_foreign' });
    expect((await call(node, 'GET', `/_index_template/${name}`)).status).toBe(404);
  });
});

test('nobody writes by the alias', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await store.write('cloudtrail', [eventOf('a')]);
    const { status, body } = await call(node, 'POST', `/${prefix}-keytrail-cloudtrail/_doc`, { x: 1 });
    expect(status).toBe(400);
    expect(body.error.reason).toContain('no write index');
  });
});

/** The templates and documents that schema 1 left of test/stores/fixtures/trail, under a prefix. */
async function leaveSchema1(node: string, prefix: string): Promise<void> {
  const { templates, documents } = JSON.parse(await readFile('test/stores/fixtures/schema-1.opensearch.json', 'utf8'));
  await call(node, 'DELETE', `/_index_template/${prefix}-*`);
  for (const index of ['ledger', 'dead-letters']) await call(node, 'DELETE', `/${prefix}-keytrail-${index}`);
  for (const [name, template] of Object.entries<Body>(templates)) {
    const index_patterns = (template.index_patterns as string[]).map((pattern) => `${prefix}-${pattern}`);
    await call(node, 'PUT', `/_index_template/${prefix}-${name}`, { ...template, index_patterns });
  }
  for (const { index, id, source } of documents) {
    const made = await call(node, 'PUT', `/${prefix}-${index}/_doc/${id}?refresh=true`, source);
    expect(made.status).toBe(201);
  }
}

test('what schema 1 left is extended in place, answers, and is added to', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix, documents }) => {
    await leaveSchema1(node, prefix);
    await store.prepare();
    expect(await rowsOf(store, 'key-owner', { key: [accessKeyId] })).toMatchObject([{ events: 4 }]);
    const everywhere = { accounts: [], regions: [], keyIds: [], ...allTime };
    expect(await store.coverage(everywhere)).toMatchObject([
      { log: 'cloudtrail', objects: { done: 2, failed: 0 }, records: { read: 5, deadLettered: 1 } },
      { log: 'vpcflow', objects: { done: 1, failed: 0 }, records: { read: 1, deadLettered: 0 } },
    ]);
    expect(await store.streams({ ...everywhere, logs: ['cloudtrail'], lateAfter: 3600 })).toMatchObject([
      { objects: { done: 2 }, records: { stored: 4 } },
    ]);
    const [letter] = await store.deadLetters(null, null);
    expect(letter).toMatchObject({ position: 1, reason: expect.stringMatching(/^eventTime is not/) });
    expect(JSON.parse(letter!.raw.toString())).toMatchObject({ eventID: 'event-0005' });

    // The same logs from another place. A document of an older schema can't be compared, and is taken for the same.
    const { records } = await ingestAll('test/stores/fixtures/trail', store);
    expect(records).toMatchObject({ read: 6, duplicates: 4, deadLettered: 1 });
    expect((await documents('cloudtrail')).size).toBe(4);
  });
});

test('a document that schema 2 left is told from another record that has its id', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await store.write('cloudtrail', [eventOf('a', { userAgent: 'one' })]);
    const index = `${prefix}-keytrail-cloudtrail-2026.03`;
    // Events became the same documents then.
    const doc = { keytrail: { schema: 2 } };
    expect((await call(node, 'POST', `/${index}/_update/a?refresh=true`, { doc })).status).toBe(200);
    expect(
      await store.write('cloudtrail', [eventOf('a', { userAgent: 'one' }), eventOf('a', { userAgent: 'two' })]),
    ).toEqual(['duplicate', { refused: expect.stringContaining('eventID') }]);
  });
});

test('what a newer keytrail wrote is refused, and stays', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await store.write('cloudtrail', [eventOf('a')]);
    const index = `${prefix}-keytrail-cloudtrail-2026.03`;
    const _meta = { keytrail: { schema: 99 } };
    await call(node, 'PUT', `/${index}/_mapping`, { _meta });
    await expect(store.prepare()).rejects.toMatchObject({
      code: 'store_version',
      message: `index ${index} is of schema 99; this keytrail knows 3`,
    });
    expect((await call(node, 'GET', `/${index}`)).body[index].mappings._meta).toEqual(_meta);
  });
});
