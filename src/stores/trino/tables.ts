import { type Contract, contractOf } from '../../model/contract.js';
import type { LogName } from '../../model/event.js';
import { literal } from '../sql/bind.js';
import { lists, quote, select, shown, topColumns, viewTypes } from '../sql/over-files.js';
import { type NestedTypes, nested, typeOf } from '../sql/types.js';

/** A folder of log files as AWS delivers them, read with all below it: an account's, or a flow log's. */
export interface Place {
  /** URL of the folder, as the catalog reads it. */
  location: string;
  /** Flow logs: the fields of the header line, in its order, which is that of every file. */
  header?: readonly string[];
}

const nestedTypes: NestedTypes = {
  struct: (members) => `ROW(${members.map(({ name, type }) => `${quote(name)} ${type}`).join(', ')})`,
  list: (item) => `ARRAY(${item})`,
};

const create = (table: string, columns: readonly string[], properties: Record<string, string>): string =>
  `CREATE TABLE ${table} (\n  ${columns.join(',\n  ')}\n) WITH (${Object.entries(properties)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')})`;

/** A table over the files of a place, and what of it makes rows of the view. */
interface Part {
  table: string;
  select: string;
}

/** Trino compares the names in JSON with those of columns without regard to case. */
function jsonPart(contract: Contract, list: string | null, files: string, location: string): Part {
  // The names of the record, since the table has no other way to find them; the view has the contract's.
  const record = nested(
    contract.fields.map(({ raw, type }) => ({ path: raw.toLowerCase(), type: viewTypes[type] })),
  ).map((branch) => ({ name: branch.name, type: typeOf(branch, nestedTypes) }));
  const columns = list
    ? [`${quote(list)} ARRAY(${nestedTypes.struct(record)})`]
    : record.map(({ name, type }) => `${quote(name)} ${type}`);
  return {
    table: create(files, columns, { format: "'OPENX_JSON'", external_location: literal(location) }),
    select: select(
      topColumns(contract.fields).map(({ name, source, type }) => `${shown(quote(source), type)} AS ${quote(name)}`),
      list ? `${files} CROSS JOIN UNNEST(${quote(list)})` : files,
    ),
  };
}

/** What a flow log's object key says, with or without `name=` in its folders. */
const ofKey: Record<string, string> = {
  'aws-account-id': `regexp_extract("$path", '/AWSLogs/(?:o-[a-z0-9]+/)?(?:aws-account-id=)?([0-9]{12})/', 1)`,
  'aws-region': `regexp_extract("$path", '/(?:aws-service=)?vpcflowlogs/(?:aws-region=)?([a-z0-9-]+)/', 1)`,
};

function textPart(contract: Contract, header: readonly string[], files: string, location: string): Part {
  const fields = new Map(contract.fields.map((field) => [field.raw, field]));
  const columns = header.map((name, place) => {
    const field = fields.get(name);
    return field ? `${quote(field.column)} ${viewTypes[field.type]}` : `"unknown_${place + 1}" VARCHAR`;
  });
  return {
    table: create(files, columns, {
      format: "'TEXTFILE'",
      textfile_field_separator: "' '",
      skip_header_line_count: '1',
      null_format: "'-'",
      external_location: literal(location),
    }),
    select: select(
      contract.fields.map(({ raw, column, type }) => {
        const expression = header.includes(raw) ? quote(column) : (ofKey[raw] ?? `CAST(NULL AS ${viewTypes[type]})`);
        return `${expression} AS ${quote(column)}`;
      }),
      files,
    ),
  };
}

/**
 * What to tell Trino's Hive connector, so that questions can be asked of a log's files where they lie: a table over the
 * files of each place, named as the contract's with `_files_1`, `_files_2` … behind, and a view over them all with the
 * contract's name and columns.
 *
 * Trino has no CloudTrailInputFormat, which Athena has: an object that lists its records, all on one line, is a row
 * here, and the view opens the list.
 */
export function tablesOver(log: LogName, places: readonly Place[]): string[] {
  const contract = contractOf(log);
  const parts = places.map(({ location, header = [] }, place) => {
    const files = `${contract.table}_files_${place + 1}`;
    return log === 'vpcflow'
      ? textPart(contract, header, files, location)
      : jsonPart(contract, lists[log], files, location);
  });
  const view = `CREATE VIEW ${contract.table} AS ${parts.map((part) => part.select).join('\nUNION ALL\n')}`;
  return [...parts.map(({ table }) => table), view];
}
