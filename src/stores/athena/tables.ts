import { createHash } from 'node:crypto';
import { KeytrailError } from '../../errors.js';
import { type Contract, contractOf, type Field } from '../../model/contract.js';
import type { LogName } from '../../model/event.js';
import { printable } from '../../model/printable.js';
import { literal } from '../sql/bind.js';
import { lists, quote, select, shown, topColumns, viewTypes } from '../sql/over-files.js';
import type { PartitionColumn } from '../sql/partitions.js';
import { type NestedTypes, nested, typeOf } from '../sql/types.js';

/** Log files of one form and layout: what lies below it differs by account, Region and day alone. */
export interface TablePlace {
  log: LogName;
  /** `s3://bucket/…/AWSLogs/`, perhaps with an organisation's folder behind. */
  location: string;
  /** The folder below the account: `CloudTrail`, `vpcflowlogs` … */
  service: string;
  /** Whether folders are written `name=value`, which flow logs' may be. */
  hive: boolean;
  accounts: readonly string[];
  regions: readonly string[];
  /** `YYYY-MM-DD`. Of no meaning for AWS Config, whose folders of a day are not told apart. */
  firstDay: string;
  /** Flow logs: the fields of the header line, in its order, which is that of every file; null: Parquet. */
  header?: readonly string[] | null;
  /** Flow logs: their ids, where files of others lie beside theirs. */
  flowLogs?: readonly string[];
}

/** What makes a log askable: a table for each of its places, and a view of them all. */
export interface LogTables {
  log: LogName;
  /** Hive DDL. */
  tables: { name: string; sql: string }[];
  view: { name: string; sql: string };
  /** Changes whenever any of the statements does; each table has it as a property. */
  definition: string;
}

/** The property of a table that says which definition it was made from, and that keytrail made it. */
export const definitionProperty = 'keytrail.definition';

const hiveTypes: Readonly<Record<Field['type'], string>> = {
  string: 'string',
  timestamp: 'string',
  json: 'string',
  integer: 'int',
  bigint: 'bigint',
  double: 'double',
};

const nestedTypes: NestedTypes = {
  struct: (members) => `struct<${members.map(({ name, type }) => `${name}:${type}`).join(',')}>`,
  list: (item) => `array<${item}>`,
};

/** CloudTrailInputFormat makes text of the members that nest freely; these came later, and whether it does is not told. */
const unknownToCloudTrail: ReadonlySet<string> = new Set(['eventContext']);

const backticked = (name: string): string => `\`${name}\``;

/** Text that Hive's and Trino's parsers, the projection's templates and S3 all take as it is. */
const plain = /^[A-Za-z0-9 !#%&()*+,./:;=?@[\]^_|~-]+$/;

/** A value for a statement. Throws `usage` for what can't be written so that every reader of it reads the same. */
function checked(text: string, pattern: RegExp, what: string): string {
  if (pattern.test(text)) return text;
  throw new KeytrailError('usage', `${what} "${printable(text, 120)}" can't be named in a table of Athena`, {
    hint: 'Quotes, $, braces, backslashes, control characters and letters beyond ASCII are not taken: copy the logs to another prefix.',
  });
}

const hiveText = (text: string): string => (text.includes("'") ? `"${text}"` : `'${text}'`);

/** Where a template has a partition's value. */
const projected = (column: string): string => `\${${column}}`;

/** How a place's folders and days are written, in the terms of partition projection. */
function projection(place: TablePlace): { properties: Record<string, string>; location: string } {
  const { log, hive, service, accounts, regions, firstDay } = place;
  const location = checked(place.location, plain, 'the location');
  const days = partitionsOf(log).includes('p_day');
  const at = (name: string, value: string): string => `${hive ? `${name}=` : ''}${value}/`;
  const folders = [
    at('aws-account-id', projected('p_account')),
    at('aws-service', checked(service, /^[A-Za-z-]+$/, 'the folder')),
    at('aws-region', projected('p_region')),
    ...(days ? [at('year', projected('p_day'))] : []),
  ];
  const first = checked(firstDay, /^\d{4}-\d{2}-\d{2}$/, 'the first day').split('-');
  return {
    location,
    properties: {
      'projection.enabled': 'true',
      'projection.p_account.type': 'enum',
      'projection.p_account.values': accounts.map((id) => checked(id, /^\d{12}$/, 'the account')).join(','),
      'projection.p_region.type': 'enum',
      'projection.p_region.values': regions.map((name) => checked(name, /^[a-z0-9-]+$/, 'the Region')).join(','),
      ...(days && {
        'projection.p_day.type': 'date',
        'projection.p_day.format': hive ? "yyyy'/month='MM'/day='dd" : 'yyyy/MM/dd',
        'projection.p_day.range': `${hive ? `${first[0]}/month=${first[1]}/day=${first[2]}` : first.join('/')},NOW`,
        'projection.p_day.interval': '1',
        'projection.p_day.interval.unit': 'DAYS',
      }),
      'storage.location.template': `${location}${folders.join('')}`,
    },
  };
}

/** AWS Config pads neither month nor day, and copies of its files may; its files are few. */
export const partitionsOf = (log: LogName): readonly PartitionColumn[] =>
  log === 'config' ? ['p_account', 'p_region'] : ['p_account', 'p_region', 'p_day'];

/** The partition columns, as the view hands them on: a day is `yyyy/MM/dd` in every layout. */
function partitions({ hive, log }: TablePlace): string[] {
  return partitionsOf(log).map((column) =>
    column === 'p_day' && hive ? `replace(replace("p_day", '/month=', '/'), '/day=', '/') AS "p_day"` : quote(column),
  );
}

/** A table over the files of a place, and what of it makes rows of the view. */
interface Part {
  name: string;
  columns: string[];
  format: string[];
  properties: Record<string, string>;
  select: string;
}

const openx = (names: readonly string[]): string => {
  // Left to itself the SerDe writes every name in lower case, also those within JSON text, which questions read.
  const mappings = [...new Set(names)].filter((name) => name !== name.toLowerCase());
  return `ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\nWITH SERDEPROPERTIES (\n  ${[
    `'case.insensitive'='false'`,
    ...mappings.map((name) => `'mapping.${name.toLowerCase()}'='${name}'`),
  ].join(',\n  ')}\n)`;
};

const textFormat = [
  `STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'`,
  `OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'`,
];

function jsonPart(contract: Contract, place: TablePlace, name: string): Part {
  const isCloudTrail = place.log === 'cloudtrail';
  const list = isCloudTrail ? null : lists[place.log as Exclude<LogName, 'vpcflow'>];
  const fields = contract.fields.filter(({ raw }) => !(isCloudTrail && unknownToCloudTrail.has(raw)));
  const record = nested(fields.map(({ raw, type }) => ({ path: raw.toLowerCase(), type: hiveTypes[type] }))).map(
    (branch) => ({ name: branch.name, type: typeOf(branch, nestedTypes) }),
  );
  const members = record.map((column) => quote(column.name)).join(', ');
  const listName = list === 'configurationitems' ? ['configurationItems'] : [];
  const names = fields.flatMap(({ raw }) => raw.replaceAll('[]', '').split('.'));
  return {
    name,
    columns: list
      ? [`${backticked(list)} array<${nestedTypes.struct(record)}>`]
      : record.map((column) => `${backticked(column.name)} ${column.type}`),
    format: isCloudTrail
      ? [
          `ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'`,
          `STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'`,
          textFormat[1]!,
        ]
      : [openx([...listName, ...names]), ...textFormat],
    properties: {},
    select: select(
      [
        ...topColumns(contract.fields).map(({ name: column, source, type }) =>
          record.some((known) => known.name === source)
            ? `${shown(quote(source), type)} AS ${quote(column)}`
            : `CAST(NULL AS ${viewTypes[type]}) AS ${quote(column)}`,
        ),
        ...partitions(place),
      ],
      list ? `${quote(name)} CROSS JOIN UNNEST(${quote(list)}) AS item (${members})` : quote(name),
    ),
  };
}

/** What a flow log's folders say instead of its rows. */
const ofFolders: Readonly<Record<string, string>> = { 'aws-account-id': '"p_account"', 'aws-region': '"p_region"' };

/** Parquet's columns are found by their names: all of the contract's are there, those that a file lacks are null. */
function flowPart(contract: Contract, place: TablePlace, name: string): Part {
  const fields = new Map(contract.fields.map((field) => [field.raw, field]));
  const own = contract.fields.filter(({ raw }) => !Object.hasOwn(ofFolders, raw));
  const header = place.header ?? own.map(({ raw }) => raw);
  const isText = Boolean(place.header);
  const columns = header.map((raw, at) => {
    const field = fields.get(raw);
    return field ? `${backticked(field.column)} ${hiveTypes[field.type]}` : `${backticked(`unknown_${at + 1}`)} string`;
  });
  const from = place.flowLogs
    ? `${quote(name)}\nWHERE regexp_like("$path", ${literal(
        `_(${place.flowLogs.map((id) => checked(id, /^fl-[0-9a-f]+$/, 'the flow log')).join('|')})_`,
      )})`
    : quote(name);
  const value = ({ column, type }: Field): string =>
    isText && viewTypes[type] === 'VARCHAR' ? `NULLIF(${quote(column)}, '-')` : quote(column);
  return {
    name,
    columns,
    format: isText ? [`ROW FORMAT DELIMITED FIELDS TERMINATED BY ' '`, 'STORED AS TEXTFILE'] : ['STORED AS PARQUET'],
    properties: isText ? { 'skip.header.line.count': '1', 'serialization.null.format': '-' } : {},
    select: select(
      [
        ...contract.fields.map((field) => {
          const absent = `CAST(NULL AS ${viewTypes[field.type]})`;
          const expression = header.includes(field.raw) ? value(field) : (ofFolders[field.raw] ?? absent);
          return `${expression} AS ${quote(field.column)}`;
        }),
        ...partitions(place),
      ],
      from,
    ),
  };
}

function createTable({ name, columns, format }: Part, place: TablePlace, properties: Record<string, string>): string {
  const { location } = projection(place);
  const by = partitionsOf(place.log).map((column) => `${backticked(column)} string`);
  return [
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${backticked(name)} (\n  ${columns.join(',\n  ')}\n)`,
    `PARTITIONED BY (${by.join(', ')})`,
    ...format,
    `LOCATION ${hiveText(location)}`,
    `TBLPROPERTIES (\n  ${Object.entries(properties)
      .map(([key, value]) => `'${key}'=${hiveText(value)}`)
      .join(',\n  ')}\n)`,
  ].join('\n');
}

/**
 * What to tell Athena, so that questions can be asked of a log's files where they lie: a table over the files of each
 * place, named as the contract's with `_files_1`, `_files_2` … behind, with accounts, Regions and days as projected
 * partitions (`p_account`, `p_region`, `p_day`), and a view over them all with the contract's name and columns, and
 * those three. AWS Config has no `p_day`.
 * Throws `usage` for a name that no statement can carry.
 * Sources: Amazon Athena user guide, "Create a table for CloudTrail logs in Athena using partition projection",
 * "Create and query a table for Amazon VPC flow logs using partition projection", "Query AWS Config logs",
 * "Query Amazon GuardDuty findings", "Supported types for partition projection", "OpenX JSON SerDe".
 */
export function athenaTables(log: LogName, places: readonly TablePlace[]): LogTables {
  const contract = contractOf(log);
  const parts = places.map((place, at) => {
    const name = `${contract.table}_files_${at + 1}`;
    const part = log === 'vpcflow' ? flowPart(contract, place, name) : jsonPart(contract, place, name);
    return { part, place, properties: { ...part.properties, ...projection(place).properties } };
  });
  const view = `CREATE OR REPLACE VIEW ${quote(contract.table)} AS\n${parts
    .map(({ part }) => part.select)
    .join('\nUNION ALL\n')}`;
  const hash = createHash('sha256').update(view);
  for (const { part, place, properties } of parts) hash.update(`\0${createTable(part, place, properties)}`);
  const definition = hash.digest('hex').slice(0, 16);
  return {
    log,
    tables: parts.map(({ part, place, properties }) => ({
      name: part.name,
      sql: createTable(part, place, { ...properties, [definitionProperty]: definition }),
    })),
    view: { name: contract.table, sql: view },
    definition,
  };
}

/** Hive DDL, in which a database's name may have a hyphen. */
export const createDatabase = (database: string): string => `CREATE DATABASE IF NOT EXISTS ${backticked(database)}`;

export const dropTable = (table: string): string => `DROP TABLE IF EXISTS ${backticked(table)}`;
