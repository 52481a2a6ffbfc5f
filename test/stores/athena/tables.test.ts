import { describe, expect, test } from 'vitest';
import { contractOf } from '../../../src/model/contract.js';
import { type LogName, logNames } from '../../../src/model/event.js';
import { athenaTables, createDatabase, type LogTables } from '../../../src/stores/athena/tables.js';
import { flowPlace, place } from './places.js';

const services: Record<LogName, string> = {
  cloudtrail: 'CloudTrail',
  vpcflow: 'vpcflowlogs',
  config: 'Config',
  guardduty: 'GuardDuty',
};

/** The table properties of a CREATE TABLE, as Hive reads them. */
function properties(sql: string): Record<string, string> {
  const text = sql.slice(sql.indexOf('TBLPROPERTIES'));
  return Object.fromEntries(
    [...text.matchAll(/'([^']+)'=(?:'([^']*)'|"([^"]*)")/g)].map(([, key, a, b]) => [key, a ?? b]),
  );
}

/** Names and types of the columns of a CREATE TABLE, partitions left out. */
function columns(sql: string): Record<string, string> {
  const text = sql.slice(sql.indexOf('(\n'), sql.indexOf('PARTITIONED BY'));
  return Object.fromEntries([...text.matchAll(/^ {2}`([^`]+)` (.+?),?$/gm)].map(([, name, type]) => [name, type]));
}

/** The names that each SELECT of a view gives, in order. */
const selected = ({ view }: LogTables): string[][] =>
  view.sql
    .slice(view.sql.indexOf(' AS\n'))
    .split('UNION ALL')
    .map((part) =>
      part
        .slice(0, part.indexOf('\nFROM '))
        .split('\n')
        .filter((line) => line.startsWith('  '))
        .map((line) => /"([^"]+)",?$/.exec(line)![1]!),
    );

const one = (tables: LogTables): string => tables.tables[0]!.sql;

/** What the view of a log is to have, beside partitions. */
const contractColumns = (log: LogName): string[] => [
  ...new Set(contractOf(log).fields.map(({ column }) => column.split(/\[\]|\./)[0]!)),
];

test.each(logNames)('%s: the view has the contract’s name and columns, and the partitions', (log) => {
  const places = [
    place({ log, service: services[log], header: ['version', 'srcaddr'] }),
    place({ log, service: services[log], location: 's3://trail-bucket/two/AWSLogs/', header: null }),
  ];
  const made = athenaTables(log, places);
  const { table } = contractOf(log);
  expect(made.tables.map(({ name }) => name)).toEqual([`${table}_files_1`, `${table}_files_2`]);
  expect(made.view.name).toBe(table);
  expect(made.view.sql.startsWith(`CREATE OR REPLACE VIEW "${table}" AS\nSELECT\n`)).toBe(true);
  const partitions = ['p_account', 'p_region', ...(log === 'config' ? [] : ['p_day'])];
  for (const names of selected(made)) expect(names).toEqual([...contractColumns(log), ...partitions]);
  for (const { name, sql } of made.tables) {
    expect(sql.startsWith(`CREATE EXTERNAL TABLE IF NOT EXISTS \`${name}\` (`)).toBe(true);
    expect(sql).toContain(`PARTITIONED BY (${partitions.map((column) => `\`${column}\` string`).join(', ')})`);
    expect(sql).not.toContain('injected');
    // A column of the same name as a partition is refused by Hive.
    for (const column of partitions) expect(Object.keys(columns(sql))).not.toContain(column);
  }
});

describe('CloudTrail', () => {
  test('of one account', () => {
    const sql = one(athenaTables('cloudtrail', [place()]));
    expect(sql).toContain("ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'");
    expect(sql).toContain("STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'");
    expect(sql).toContain("OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'");
    expect(sql).toContain("LOCATION 's3://trail-bucket/AWSLogs/'");
    expect(properties(sql)).toEqual({
      'projection.enabled': 'true',
      'projection.p_account.type': 'enum',
      'projection.p_account.values': '111122223333',
      'projection.p_region.type': 'enum',
      'projection.p_region.values': 'us-east-1,eu-west-1',
      'projection.p_day.type': 'date',
      'projection.p_day.format': 'yyyy/MM/dd',
      'projection.p_day.range': '2025/11/30,NOW',
      'projection.p_day.interval': '1',
      'projection.p_day.interval.unit': 'DAYS',
      'storage.location.template': `s3://trail-bucket/AWSLogs/$${'{p_account}'}/CloudTrail/$${'{p_region}'}/$${'{p_day}'}/`,
      'keytrail.definition': expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const types = columns(sql);
    expect(types.requestparameters).toBe('string');
    expect(types.resources).toBe('array<struct<arn:string,accountid:string,type:string>>');
    expect(types.useridentity).toMatch(/sessionissuer:struct<type:string,principalid:string,arn:string,/);
  });

  test('of an organisation behind Control Tower’s prefix', () => {
    const location = 's3://aws-controltower-logs/o-abcdef1234/AWSLogs/o-abcdef1234/';
    const sql = one(athenaTables('cloudtrail', [place({ location, accounts: ['111122223333', '444455556666'] })]));
    const found = properties(sql);
    expect(found['storage.location.template']).toMatch(
      /^s3:\/\/aws-controltower-logs\/o-abcdef1234\/AWSLogs\/o-abcdef1234\/\$\{p_account\}\/CloudTrail\//,
    );
    expect(found['projection.p_account.values']).toBe('111122223333,444455556666');
  });
});

describe('flow logs', () => {
  test('of a custom header: its order, and a field that nobody knows', () => {
    const made = athenaTables('vpcflow', [flowPlace('dstaddr srcaddr end new-field bytes')]);
    expect(Object.entries(columns(one(made)))).toEqual([
      ['dstaddr', 'string'],
      ['srcaddr', 'string'],
      ['end', 'bigint'],
      ['unknown_4', 'string'],
      ['bytes', 'bigint'],
    ]);
    expect(one(made)).toContain("ROW FORMAT DELIMITED FIELDS TERMINATED BY ' '");
    expect(properties(one(made))).toMatchObject({ 'skip.header.line.count': '1', 'serialization.null.format': '-' });
    expect(made.view.sql).toContain('"end" AS "end"');
    expect(made.view.sql).toContain('CAST(NULL AS BIGINT) AS "start"');
    expect(made.view.sql).toContain('CAST(NULL AS VARCHAR) AS "vpc_id"');
    expect(made.view.sql).toContain('"p_account" AS "aws_account_id"');
    expect(made.view.sql).not.toContain('unknown');
    expect(made.view.sql).not.toContain('$path');
  });

  test('in Hive-style folders as Parquet, by the hour', () => {
    const made = athenaTables('vpcflow', [flowPlace(null, { hive: true })]);
    const sql = one(made);
    expect(sql).toContain('STORED AS PARQUET');
    const found = properties(sql);
    expect(found).not.toHaveProperty('skip.header.line.count');
    expect(found['projection.p_day.format']).toBe("yyyy'/month='MM'/day='dd");
    expect(found['projection.p_day.range']).toBe('2025/month=11/day=30,NOW');
    expect(found['storage.location.template']).toMatch(
      /AWSLogs\/aws-account-id=\$\{p_account\}\/aws-service=vpcflowlogs\/aws-region=\$\{p_region\}\/year=\$\{p_day\}\/$/,
    );
    expect(made.view.sql).toContain(`replace(replace("p_day", '/month=', '/'), '/day=', '/') AS "p_day"`);
    expect(columns(sql)).toMatchObject({ account_id: 'string', protocol: 'bigint', tcp_flags: 'int' });
    expect(Object.keys(columns(sql))).not.toContain('aws_account_id');
  });

  test('of two headers in one folder are told apart by their files’ names', () => {
    const { view } = athenaTables('vpcflow', [
      flowPlace('version srcaddr', { flowLogs: ['fl-11111111', 'fl-22222222'] }),
      flowPlace('srcaddr version', { flowLogs: ['fl-33333333'] }),
    ]);
    expect(view.sql).toContain(
      `FROM "vpc_flow_logs_files_1"\nWHERE regexp_like("$path", '_(fl-11111111|fl-22222222)_')`,
    );
    expect(view.sql).toContain(`FROM "vpc_flow_logs_files_2"\nWHERE regexp_like("$path", '_(fl-33333333)_')`);
  });
});

test('AWS Config: a file is one object, whose items the view opens; names keep their case within JSON text', () => {
  const made = athenaTables('config', [place({ log: 'config', service: 'Config' })]);
  const sql = one(made);
  expect(Object.keys(columns(sql))).toEqual(['configurationitems']);
  expect(sql).toContain("ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'");
  expect(sql).toContain("'case.insensitive'='false'");
  for (const name of ['configurationItems', 'configurationItemCaptureTime', 'ARN', 'supplementaryConfiguration'])
    expect(sql).toContain(`'mapping.${name.toLowerCase()}'='${name}'`);
  expect(properties(sql)['storage.location.template']).toMatch(/\/Config\/\$\{p_region\}\/$/);
  expect(made.view.sql).toMatch(/CROSS JOIN UNNEST\("configurationitems"\) AS item \("configurationitemversion", /);
});

test('GuardDuty: a finding a line, under the contract’s names', () => {
  const made = athenaTables('guardduty', [place({ log: 'guardduty', service: 'GuardDuty' })]);
  expect(columns(one(made))).toMatchObject({ id: 'string', severity: 'double', resource: 'string', service: 'string' });
  expect(one(made)).toContain("'mapping.accountid'='accountId'");
  expect(made.view.sql).toContain('"id" AS "findingid"');
});

test('a definition changes with anything that is asked of Athena, and with nothing else', () => {
  const definition = (...places: Parameters<typeof place>) => athenaTables('cloudtrail', [place(...places)]).definition;
  expect(definition()).toBe(definition());
  expect(
    new Set([definition(), definition({ firstDay: '2026-01-01' }), definition({ regions: ['us-east-1'] })]).size,
  ).toBe(3);
});

describe('what can’t be written so that every reader reads the same is refused', () => {
  test.each(["it's", 'a"b', 'a`b', 'a\\b', 'a$' + '{p_day}', 'a\nb', 'a\u202eb', 'ü'])('a prefix %j', (prefix) => {
    const wrong = place({ location: `s3://trail-bucket/${prefix}/AWSLogs/` });
    expect(() => athenaTables('cloudtrail', [wrong])).toThrow(
      /^the location ".*" can't be named in a table of Athena$/,
    );
  });
  test.each([
    { accounts: ["1'"] },
    { regions: ['us-east-1,x'] },
    { regions: ["us' --"] },
    { firstDay: 'today' },
    { service: '$' + '{p_day}' },
  ])('%j', (wrong) => {
    expect(() => athenaTables('cloudtrail', [place(wrong)])).toThrow(/can't be named/);
  });
  test('a header’s name becomes no column', () => {
    const sql = one(athenaTables('vpcflow', [flowPlace('srcaddr x`;drop')]));
    expect(Object.keys(columns(sql))).toEqual(['srcaddr', 'unknown_2']);
  });
});

test('a database may have a hyphen in its name', () => {
  expect(createDatabase('security-logs')).toBe('CREATE DATABASE IF NOT EXISTS `security-logs`');
});
