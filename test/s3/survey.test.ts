import { afterEach, expect, test, vi } from 'vitest';
import { openSource } from '../../src/s3/source.js';
import { type SurveyScope, startOf, survey } from '../../src/s3/survey.js';
import { listServer } from './list-server.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

const trail = (top: string, account: string, region: string, day: string) =>
  `${top}${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_20260302T0805Z_abc.json.gz`;
const flow = (top: string, account: string, region: string, day: string, id = 'fl-0123456789abcdef0') =>
  `${top}${account}/vpcflowlogs/${region}/${day}/${account}_vpcflowlogs_${region}_${id}_20260302T0805Z_abc.log.gz`;

/** What a survey finds below the starts, in short, and what it asked for. */
async function found(keys: readonly string[], scope: SurveyScope = {}, ...prefixes: string[]) {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
  const server = await listServer(keys);
  const source = await openSource(`s3://logs/${prefixes[0] ?? ''}`, {
    region: 'us-east-1',
    endpointUrl: server.endpointUrl,
  });
  try {
    const folders = await survey(source, prefixes.length > 0 ? prefixes : [startOf(source)], scope);
    expect(server.requests.filter(({ folders: byFolder }) => !byFolder)).toEqual([]);
    return {
      folders,
      requests: server.requests.map(({ prefix }) => prefix),
      text: folders.map(
        ({ log, base, service, hive, streams, firstDay }) =>
          `${log} ${base}${service}${hive ? ' hive' : ''} ${streams.map(({ account, region }) => `${account}:${region}`).join(' ')} ${firstDay}`,
      ),
    };
  } finally {
    await source.close();
    await server.close();
  }
}

test('a single account: its logs, Regions and first days', async () => {
  const { text } = await found([
    trail('AWSLogs/', '111122223333', 'us-east-1', '2026/03/02'),
    trail('AWSLogs/', '111122223333', 'eu-west-1', '2025/11/30'),
    trail('AWSLogs/', '111122223333', 'eu-west-1', '2025/12/01'),
    'AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2020/01/01/x.json.gz',
    'AWSLogs/111122223333/Config/ConfigWritabilityCheckFile',
    'AWSLogs/111122223333/Config/us-east-1/2026/3/2/ConfigHistory/x.json.gz',
    'AWSLogs/111122223333/GuardDuty/us-east-1/2026/03/02/x.jsonl.gz',
    'AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/03/02/x.log',
    'other/thing.txt',
  ]);
  expect(text).toEqual([
    'cloudtrail AWSLogs/CloudTrail 111122223333:eu-west-1 111122223333:us-east-1 2025-11-30',
    'config AWSLogs/Config 111122223333:us-east-1 2026-03-02',
    'guardduty AWSLogs/GuardDuty 111122223333:us-east-1 2026-03-02',
  ]);
});

test('an organisation behind Control Tower’s prefix, and accounts beside it', async () => {
  const keys = [
    trail('o-abcdef1234/AWSLogs/o-abcdef1234/', '111122223333', 'us-east-1', '2026/03/02'),
    trail('o-abcdef1234/AWSLogs/o-abcdef1234/', '444455556666', 'us-east-1', '2026/03/01'),
    trail('o-abcdef1234/AWSLogs/', '999988887777', 'us-east-1', '2026/02/01'),
  ];
  const all = [
    'cloudtrail o-abcdef1234/AWSLogs/CloudTrail 999988887777:us-east-1 2026-02-01',
    'cloudtrail o-abcdef1234/AWSLogs/o-abcdef1234/CloudTrail 111122223333:us-east-1 444455556666:us-east-1 2026-03-01',
  ];
  expect((await found(keys)).text).toEqual(all);
  // The location may end within a name, and one may lie below another.
  const part = await found(keys, {}, 'o-abcdef1234/AWS', 'o-abcdef1234/AWSLogs/o-abcdef1234/111122223333/');
  expect(part.text).toEqual(all);
  const one = await found(keys, {}, 'o-abcdef1234/AWSLogs/o-abcdef1234/111122223333/CloudTrail/');
  expect(one.text).toEqual([
    'cloudtrail o-abcdef1234/AWSLogs/o-abcdef1234/CloudTrail 111122223333:us-east-1 2026-03-02',
  ]);
});

test('flow logs: Hive-style folders, hours, and a file of each flow log on the first and last day', async () => {
  const hive = 'AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=us-east-1/';
  const { folders, text } = await found([
    flow('AWSLogs/', '111122223333', 'us-east-1', '2026/01/01', 'fl-11111111111111111'),
    flow('AWSLogs/', '111122223333', 'us-east-1', '2026/02/01', 'fl-22222222222222222'),
    flow('AWSLogs/', '111122223333', 'us-east-1', '2026/03/01/07', 'fl-33333333333333333'),
    flow('AWSLogs/', '111122223333', 'us-east-1', '2026/03/01/08', 'fl-44444444444444444'),
    `${hive}year=2026/month=03/day=02/hour=08/111122223333_vpcflowlogs_us-east-1_fl-55555555555555555_20260302T0800Z_a.log.parquet`,
  ]);
  expect(text).toEqual([
    'vpcflow AWSLogs/vpcflowlogs 111122223333:us-east-1 2026-01-01',
    'vpcflow AWSLogs/vpcflowlogs hive 111122223333:us-east-1 2026-03-02',
  ]);
  const samples = folders.map(({ streams }) => streams[0]!.samples.map(({ key }) => /fl-\d+/.exec(key)?.[0]));
  expect(samples).toEqual([['fl-44444444444444444', 'fl-11111111111111111'], ['fl-55555555555555555']]);
});

test('accounts, Regions and the first day that are given are not looked for', async () => {
  const keys = ['111122223333', '444455556666'].flatMap((account) =>
    ['us-east-1', 'eu-west-1'].map((region) => trail('AWSLogs/', account, region, '2026/03/02')),
  );
  const { text, requests } = await found(keys, {
    accounts: ['111122223333'],
    regions: ['eu-west-1', 'af-south-1'],
    from: '2026-02-01',
  });
  expect(text).toEqual(['cloudtrail AWSLogs/CloudTrail 111122223333:af-south-1 111122223333:eu-west-1 2026-02-01']);
  expect(requests).toEqual(['', 'AWSLogs/', 'AWSLogs/111122223333/']);
});

test('a bucket of thousands of folders is not walked through', async () => {
  const keys = Array.from({ length: 1001 }, (_, at) => `folder-${at}/file`);
  await expect(found(keys)).rejects.toMatchObject({
    code: 'usage',
    hint: 'Name the prefix that AWSLogs/ lies below.',
  });
});
