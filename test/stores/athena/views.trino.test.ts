import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LogName, logNames } from '../../../src/model/event.js';
import { allQuestions } from '../../../src/queries/load.js';
import { preparedStatement } from '../../../src/stores/athena/saved.js';
import { athenaTables, type TablePlace } from '../../../src/stores/athena/tables.js';
import { describeWith } from '../../services/index.js';
import { filled } from '../filled.js';
import { tell } from '../trino/over-files.js';
import { flowPlace, place } from './places.js';

/** A type of Hive's as Trino writes it. */
function typed(hive: string): string {
  const inner = hive.slice(hive.indexOf('<') + 1, -1);
  if (hive.startsWith('array<')) return `ARRAY(${typed(inner)})`;
  if (!hive.startsWith('struct<')) return { string: 'VARCHAR', int: 'INTEGER' }[hive] ?? hive.toUpperCase();
  const members: string[] = [];
  let depth = 0;
  let member = '';
  for (const character of `${inner},`) {
    if (character === '<') depth++;
    if (character === '>') depth--;
    if (character !== ',' || depth > 0) member += character;
    else {
      const colon = member.indexOf(':');
      members.push(`"${member.slice(0, colon)}" ${typed(member.slice(colon + 1))}`);
      member = '';
    }
  }
  return `ROW(${members.join(', ')})`;
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * Athena's DDL as Trino's Hive connector takes it, which projects partitions by the same properties. Only the reader
 * differs: Trino has no CloudTrailInputFormat, so that what it would give, a record a row, lies in the files.
 */
function forTrino(ddl: string): string {
  const name = /`([^`]+)` \(/.exec(ddl)![1]!;
  const columns = [...ddl.slice(0, ddl.indexOf('PARTITIONED BY')).matchAll(/^ {2}`([^`]+)` (.+?),?$/gm)].map(
    ([, column, type]) => `"${column}" ${typed(type!)}`,
  );
  const properties = new Map(
    [...ddl.slice(ddl.indexOf('TBLPROPERTIES')).matchAll(/'([^']+)'=(?:'([^']*)'|"([^"]*)")/g)].map(
      ([, key, single, double]) => [key!, single ?? double!],
    ),
  );
  const partitions = [.../PARTITIONED BY \((.+)\)/.exec(ddl)![1]!.matchAll(/`([^`]+)`/g)].map(([, column]) => column!);
  for (const column of partitions) {
    const of = (property: string) => properties.get(`projection.${column}.${property}`);
    const list = (values: string) => `ARRAY[${values.split(',').map(text).join(', ')}]`;
    const written = of('values')
      ? [`partition_projection_values = ${list(of('values')!)}`]
      : [
          `partition_projection_format = ${text(of('format')!)}`,
          `partition_projection_range = ${list(of('range')!)}`,
          `partition_projection_interval = ${of('interval')}`,
          `partition_projection_interval_unit = ${text(of('interval.unit')!)}`,
        ];
    columns.push(
      `"${column}" VARCHAR WITH (partition_projection_type = ${text(of('type')!.toUpperCase())}, ${written.join(', ')})`,
    );
  }
  const local = (url: string) => text(url.replace('s3://', 'local:///'));
  const format = ddl.includes('PARQUET') ? 'PARQUET' : ddl.includes('DELIMITED') ? 'TEXTFILE' : 'OPENX_JSON';
  const table = [
    `format = '${format}'`,
    ...(format === 'TEXTFILE'
      ? [`textfile_field_separator = ' '`, `null_format = '-'`, 'skip_header_line_count = 1']
      : []),
    `external_location = ${local(/LOCATION '([^']+)'/.exec(ddl)![1]!)}`,
    `partitioned_by = ARRAY[${partitions.map(text).join(', ')}]`,
    `partition_projection_enabled = ${properties.get('projection.enabled')}`,
    `partition_projection_location_template = ${local(properties.get('storage.location.template')!)}`,
  ];
  return `CREATE TABLE "${name}" (\n  ${columns.join(',\n  ')}\n) WITH (${table.join(', ')})`;
}

/** A day before today as its folders: what is projected ends today, and a few days are looked through quickly. */
const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const firstDay = day(4);
const [tooEarly, earlier, later] = [5, 3, 2].map((ago) => day(ago).replaceAll('-', '/')) as [string, string, string];

const account = '111122223333';
const header = 'version account-id srcaddr dstaddr dstport action log-status start end my-field';
const rows = (...addresses: string[]) =>
  addresses.map((address) => `2 ${account} ${address} - 22 ACCEPT OK 1735689600 1735689660 x\n`).join('');

describeWith('trino', 'the views that Athena is told of', (url, files) => {
  const schema = `athena_${randomUUID().slice(0, 8)}`;

  const put = async (key: string, body: string | Buffer) => {
    const path = join(files, schema, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
  };
  const sample = (file: string) => readFile(join('ingest', file), 'utf8');
  const ask = (sql: string) => tell(url, schema, sql);

  beforeAll(async () => {
    const records = JSON.parse(await sample('cloudtrail/samples/records.json')).Records as object[];
    const [half, rest] = [records.slice(0, 2), records.slice(2)];
    const lines = (some: object[]) => some.map((record) => `${JSON.stringify(record)}\n`).join('');
    await put(`AWSLogs/${account}/CloudTrail/us-east-1/${earlier}/a.json`, lines(half));
    await put(`AWSLogs/o-abcdef1234/${account}/CloudTrail/eu-west-1/${later}/b.json`, lines(rest));
    // Outside what is projected: before the first day, and another account's.
    await put(`AWSLogs/${account}/CloudTrail/us-east-1/${tooEarly}/a.json`, lines(half));
    await put(`AWSLogs/999988887777/CloudTrail/us-east-1/${earlier}/a.json`, lines(half));

    const flows = `AWSLogs/${account}/vpcflowlogs/us-east-1/${earlier}`;
    await put(`${flows}/${account}_vpcflowlogs_us-east-1_fl-11111111_x.log`, `${header}\n${rows('203.0.113.1', '-')}`);
    await put(
      `${flows}/${account}_vpcflowlogs_us-east-1_fl-22222222_x.log`,
      'end start srcaddr\n1735689660 1735689600 203.0.113.2\n',
    );
    const hive = `AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=eu-west-1/year=${later.replace('/', '/month=').replace(/\/(?=\d+$)/, '/day=')}/hour=08/x.log.parquet`;
    await put(hive, '');
    const duckdb = await (await DuckDBInstance.create()).connect();
    await duckdb.run(
      `COPY (SELECT 5 AS version, '${account}' AS account_id, '203.0.113.3' AS srcaddr, 6::BIGINT AS protocol, 1735689600::BIGINT AS start) TO '${join(files, schema, hive)}' (FORMAT parquet)`,
    );
    duckdb.closeSync();

    const history = JSON.stringify(JSON.parse(await sample('config/samples/history.json')));
    await put(`AWSLogs/${account}/Config/us-east-1/2025/1/1/ConfigHistory/x.json`, history);
    await put(
      `AWSLogs/${account}/GuardDuty/us-east-1/${later}/x.jsonl`,
      await sample('guardduty/samples/findings.jsonl'),
    );

    const location = `s3://${schema}/AWSLogs/`;
    const of = (other: Partial<TablePlace>) => place({ location, firstDay, ...other });
    const flowsOf = (fields: string | null, other: Partial<TablePlace>) =>
      flowPlace(fields, { location, firstDay, ...other });
    const logs: Record<LogName, TablePlace[]> = {
      cloudtrail: [of({}), of({ location: `${location}o-abcdef1234/` })],
      vpcflow: [
        flowsOf(header, { flowLogs: ['fl-11111111'] }),
        flowsOf('end start srcaddr', { flowLogs: ['fl-22222222'] }),
        flowsOf(null, { hive: true }),
      ],
      config: [of({ log: 'config', service: 'Config' })],
      guardduty: [of({ log: 'guardduty', service: 'GuardDuty' })],
    };
    await ask(`CREATE SCHEMA ${schema}`);
    for (const log of logNames) {
      const { tables, view } = athenaTables(log, logs[log]);
      for (const { sql } of tables) await ask(forTrino(sql));
      await ask(view.sql);
    }
  });
  afterAll(async () => {
    await ask(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await rm(join(files, schema), { recursive: true, force: true });
  });

  test('read every place, its account, Region and day, and nothing else', async () => {
    const places = await ask(
      "SELECT p_account, p_region, p_day, COUNT(DISTINCT eventid), MIN(eventtime) <> '' FROM cloudtrail_logs GROUP BY 1, 2, 3 ORDER BY 3",
    );
    expect(places).toEqual([
      [account, 'us-east-1', earlier, 2, true],
      [account, 'eu-west-1', later, expect.any(Number), true],
    ]);
    expect(await ask(`SELECT DISTINCT p_region FROM cloudtrail_logs WHERE p_day >= '${later}'`)).toEqual([
      ['eu-west-1'],
    ]);
  });

  test('give flow logs of several headers and formats one shape', async () => {
    const found = await ask(
      'SELECT srcaddr, dstaddr, version, start, aws_account_id, aws_region, p_day FROM vpc_flow_logs ORDER BY srcaddr NULLS LAST',
    );
    const start = 1735689600;
    expect(found).toEqual([
      ['203.0.113.1', null, 2, start, account, 'us-east-1', earlier],
      ['203.0.113.2', null, null, start, account, 'us-east-1', earlier],
      ['203.0.113.3', null, 5, start, account, 'eu-west-1', later],
      [null, null, 2, start, account, 'us-east-1', earlier],
    ]);
    expect(await ask(`SELECT srcaddr FROM vpc_flow_logs WHERE p_day = '${later}'`)).toEqual([['203.0.113.3']]);
  });

  test('open AWS Config’s lists, and name GuardDuty’s findings', async () => {
    const items = JSON.parse(await sample('config/samples/history.json')).configurationItems as { ARN?: string }[];
    const arns = await ask('SELECT arn, p_region FROM aws_config_items ORDER BY arn');
    expect(arns).toEqual(items.map(({ ARN }) => [ARN, 'us-east-1']).sort());
    const ids = (await sample('guardduty/samples/findings.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect((await ask('SELECT findingid FROM guardduty_findings')).flat().sort()).toEqual(ids.sort());
  });

  const kept = allQuestions()
    .filter(({ engines }) => engines?.includes('athena') ?? true)
    .flatMap(({ id }) => preparedStatement({ bound: filled(id, 'text'), examples: [] }) ?? []);
  test.for(kept)('$name can be asked of them', async ({ sql, description }) => {
    const values = /^USING (.+?)\. /.exec(description)?.[1]?.split(', ').map(text) ?? [];
    const using = values.length > 0 ? ` USING ${values.join(', ')}` : '';
    expect(await ask(`EXECUTE IMMEDIATE ${text(sql)}${using}`)).toBeInstanceOf(Array);
  });
});
