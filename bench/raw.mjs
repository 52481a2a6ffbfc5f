/** What DuckDB makes of a question: of the files as they lie, by its own readers, and how many rows it reads of a store. */
import { DuckDBInstance } from '@duckdb/node-api';
import { contractOf } from '../dist/model/contract.js';
import { bindDuckDb } from '../dist/stores/duckdb/bind.js';
import { dialect, prelude } from '../dist/stores/duckdb/prelude.js';
import { scopedSql } from '../dist/stores/sql/scope.js';
import { nested, typeOf } from '../dist/stores/sql/types.js';

const sqlTypes = { integer: 'INTEGER', bigint: 'BIGINT', double: 'DOUBLE' };
const sqlType = ({ type }) => sqlTypes[type] ?? 'VARCHAR';

async function connected(work) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const macro of prelude) await connection.run(macro);
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function sqlOf(bound) {
  const scoped = scopedSql(bound, dialect);
  return bindDuckDb(scoped.sql, scoped.values);
}

/** A record's fields under their own names, which SQL takes in any case. */
function recordsOf({ fields }, folder) {
  const quote = (name) => `"${name}"`;
  const types = {
    struct: (members) => `STRUCT(${members.map(({ name, type }) => `${quote(name)} ${type}`).join(', ')})`,
    list: (item) => `${item}[]`,
  };
  const members = nested(fields.map((field) => ({ path: field.raw, type: sqlType(field) })));
  const record = types.struct(members.map((member) => ({ name: member.name, type: typeOf(member, types) })));
  return `SELECT unnest(Records, max_depth := 2) FROM read_json('${folder}/AWSLogs/*/CloudTrail/**/*.json.gz',
    columns = {Records: '${record}[]'}, maximum_object_size = 268435456)`;
}

/** The table's columns of the fields that any of the files has. */
async function rowsOf({ fields }, folder, connection) {
  const from = `read_csv('${folder}/AWSLogs/*/vpcflowlogs/**/*.log.gz',
    delim = ' ', header = true, nullstr = '-', union_by_name = true)`;
  const described = await connection.runAndReadAll(`DESCRIBE FROM ${from}`);
  const present = new Set(described.getRows().map(([name]) => name));
  const columns = fields.map((field) => {
    const source = present.has(field.raw) ? `"${field.raw}"` : 'NULL';
    return `CAST(${source} AS ${sqlType(field)}) AS "${field.column}"`;
  });
  return `SELECT ${columns.join(', ')} FROM ${from}`;
}

/** Seconds that a question takes that is asked of the files below a folder. */
export function askFiles(log, folder, bound) {
  const contract = contractOf(log);
  return connected(async (connection) => {
    const select = log === 'cloudtrail' ? recordsOf(contract, folder) : await rowsOf(contract, folder, connection);
    await connection.run(`CREATE VIEW ${contract.table} AS ${select}`);
    const { sql, values } = sqlOf(bound);
    const began = performance.now();
    await connection.runAndReadAll(sql, values);
    return (performance.now() - began) / 1000;
  });
}

const scans = ({ operator_type: type, operator_rows_scanned: rows, children }) =>
  children.reduce((sum, child) => sum + scans(child), type === 'TABLE_SCAN' ? rows : 0);

/** Rows that DuckDB looks at in the tables of a file for a question, once for each time that it reads one. */
export function scannedBy(file, bound) {
  return connected(async (connection) => {
    await connection.run(`ATTACH '${file}' AS store (TYPE duckdb, READ_ONLY)`);
    await connection.run('USE store');
    const { sql, values } = sqlOf(bound);
    const profile = await connection.runAndReadAll(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`, values);
    return scans(JSON.parse(profile.getRows()[0][1]));
  });
}
