import { expect } from 'vitest';
import { call } from '../../stores/opensearch/node.js';

/** Documents and different ids among them, of at most 10,000 of a log. */
async function countsOf(node: string, prefix: string, log: string): Promise<{ documents: number; ids: number }> {
  const index = `${prefix}-keytrail-${log}-*`;
  await call(node, 'POST', `/${index}/_refresh`);
  const { body } = await call(node, 'GET', `/${index}/_search?size=10000&_source=false`);
  const ids: string[] = body.hits.hits.map(({ _id }: { _id: string }) => _id);
  return { documents: ids.length, ids: new Set(ids).size };
}

/** Every event and row is there, once: by count and by id. */
export async function expectOnce(
  node: string,
  prefix: string,
  { events, flows }: { events: number; flows: number },
): Promise<void> {
  expect(await countsOf(node, prefix, 'cloudtrail')).toEqual({ documents: events, ids: events });
  expect(await countsOf(node, prefix, 'vpcflow')).toEqual({ documents: flows, ids: flows });
}
