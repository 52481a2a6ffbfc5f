import type { Contract, EnrichedField, FieldType } from '../../model/contract.js';
import { type Branch, type NestedTypes, nested, typeOf } from '../sql/types.js';

const sqlTypes: Record<FieldType, string> = {
  string: 'VARCHAR',
  timestamp: 'VARCHAR',
  json: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
};

/** `end` and `start` are words of SQL's own. */
const quote = (name: string): string => `"${name}"`;

const enrichedTypes: Record<EnrichedField['type'], FieldType> = { keyword: 'string', long: 'bigint' };

/** In the order of the table: the fields, `unmapped`, and what ingest added. Dots nest, `[]` is a list of structs. */
export const columnPaths = (contract: Contract): { path: string; type: FieldType }[] => [
  ...contract.fields.map(({ column, type }) => ({ path: column, type })),
  { path: 'unmapped', type: 'string' },
  ...contract.enriched.map(({ field, type }) => ({ path: field, type: enrichedTypes[type] })),
];

const columnTree = (contract: Contract): Branch<{ path: string; type: string }>[] =>
  nested(columnPaths(contract).map(({ path, type }) => ({ path, type: sqlTypes[type] })));

const nestedTypes: NestedTypes = {
  struct: (members) => `STRUCT(${members.map(({ name, type }) => `${quote(name)} ${type}`).join(', ')})`,
  list: (item) => `${item}[]`,
};

/** Tables that every store has, and the version that all of it is. */
export const schemaVersion = 3;

export const bookkeepingTables = `CREATE TABLE keytrail_meta (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
INSERT INTO keytrail_meta VALUES ('schema', '${schemaVersion}');
CREATE TABLE keytrail_ledger (
  id VARCHAR PRIMARY KEY, bucket VARCHAR, key VARCHAR, version VARCHAR, size BIGINT, log VARCHAR, account VARCHAR,
  region VARCHAR, day VARCHAR, flow_log VARCHAR, state VARCHAR, worker VARCHAR, lease_until VARCHAR, delivered VARCHAR,
  lag BIGINT, reason VARCHAR, read BIGINT, stored BIGINT, duplicates BIGINT, dead_lettered BIGINT, data_events BIGINT,
  skip_data BIGINT, first_event VARCHAR, last_event VARCHAR, updated VARCHAR, sieve VARCHAR, looked_for VARCHAR,
  hours VARCHAR[], hour_records BIGINT[]
);
CREATE TABLE keytrail_dead_letters (
  id VARCHAR, event_id VARCHAR, bucket VARCHAR, key VARCHAR, version VARCHAR, log VARCHAR, account VARCHAR,
  region VARCHAR, position BIGINT, reason VARCHAR, raw BLOB, whole BOOLEAN, header VARCHAR, time VARCHAR
);
`;

/** The columns behind `id`. */
export const tableColumns = (contract: Contract): { name: string; type: string }[] =>
  columnTree(contract).map((branch) => ({ name: branch.name, type: typeOf(branch, nestedTypes) }));

/** CREATE TABLE with Athena's column names and nesting, the event's id before them, `unmapped` and `enriched` behind. */
export function createTable(contract: Contract): string {
  const columns = [
    '"id" VARCHAR NOT NULL',
    ...tableColumns(contract).map(({ name, type }) => `${quote(name)} ${type}`),
  ];
  return `CREATE TABLE ${contract.table} (\n  ${columns.join(',\n  ')}\n);\n`;
}

/**
 * Compares staged rows with those of the table that have their id: `same`, whether one says the same, whatever was
 * added to it; `month`, whether one is of the same month (of `time`, a column of ISO 8601 text).
 */
export function compareStaged(contract: Contract, staging: string, time: string): string {
  const said = new Set([...contract.fields.map(({ column }) => column.replace(/[.[].*/, '')), 'unmapped']);
  const same = [...said].map((name) => `s.${quote(name)} IS NOT DISTINCT FROM t.${quote(name)}`);
  return `SELECT s.position, bool_or(${same.join(' AND ')}) AS same,
      bool_or(left(s.${quote(time)}, 7) IS NOT DISTINCT FROM left(t.${quote(time)}, 7)) AS month
    FROM ${staging} s JOIN ${contract.table} t ON t.id = s.id
    GROUP BY s.position`;
}

/** ingest/<log>/generated/duckdb.sql */
export const generateDuckDbTable = (contract: Contract): string =>
  `-- Generated from fields.yaml by \`npm run generate\`.\n${createTable(contract)}`;
