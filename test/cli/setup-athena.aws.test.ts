import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  AthenaClient,
  GetNamedQueryCommand,
  GetPreparedStatementCommand,
  GetWorkGroupCommand,
  ListNamedQueriesCommand,
} from '@aws-sdk/client-athena';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allQuestions } from '../../src/queries/load.js';
import { awsOrSkip, uniquePrefix } from '../services/index.js';
import { fakeAthena, refusal } from '../stores/athena/fake-athena.js';
import { motoFront } from '../stores/athena/moto-front.js';
import { runCli } from './run-cli.js';

const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };
const sdkSettings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
};

const account = '111122223333';
const flows = `AWSLogs/${account}/vpcflowlogs/us-east-1/2026/03/02`;
const flowFile = (id: string) => `${flows}/${account}_vpcflowlogs_us-east-1_${id}_20260302T0805Z_abc.log.gz`;

/** A small bucket: CloudTrail in two Regions, flow logs of two formats in one folder. No AWS Config, no GuardDuty. */
const objects: Record<string, Buffer> = {
  [`AWSLogs/${account}/CloudTrail/us-east-1/2026/03/02/${account}_CloudTrail_us-east-1_20260302T0805Z_a.json.gz`]:
    gzipSync('{"Records":[]}'),
  [`AWSLogs/${account}/CloudTrail/eu-west-1/2026/02/27/${account}_CloudTrail_eu-west-1_20260227T0805Z_a.json.gz`]:
    gzipSync('{"Records":[]}'),
  [flowFile('fl-11111111111111111')]: gzipSync('version account-id srcaddr dstaddr start end\n2 1 - - 1 2\n'),
  [flowFile('fl-22222222222222222')]: gzipSync('srcaddr dstaddr my-field start end\n- - x 1 2\n'),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-setup-athena-'));
  for (const [key, body] of Object.entries(objects)) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), body);
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function bucketOf(endpoint: string): Promise<string> {
  const bucket = uniquePrefix('trail');
  const s3 = new S3Client({ ...sdkSettings, endpoint, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const [key, body] of Object.entries(objects))
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `logs/${key}`, Body: body }));
  s3.destroy();
  return bucket;
}

async function deleted(endpoint: string, bucket: string, key: string): Promise<void> {
  const s3 = new S3Client({ ...sdkSettings, endpoint, forcePathStyle: true });
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  s3.destroy();
}

const ofAthena = allQuestions().filter(({ engines }) => engines?.includes('athena') ?? true);
const answerable = ofAthena.filter(({ logs }) => logs.every((log) => log === 'cloudtrail' || log === 'vpcflow'));
/** One computes with a moment, for which Athena takes no parameter. */
const statementCount = answerable.length - 1;

test('a bucket is set up, and set up again; then a question is asked', async (context) => {
  const moto = awsOrSkip(context);
  const bucket = await bucketOf(moto);
  const front = await motoFront(moto);
  const workGroup = uniquePrefix('keytrail');
  const store = `athena:${workGroup}/logs`;
  const athena = new AthenaClient({ ...sdkSettings, endpoint: moto });
  const dropSecondFlowLog = () => deleted(moto, bucket, `logs/${flowFile('fl-22222222222222222')}`);
  const setup = (...more: string[]) =>
    runCli(
      ['setup', 'athena', `s3://${bucket}/logs/`, '--store', store, '--endpoint-url', front.url, ...more],
      credentials,
    );
  try {
    const without = await setup();
    expect(without).toMatchObject({ code: 2, stdout: '' });
    expect(without.stderr).toMatch(/^keytrail: there is no workgroup .* Give --results s3:\/\/BUCKET\/PREFIX/);
    front.taken();

    const first = await setup('--results', 's3://results-bucket/athena', '--max-scan', '1TB');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const lines = first.stdout.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(
        `^workgroup ${workGroup}: created; results go to s3://results-bucket/athena/; a query scans 1000 GB at the most`,
      ),
      'database logs: created',
      'table cloudtrail_logs_files_1: created',
      'view cloudtrail_logs: created',
      'table vpc_flow_logs_files_1: created',
      'table vpc_flow_logs_files_2: created',
      'view vpc_flow_logs: created',
      `named queries: ${answerable.length} created, 0 brought up to date, 0 kept as they are`,
      `prepared statements: ${statementCount} created, 0 brought up to date, 0 kept as they are`,
      'AWS Config items: none there, so no table',
      'GuardDuty findings: none there, so no table',
      `questions saved: ${answerable.length} of ${ofAthena.length}, the rest read those`,
    ]);

    const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: workGroup }));
    expect(WorkGroup?.Configuration).toMatchObject({
      ResultConfiguration: { OutputLocation: 's3://results-bucket/athena/' },
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: true,
      BytesScannedCutoffPerQuery: 1e12,
    });
    const { NamedQueryIds = [] } = await athena.send(
      new ListNamedQueriesCommand({ WorkGroup: workGroup, MaxResults: 10_000 }),
    );
    const queries = await Promise.all(
      NamedQueryIds.map(
        async (NamedQueryId) => (await athena.send(new GetNamedQueryCommand({ NamedQueryId }))).NamedQuery,
      ),
    );
    expect(queries.map((query) => query?.Name).sort()).toEqual(answerable.map(({ id }) => `keytrail: ${id}`).sort());
    const owner = queries.find((query) => query?.Name === 'keytrail: key-owner');
    expect(owner).toMatchObject({ Database: 'logs', QueryString: expect.stringContaining('FROM cloudtrail_logs') });
    const { PreparedStatement } = await athena.send(
      new GetPreparedStatementCommand({ WorkGroup: workGroup, StatementName: 'keytrail_key_owner' }),
    );
    expect(PreparedStatement).toMatchObject({
      Description: expect.stringMatching(/^USING from, to, key, first_day, last_day\. /),
    });

    const statements = front.taken().flatMap(({ action, body }) => (action === 'StartQueryExecution' ? [body] : []));
    const ddl = statements.map(({ QueryString }) => QueryString as string);
    expect(ddl[0]).toBe('CREATE DATABASE IF NOT EXISTS `logs`');
    expect(statements[0]).not.toHaveProperty('QueryExecutionContext');
    expect(ddl[1]).toContain(`LOCATION 's3://${bucket}/logs/AWSLogs/'`);
    expect(ddl[1]).toContain("'projection.p_day.range'='2026/02/27,NOW'");
    expect(ddl[1]).toContain("'projection.p_region.values'='eu-west-1,us-east-1'");
    expect(ddl.at(-1)).toContain(`regexp_like("$path", '_(fl-22222222222222222)_')`);

    const again = await setup();
    expect(again).toMatchObject({ code: 0, stderr: '' });
    for (const line of again.stdout.split('\n').slice(0, 7)) expect(line).toContain('kept as it is');
    expect(again.stdout).toContain('results go to s3://results-bucket/athena/');
    expect(again.stdout).toContain(
      `named queries: 0 created, 0 brought up to date, ${answerable.length} kept as they are`,
    );
    const sent = front.taken().map(({ action, body }) => `${action} ${String(body.QueryString).slice(0, 22)}`);
    expect(sent.filter((line) => /^(Create|Update|StartQueryExecution (DROP|CREATE (EXT|DAT)))/.test(line))).toEqual(
      [],
    );

    const later = await setup('--from', '2026-03-01', '--regions', 'us-east-1');
    expect(later.stdout).toContain('table cloudtrail_logs_files_1: brought up to date');
    expect(later.stdout).toContain('view cloudtrail_logs: brought up to date');

    await dropSecondFlowLog();
    const fewer = await setup();
    expect(fewer.stdout).toContain('table vpc_flow_logs_files_2: dropped, nothing lies there any more');
    front.taken();

    const asked = await runCli(
      [
        'query',
        'run',
        'key-owner',
        '--key',
        'AKIAIOSFODNN7EXAMPLE',
        '--from',
        '2026-03-01',
        '--store',
        store,
        '--endpoint-url',
        front.url,
      ],
      credentials,
    );
    expect(asked.code).toBe(0);
    // What setup makes is what `query run` prunes by.
    const [start] = front.taken().filter(({ action }) => action === 'StartQueryExecution');
    expect(start?.body.QueryString).toContain('p_day >= ?');
    expect(start?.body.ExecutionParameters).toContain("'2026/02/28'");

    front.addTable('vpc_flow_logs');
    const foreign = await setup();
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toMatch(
      /the database logs has a table vpc_flow_logs that keytrail did not make\. Name another/,
    );
  } finally {
    athena.destroy();
    await front.close();
  }
}, 60_000);

test('--print shows the SQL and the requests of a directory’s copy, and asks nobody', async () => {
  const { code, stdout, stderr } = await runCli([
    'setup',
    'athena',
    folder,
    '--store',
    'athena:primary/logs',
    '--print',
  ]);
  expect(code).toBe(0);
  expect(stderr).toContain('AWS Config items: none there, so no table\n');
  for (const line of [
    'CreateWorkGroup',
    'CREATE DATABASE IF NOT EXISTS `logs`;',
    'CREATE EXTERNAL TABLE IF NOT EXISTS `cloudtrail_logs_files_1` (',
    'CREATE OR REPLACE VIEW "vpc_flow_logs" AS',
    '  "Name": "keytrail: key-owner",',
    '  "StatementName": "keytrail_key_owner",',
  ])
    expect(stdout.split('\n')).toContain(line);
  expect(stdout).toContain("LOCATION 's3://BUCKET/AWSLogs/'");
});

describe('what Athena refuses', () => {
  const setup = (url: string) =>
    runCli(['setup', 'athena', `s3://trail/`, '--store', 'athena:primary/logs', '--endpoint-url', url], credentials);

  test('a statement that fails is named, with Athena’s reason', async (context) => {
    const bucket = await bucketOf(awsOrSkip(context));
    const server = await fakeAthena(({ action }) => {
      if (action === 'GetWorkGroup') return { body: { WorkGroup: { Name: 'primary' } } };
      if (action === 'StartQueryExecution') return { body: { QueryExecutionId: 'q-1' } };
      if (action === 'GetQueryExecution')
        return {
          body: { QueryExecution: { Status: { State: 'FAILED', StateChangeReason: 'FAILED: ParseException' } } },
        };
      return refusal('MetadataException', 'EntityNotFoundException: none');
    });
    try {
      const { code, stdout, stderr } = await runCli(
        ['setup', 'athena', `s3://${bucket}/`, '--store', 'athena:primary/logs'],
        { ...credentials, AWS_ENDPOINT_URL_S3: awsOrSkip(context), AWS_ENDPOINT_URL_ATHENA: server.url },
      );
      expect(code).toBe(1);
      expect(stdout).toMatch(/^workgroup primary: kept as it is; IT HAS NO PLACE FOR RESULTS, set one; NO LIMIT/);
      expect(stderr).toMatch(/could not answer the database logs: FAILED: ParseException/);
    } finally {
      await server.close();
    }
  });

  test('nothing is there to be asked', async (context) => {
    const { code, stderr } = await setup(awsOrSkip(context));
    expect(code).toBe(1);
    expect(stderr).toContain('bucket trail');
  });
});

test.each([
  [['x'], /Athena reads buckets, and "x" is none/],
  [['s3://b', '--store', 'duckdb:x'], /needs an Athena store/],
  [['s3://b', '--results', 'somewhere'], /Give a place in a bucket/],
  [['s3://b', '--max-scan', '1MB'], /10MB or more/],
  [['s3://b', '--max-scan', 'much'], /is no size/],
  [['s3://b', '--accounts', '12'], /--accounts names "12"/],
  [['s3://b', '--regions', "us'1"], /--regions names/],
  [['s3://b', '--from', 'soon'], /no time/],
  [[], /missing required argument/],
])('%j is wrong use', async (args, message) => {
  const { code, stdout, stderr } = await runCli(['setup', 'athena', '--store', 'athena:primary/logs', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
