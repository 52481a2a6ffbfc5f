import type { Contract, EnrichedField, Field } from '../../model/contract.js';
import { type Branch as Nested, type NestedTypes, nested, typeOf } from '../sql/types.js';

const sqlTypes: Record<Field['type'], string> = {
  string: 'VARCHAR',
  timestamp: 'VARCHAR',
  json: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
};

/** `end` and `start` are words of SQL's own. */
const quote = (name: string): string => `"${name}"`;

/** What one flat column of the staging table becomes. */
interface Column {
  /** Dots nest, `[]` is a list of structs. */
  path: string;
  type: string;
  staged: string;
}

type Branch = Nested<Column>;

const enrichedTypes: Record<EnrichedField['type'], string> = { keyword: 'VARCHAR', long: 'BIGINT' };

/** In the order of the table: the fields, `unmapped`, and what ingest added. */
const columnsOf = (contract: Contract): Column[] => [
  ...contract.fields.map(({ column, type }, i) => ({ path: column, type: sqlTypes[type], staged: `f${i}` })),
  { path: 'unmapped', type: 'VARCHAR', staged: 'unmapped' },
  ...contract.enriched.map(({ field, type }, i) => ({ path: field, type: enrichedTypes[type], staged: `e${i}` })),
];

const columnTree = (contract: Contract): Branch[] => nested(columnsOf(contract));

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
 * A flat table takes a batch as plain columns, which the appender fills many times faster than structs: the position
 * in the batch, `id`, `f0` … by position in the contract (a list for a field inside `[]`), `unmapped`, and `e0` … by
 * position in the contract's `enriched`.
 */
export function createStaging(contract: Contract): string {
  const columns = columnsOf(contract).map(
    ({ path, type, staged }) => `${staged} ${type}${path.includes('[]') ? '[]' : ''}`,
  );
  return `CREATE OR REPLACE TEMP TABLE staging_${contract.table} (position INTEGER, id VARCHAR, ${columns.join(', ')})`;
}

/** The staged columns that a branch is made of. */
const stagedOf = ({ content }: Branch): string[] =>
  Array.isArray(content) ? content.flatMap(stagedOf) : [content.staged];

/** A column of the table, made of staged ones: nested again. A struct of nothing is NULL. */
function nest(branch: Branch): string {
  if (!Array.isArray(branch.content)) return branch.content.staged;
  const staged = stagedOf(branch);
  if (branch.list) {
    const members = branch.content.map((member, i) => `${quote(member.name)}: ${staged[i]}[i]`);
    return `CASE WHEN ${staged[0]} IS NULL THEN NULL ELSE list_transform(range(1, len(${staged[0]}) + 1), lambda i: {${members.join(', ')}}) END`;
  }
  const members = branch.content.map((member) => `${quote(member.name)}: ${nest(member)}`);
  // No COALESCE, which wants one type: a number and text are members of one struct.
  const nothing = staged.map((name) => `${name} IS NULL`).join(' AND ');
  return `CASE WHEN ${nothing} THEN NULL ELSE {${members.join(', ')}} END`;
}

/** Copies the staged rows into the table. By name: in a file that was brought up to date, new columns are the last. */
export function insertStaged(contract: Contract): string {
  const branches = columnTree(contract);
  const names = ['id', ...branches.map(({ name }) => name)].map(quote);
  return `INSERT INTO ${contract.table} (${names.join(', ')})
    SELECT id, ${branches.map(nest).join(', ')} FROM staging_${contract.table}`;
}

/**
 * Compares staged rows with those of the table that have their id: `same`, whether one says the same, whatever was
 * added to it; `month`, whether one is of the same month (of `time`, a column of ISO 8601 text).
 */
export function compareStaged(contract: Contract, time: string): string {
  const said = columnTree(contract).filter((branch) => !stagedOf(branch).every((staged) => /^e\d/.test(staged)));
  const nested = said.map((branch) => `${nest(branch)} AS ${quote(branch.name)}`);
  const same = said.map(({ name }) => `s.${quote(name)} IS NOT DISTINCT FROM t.${quote(name)}`);
  return `SELECT s.position, bool_or(${same.join(' AND ')}) AS same,
      bool_or(left(s.${quote(time)}, 7) IS NOT DISTINCT FROM left(t.${quote(time)}, 7)) AS month
    FROM (SELECT position, id, ${nested.join(', ')} FROM staging_${contract.table}) s
      JOIN ${contract.table} t ON t.id = s.id
    GROUP BY s.position`;
}

/** ingest/<log>/generated/duckdb.sql */
export const generateDuckDbTable = (contract: Contract): string =>
  `-- Generated from fields.yaml by \`npm run generate\`.\n${createTable(contract)}`;
