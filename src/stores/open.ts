import { KeytrailError } from '../errors.js';
import type { Store } from './store.js';

export interface StoreOptions {
  username?: string;
  password?: string;
}

type Opener = (rest: string, mode: 'read' | 'write', options: StoreOptions) => Promise<Store>;

/** Every kind of store; each loads its own client only when it is opened. */
const openers: Record<string, Opener> = {
  duckdb: async (rest, mode) => (await import('./duckdb/index.js')).openDuckDb(rest, mode),
  opensearch: async (rest, _mode, options) => (await import('./opensearch/index.js')).openOpenSearch(rest, options),
};

/** Opens `duckdb:FILE` or `opensearch:URL`. */
export async function openStore(location: string, mode: 'read' | 'write', options: StoreOptions = {}): Promise<Store> {
  const colon = location.indexOf(':');
  const kind = location.slice(0, Math.max(colon, 0));
  const rest = location.slice(colon + 1);
  const open = Object.hasOwn(openers, kind) ? openers[kind] : undefined;
  if (!open || rest === '')
    throw new KeytrailError('usage', `${JSON.stringify(location)} is no store`, {
      hint: 'Give duckdb:FILE or opensearch:URL, such as duckdb:incident.duckdb or opensearch:https://localhost:9200.',
    });
  return open(rest, mode, options);
}
