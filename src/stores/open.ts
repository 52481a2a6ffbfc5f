import { KeytrailError } from '../errors.js';
import { withoutSecret } from '../model/location.js';
import type { Engine, Scan, Store, Wait } from './store.js';

export interface StoreOptions {
  username?: string;
  password?: string;
  /** OpenSearch: certificates (PEM) to trust instead of Node's own. */
  ca?: string;
  /** OpenSearch: sign requests as for this AWS service. Absent: as the host's name says. */
  sigv4?: 'es' | 'aoss';
  trino?: { username?: string; password?: string; ca?: string };
  /** For what AWS runs; what is not given is left to the SDK's own chain. */
  aws?: { profile?: string; region?: string; endpointUrl?: string };
  /** DuckDB: what to do while another process has the file. Absent: fail at once. */
  wait?: Wait;
}

export interface EngineOptions extends StoreOptions {
  /** Breaks off what is being asked, here or elsewhere. */
  signal?: AbortSignal;
  /** Athena: takes the result of an equal query of so many minutes at most. */
  reuseMinutes?: number;
  /** Told what an answer cost, where it costs. */
  onScan?: (scan: Scan) => void;
}

/** A kind of location: a whole store, or an engine that can only be asked. */
type Kind =
  | { shape: string; store(rest: string, mode: 'read' | 'write', options: EngineOptions): Promise<Store> }
  | { shape: string; store?: never; engine(rest: string, options: EngineOptions): Promise<Engine> };

/** Every kind; each loads its own client only when it is opened. */
const kinds: Record<string, Kind> = {
  duckdb: {
    shape: 'duckdb:FILE',
    store: async (rest, mode, { wait, signal }) =>
      (await import('./duckdb/index.js')).openDuckDb(rest, mode, wait, signal),
  },
  opensearch: {
    shape: 'opensearch:URL',
    store: async (rest, _mode, options) => (await import('./opensearch/index.js')).openOpenSearch(rest, options),
  },
  athena: {
    shape: 'athena:WORKGROUP/DATABASE',
    engine: async (rest, { aws, signal, reuseMinutes, onScan }) =>
      (await import('./athena/index.js')).openAthena(rest, {
        ...aws,
        ...(signal === undefined ? {} : { signal }),
        ...(reuseMinutes === undefined ? {} : { reuseMinutes }),
        ...(onScan === undefined ? {} : { onScan }),
      }),
  },
  trino: {
    shape: 'trino:URL/CATALOG/SCHEMA',
    engine: async (rest, { trino, signal }) =>
      (await import('./trino/index.js')).openTrino(rest, { ...trino, ...(signal === undefined ? {} : { signal }) }),
  },
};

function kindOf(location: string): { kind: Kind; rest: string } {
  const colon = location.indexOf(':');
  const name = location.slice(0, Math.max(colon, 0));
  const rest = location.slice(colon + 1);
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind || rest === '')
    throw new KeytrailError('usage', `${JSON.stringify(withoutSecret(location))} is no store`, {
      hint: `Give ${shapes(Object.values(kinds))}, such as duckdb:incident.duckdb or opensearch:https://localhost:9200.`,
    });
  return { kind, rest };
}

const shapes = (some: readonly Kind[]): string => some.map(({ shape }) => shape).join(' or ');

/** Opens what keeps events: `duckdb:FILE` or `opensearch:URL`. */
export async function openStore(location: string, mode: 'read' | 'write', options: StoreOptions = {}): Promise<Store> {
  const { kind, rest } = kindOf(location);
  if (kind.store) return kind.store(rest, mode, options);
  throw new KeytrailError('usage', `${JSON.stringify(withoutSecret(location))} can be asked, but keeps nothing`, {
    hint: `Give ${shapes(Object.values(kinds).filter(({ store }) => store))}.`,
  });
}

/** Opens what answers questions: `duckdb:FILE`, `opensearch:URL`, `athena:WORKGROUP/DATABASE` or `trino:URL/CATALOG/SCHEMA`. */
export async function openEngine(location: string, options: EngineOptions = {}): Promise<Engine> {
  const { kind, rest } = kindOf(location);
  return kind.store ? kind.store(rest, 'read', options) : kind.engine(rest, options);
}
