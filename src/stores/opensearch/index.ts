import type { Store } from '../store.js';
import { connect, type OpenSearchOptions } from './client.js';
import { parseLocation } from './location.js';
import { OpenSearchStore } from './store.js';

export type { OpenSearchOptions } from './client.js';
export { generateOpenSearchTemplate } from './template.js';

/**
 * Opens `opensearch:URL`: `opensearch:https://user:password@host:9200`, with `?prefix=NAME` for names of one's own
 * in a shared cluster and `?nodes=host2:9200,host3:9200` for the other nodes of one. Requests to Amazon OpenSearch
 * Service and Serverless are signed. Sends nothing to the cluster yet. Throws `usage`.
 */
export async function openOpenSearch(location: string, options: OpenSearchOptions = {}): Promise<Store> {
  const parsed = parseLocation(location);
  return new OpenSearchStore(await connect(parsed, options), parsed, options);
}
