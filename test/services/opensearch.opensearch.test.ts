import { Client } from '@opensearch-project/opensearch';
import { expect, it } from 'vitest';
import { describeWith, opensearchOrSkip, uniquePrefix } from './index.js';

it('finds a document by a field of it', async (context) => {
  const client = new Client({ node: opensearchOrSkip(context) });
  const index = uniquePrefix();
  await client.index({ index, id: '1', body: { sourceIPAddress: '203.0.113.7' }, refresh: true });
  await client.index({ index, id: '2', body: { sourceIPAddress: '198.51.100.9' }, refresh: true });
  const { body } = await client.search({ index, body: { query: { match: { sourceIPAddress: '203.0.113.7' } } } });
  expect(body.hits.hits.map((hit) => hit._id)).toEqual(['1']);
  await client.indices.delete({ index });
  await client.close();
});

describeWith('opensearch', 'a node for a whole suite', (node) => {
  it('is a cluster of its own with one node', async () => {
    const response = await fetch(`${node}/_cluster/health`);
    expect(await response.json()).toMatchObject({ number_of_nodes: 1, timed_out: false });
  });
});
