import { expect, test } from 'vitest';
import { contractOf } from '../../../src/model/contract.js';
import { indexTemplate } from '../../../src/stores/opensearch/template.js';
import { opensearchOrSkip } from '../../services/index.js';
import { call, eventOf, withStore } from './node.js';

test('an index gets its mapping from the template, and no field beside it', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await store.write('cloudtrail', [eventOf('a', { surprise: { field: 1 } })]);
    const index = `${prefix}-keytrail-cloudtrail-2026.03`;
    const { body } = await call(node, 'GET', `/${index}`);
    const { dynamic, properties } = indexTemplate(contractOf('cloudtrail')).template.mappings;
    expect(body[index].mappings.dynamic).toBe(String(dynamic));
    expect(body[index].mappings.properties).toEqual(properties);
    expect(body[index].settings.index).toMatchObject({ number_of_shards: '1', translog: { durability: 'request' } });
  });
});

test('preparing again leaves what somebody tuned', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    const path = `/_index_template/${prefix}-keytrail-cloudtrail`;
    await call(node, 'PUT', path, { ...indexTemplate(contractOf('cloudtrail'), prefix), priority: 321 });
    await store.prepare();
    const { body } = await call(node, 'GET', path);
    expect(body.index_templates[0].index_template.priority).toBe(321);
  });
});

test('a template of an older schema is brought up to date', async (context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    const path = `/_index_template/${prefix}-keytrail-vpcflow`;
    const template = indexTemplate(contractOf('vpcflow'), prefix);
    await call(node, 'PUT', path, { ...template, _meta: { keytrail: { schema: 0 } } });
    await store.prepare();
    const { body } = await call(node, 'GET', path);
    expect(body.index_templates[0].index_template._meta).toEqual({ keytrail: { schema: 3 } });
  });
});

test.for([
  [{ keytrail: { schema: 4 } }, 'store_version'],
  [{ other: true }, 'store_foreign'],
  [undefined, 'store_foreign'],
] as const)('a template with _meta %j fails with %s and stays', async ([_meta, code], context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    const path = `/_index_template/${prefix}-keytrail-ledger`;
    const template = { index_patterns: [`${prefix}-keytrail-ledger`], priority: 400, ...(_meta ? { _meta } : {}) };
    await call(node, 'PUT', path, template);
    await expect(store.prepare()).rejects.toMatchObject({ code, hint: expect.any(String) });
    const { body } = await call(node, 'GET', path);
    expect(body.index_templates[0].index_template).toMatchObject(template);
  });
});

test.for([
  ['keytrail-ledger', {}, 'store_foreign'],
  ['keytrail-cloudtrail-2020.01', {}, 'store_foreign'],
  ['keytrail-vpcflow-2020.01', { _meta: { keytrail: { schema: 4 } } }, 'store_version'],
] as const)('an index %s with mappings %j fails with %s', async ([name, mappings, code], context) => {
  const node = opensearchOrSkip(context);
  await withStore(node, async ({ store, prefix }) => {
    await call(node, 'DELETE', `/_index_template/${prefix}-*`);
    await call(node, 'PUT', `/${prefix}-${name}`, { mappings });
    await expect(store.prepare()).rejects.toMatchObject({ code });
    expect((await call(node, 'GET', `/_index_template/${prefix}-keytrail-cloudtrail`)).status).toBe(404);
  });
});
