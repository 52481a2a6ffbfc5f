import { KeytrailError } from '../../errors.js';
import type { Contract, EcsType } from '../../model/contract.js';
import { deadLetterIndex, documentSchema, indexBase, indexPattern, ledgerIndex, meta, schemaVersion } from './names.js';

type Mapping = Record<string, unknown>;

export interface IndexTemplate {
  index_patterns: string[];
  priority: number;
  version: number;
  _meta: typeof meta;
  template: { settings: { index: Mapping }; mappings: Mapping; aliases?: Record<string, typeof readAlias> };
}

/** Nobody writes by it: a document belongs into the index of its month. */
export const readAlias = { is_write_index: false };

/** Kept in `_source` and nowhere else. Such a keyword has no term, so that no length is too much for it. */
const raw: Mapping = { type: 'keyword', index: false, doc_values: false };
/** Lucene's terms end at 32,766 bytes; 8,191 UTF-16 units never need more. */
const keyword: Mapping = { type: 'keyword', ignore_above: 8191 };
const date: Mapping = { type: 'date', format: 'strict_date_time_no_millis||strict_date_optional_time' };

const mappingOf: Record<EcsType, Mapping> = {
  keyword,
  ip: { type: 'ip' },
  date,
  epoch: { type: 'date', format: 'epoch_second' },
  integer: { type: 'integer' },
  long: { type: 'long' },
  double: { type: 'double' },
  boolean: { type: 'boolean' },
  flat_object: { type: 'flat_object' },
  raw,
};

/** Above OpenSearch's built-in templates (100) and the catch-all ones that clusters commonly have. */
const priority = 200;

interface Shape {
  pattern: string;
  mappings: Mapping;
  alias?: string;
  replicas?: number | undefined;
}

function composed({ pattern, mappings, alias, replicas }: Shape): IndexTemplate {
  return {
    index_patterns: [pattern],
    priority,
    version: schemaVersion,
    _meta: meta,
    template: {
      settings: {
        index: {
          number_of_shards: 1,
          ...(replicas === undefined ? { auto_expand_replicas: '0-1' } : { number_of_replicas: replicas }),
          refresh_interval: '30s',
          codec: 'best_compression',
          // A write that was acknowledged is on disk.
          'translog.durability': 'request',
        },
      },
      mappings: { ...mappings, _meta: meta },
      ...(alias === undefined ? {} : { aliases: { [alias]: readAlias } }),
    },
  };
}

function put(properties: Mapping, field: string, mapping: Mapping): void {
  const steps = field.split('.');
  const leaf = steps.pop()!;
  let level = properties;
  for (const step of steps) {
    level[step] ??= { properties: {} };
    const node = level[step] as { properties?: Mapping };
    if (!node.properties) throw new KeytrailError('bad_contract', `ECS field ${field}: ${step} is a leaf already`);
    level = node.properties;
  }
  if (level[leaf]) throw new KeytrailError('bad_contract', `ECS field ${field} is there twice`);
  level[leaf] = mapping;
}

/** The composable index template of a log's monthly indices. `replicas` absent: one where there is a second node. */
export function indexTemplate(contract: Contract, prefix = '', replicas?: number): IndexTemplate {
  const properties: Mapping = {};
  for (const { ecs } of contract.fields) for (const { field, type } of ecs) put(properties, field, mappingOf[type]);
  for (const { ecs } of contract.derived) put(properties, ecs.field, mappingOf[ecs.type]);
  for (const { field, type } of contract.enriched) put(properties, field, mappingOf[type]);
  put(properties, 'unmapped', raw);
  put(properties, documentSchema, { type: 'short', index: false, doc_values: false });
  // `false`, not `strict`: evidence is never refused for an unknown name; nor does one add a field to the mapping.
  const mappings = { dynamic: false, properties };
  const alias = indexBase(contract, prefix);
  return composed({ pattern: indexPattern(contract, prefix), mappings, alias, replicas });
}

const long: Mapping = { type: 'long' };

function ledgerTemplate(prefix = '', replicas?: number): IndexTemplate {
  const properties: Mapping = {
    id: keyword,
    bucket: keyword,
    key: keyword,
    version: keyword,
    size: long,
    log: keyword,
    account: keyword,
    region: keyword,
    // From the object's key, which may hold a day that no calendar has.
    day: keyword,
    flowLog: keyword,
    state: keyword,
    worker: keyword,
    leaseUntil: date,
    delivered: date,
    lag: long,
    reason: keyword,
    sieve: keyword,
    lookedFor: keyword,
    read: long,
    stored: long,
    duplicates: long,
    deadLettered: long,
    dataEvents: long,
    skipData: long,
    firstEvent: date,
    lastEvent: date,
    // Nested, so that an hour keeps its own count.
    hours: { type: 'nested', properties: { hour: date, records: long } },
    updated: date,
  };
  return composed({ pattern: ledgerIndex(prefix), mappings: { dynamic: 'strict', properties }, replicas });
}

function deadLetterTemplate(prefix = '', replicas?: number): IndexTemplate {
  const properties: Mapping = {
    id: keyword,
    eventId: keyword,
    bucket: keyword,
    key: keyword,
    version: keyword,
    log: keyword,
    account: keyword,
    region: keyword,
    position: long,
    reason: keyword,
    raw: { type: 'binary' },
    bytes: long,
    whole: { type: 'boolean' },
    header: raw,
    time: date,
  };
  return composed({ pattern: deadLetterIndex(prefix), mappings: { dynamic: 'strict', properties }, replicas });
}

/** Every template of a store, by name. */
export function storeTemplates(
  contracts: readonly Contract[],
  prefix = '',
  replicas?: number,
): Map<string, IndexTemplate> {
  return new Map([
    ...contracts.map((contract) => [indexBase(contract, prefix), indexTemplate(contract, prefix, replicas)] as const),
    [ledgerIndex(prefix), ledgerTemplate(prefix, replicas)] as const,
    [deadLetterIndex(prefix), deadLetterTemplate(prefix, replicas)] as const,
  ]);
}

/** The text of ingest/<log>/generated/opensearch-template.json: the body of `PUT _index_template/<index>`. */
export function generateOpenSearchTemplate(contract: Contract): string {
  return `${JSON.stringify(indexTemplate(contract), null, 2)}\n`;
}
