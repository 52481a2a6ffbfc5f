import type { Store } from '../store.js';
import { connect, type OpenSearchOptions } from './client.js';
import { parseLocation } from './location.js';
import { OpenSearchStore } from './store.js';

export type { OpenSearchOptions } from './client.js';
export { generateOpenSearchTemplate } from './template.js';

/**
 * Opens `opensearch:URL`: `opensearch:https://user:password@host:9200`, with `?prefix=NAME` for names of one's own
 * in a shared cluster. Sends nothing yet. Throws `usage`.
 */
export async function openOpenSearch(location: string, options: OpenSearchOptions = {}): Promise<Store> {
  const parsed = parseLocation(location);
  return new OpenSearchStore(await connect(parsed, options), parsed, options);
}
