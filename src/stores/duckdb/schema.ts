import type { Contract, Field } from '../../model/contract.js';

const sqlTypes: Record<Field['type'], string> = {
  string: 'VARCHAR',
  timestamp: 'VARCHAR',
  json: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
};

/** `end` and `start` are words of SQL's own. */
const quote = (name: string): string => `"${name}"`;

interface Branch {
  name: string;
  list: boolean;
  /** A field's position in the contract, or the struct's members. */
  content: number | Branch[];
}

/** The columns of a contract as a tree: dots nest, `[]` is a list of structs. */
function columnTree(contract: Contract): Branch[] {
  const root: Branch[] = [];
  contract.fields.forEach((field, position) => {
    let members = root;
    const steps = field.column.split('.');
    steps.forEach((step, depth) => {
      const name = step.replace('[]', '');
      if (depth === steps.length - 1) {
        members.push({ name, list: false, content: position });
        return;
      }
      let branch = members.find((member) => member.name === name);
      if (!branch) {
        branch = { name, list: step.endsWith('[]'), content: [] };
        members.push(branch);
      }
      members = branch.content as Branch[];
    });
  });
  return root;
}

/** Tables that every store has, and the version that all of it is. */
export const schemaVersion = 1;

export const bookkeepingTables = `CREATE TABLE keytrail_meta (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
INSERT INTO keytrail_meta VALUES ('schema', '${schemaVersion}');
CREATE TABLE keytrail_ledger (
  id VARCHAR PRIMARY KEY, bucket VARCHAR, key VARCHAR, version VARCHAR, size BIGINT, log VARCHAR, account VARCHAR,
  region VARCHAR, day VARCHAR, state VARCHAR, worker VARCHAR, lease_until VARCHAR, delivered VARCHAR, reason VARCHAR, read BIGINT, stored BIGINT, duplicates BIGINT,
  dead_lettered BIGINT, data_events BIGINT, skip_data BIGINT, first_event VARCHAR, last_event VARCHAR, updated VARCHAR
);
CREATE TABLE keytrail_dead_letters (
  id VARCHAR PRIMARY KEY, bucket VARCHAR, key VARCHAR, version VARCHAR, log VARCHAR, position BIGINT, reason VARCHAR,
  raw BLOB, time VARCHAR
);
`;

/** CREATE TABLE with Athena's column names and nesting, the event's id before them and `unmapped` behind. */
export function createTable(contract: Contract): string {
  const typeOf = (branch: Branch): string => {
    if (typeof branch.content === 'number') return sqlTypes[contract.fields[branch.content]!.type];
    const members = branch.content.map((member) => `${quote(member.name)} ${typeOf(member)}`).join(', ');
    return `STRUCT(${members})${branch.list ? '[]' : ''}`;
  };
  const columns = [
    '"id" VARCHAR NOT NULL',
    ...columnTree(contract).map((branch) => `${quote(branch.name)} ${typeOf(branch)}`),
    '"unmapped" VARCHAR',
  ];
  return `CREATE TABLE ${contract.table} (\n  ${columns.join(',\n  ')}\n);\n`;
}

/**
 * A flat table takes a batch as plain columns, which the appender fills many times faster than structs: `id`,
 * `f0` … by position in the contract (a list for a field inside `[]`), `unmapped`, and the position in the batch.
 */
export function createStaging(contract: Contract): string {
  const columns = contract.fields.map(
    (field, position) => `f${position} ${sqlTypes[field.type]}${field.column.includes('[]') ? '[]' : ''}`,
  );
  return `CREATE TEMP TABLE staging_${contract.table} (position INTEGER, id VARCHAR, ${columns.join(', ')}, unmapped VARCHAR)`;
}

/** Copies the staged rows into the table, nested again. A struct of nothing is NULL. */
export function insertStaged(contract: Contract): string {
  const flat = (branch: Branch): number[] =>
    typeof branch.content === 'number' ? [branch.content] : branch.content.flatMap(flat);
  const build = (branch: Branch): string => {
    if (typeof branch.content === 'number') return `f${branch.content}`;
    if (branch.list) {
      const positions = flat(branch);
      const members = branch.content.map((member) => `${quote(member.name)}: f${member.content as number}[i]`);
      const first = `f${positions[0]}`;
      return `CASE WHEN ${first} IS NULL THEN NULL ELSE list_transform(range(1, len(${first}) + 1), lambda i: {${members.join(', ')}}) END`;
    }
    const members = branch.content.map((member) => `${quote(member.name)}: ${build(member)}`);
    const nothing = flat(branch).map((position) => `f${position}`);
    return `CASE WHEN COALESCE(${nothing.join(', ')}) IS NULL THEN NULL ELSE {${members.join(', ')}} END`;
  };
  const columns = columnTree(contract).map(build);
  return `INSERT INTO ${contract.table} SELECT id, ${columns.join(', ')}, unmapped FROM staging_${contract.table}`;
}

/** ingest/<log>/generated/duckdb.sql */
export const generateDuckDbTable = (contract: Contract): string =>
  `-- Generated from fields.yaml by \`npm run generate\`.\n${createTable(contract)}`;
