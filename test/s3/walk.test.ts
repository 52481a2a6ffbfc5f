import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { logNames } from '../../src/model/event.js';
import { classify } from '../../src/s3/layout.js';
import { daysOf, outside, type Selection } from '../../src/s3/selection.js';
import { type ObjectSource, openSource } from '../../src/s3/source.js';
import { walk } from '../../src/s3/walk.js';
import { type ListServer, listServer } from './list-server.js';

const accounts = ['111122223333', '444455556666', '777788889999'];
const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'sa-east-1'];
const day = (number: number): [string, string, string] =>
  new Date(Date.UTC(2026, 0, 1 + number)).toISOString().slice(0, 10).split('-') as [string, string, string];

/** 3 accounts × 4 Regions × 90 days of CloudTrail, and its digests. */
function trail(base = 'AWSLogs/'): string[] {
  const keys: string[] = [];
  for (const account of accounts)
    for (const region of regions)
      for (let number = 0; number < 90; number++) {
        const date = day(number);
        const name = `${account}_CloudTrail_${region}_${date.join('')}T0005Z_x.json.gz`;
        keys.push(`${base}${account}/CloudTrail/${region}/${date.join('/')}/${name}`);
        keys.push(`${base}${account}/CloudTrail-Digest/${region}/${date.join('/')}/${name}`);
      }
  return keys;
}

/** What lies beside it in a bucket that has seen a lot. */
function others(): string[] {
  const keys = ['readme.txt', 'AWSLogs/', 'AWSLogs/odd/place/file.json.gz', 'AWSLogs/o-abcdefghij/notes.txt'];
  for (const number of [0, 1, 31, 58, 59, 60, 89]) {
    const [year, month, date] = day(number);
    const [account, region] = [accounts[number % 3]!, regions[number % 4]!];
    const hive = `aws-region=${region}/year=${year}/month=${month}/day=${date}/hour=05`;
    keys.push(
      `AWSLogs/${account}/vpcflowlogs/${region}/${year}/${month}/${date}/${account}_vpcflowlogs_x.log.gz`,
      `AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/${hive}/${account}_vpcflowlogs_y.log.gz`,
      `AWSLogs/${account}/Config/${region}/${year}/${Number(month)}/${Number(date)}/ConfigHistory/${account}_Config_${region}_ConfigHistory_x.json.gz`,
      `AWSLogs/${account}/Config/${region}/${year}/${month}/${date}/ConfigSnapshot/${account}_Config_${region}_ConfigSnapshot_y.json.gz`,
      `AWSLogs/${account}/CloudTrail-Insight/${region}/${year}/${month}/${date}/${account}_CloudTrail-Insight_x.json.gz`,
      `AWSLogs/${account}/CloudTrail-NetworkActivity/${region}/${year}/${month}/${date}/${account}_CloudTrail-NetworkActivity_x.json.gz`,
      `AWSLogs/${account}/GuardDuty/${region}/${year}/${month}/${date}/x.jsonl.gz`,
      `AWSLogs/${account}/elasticloadbalancing/${region}/${year}/${month}/${date}/x.log.gz`,
      `AWSLogs/o-abcdefghij/${account}/CloudTrail/${region}/${year}/${month}/${date}/${account}_CloudTrail_o.json.gz`,
      `copies/2026 march/AWSLogs/${account}/CloudTrail/${region}/${year}/${month}/${date}/${account}_CloudTrail_c.json.gz`,
    );
  }
  return keys;
}

async function walked(source: ObjectSource, selection: Selection): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of walk(source, selection)) keys.push(...page.map(({ key }) => key));
  return keys;
}

/** The logs that are wanted, by the key alone. */
const wantedOf = (keys: readonly string[], selection: Selection): string[] =>
  keys
    .filter((key) => {
      const found = classify(key);
      return (
        found.kind === 'log' &&
        selection.logs.includes(found.origin.log) &&
        outside(found.origin, selection, daysOf(selection)) === null
      );
    })
    .sort();

const everything = [...trail(), ...others()];
let folder: string;
let bucket: ListServer;
let directory: ObjectSource;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  folder = await mkdtemp(join(tmpdir(), 'keytrail-walk-'));
  for (const key of everything.filter((key) => !key.endsWith('/'))) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), '');
  }
  directory = await openSource(folder);
  bucket = await listServer(everything, 400);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await bucket.close();
  await rm(folder, { recursive: true });
});

const openBucket = (location: string) =>
  openSource(`s3://logs/${location}`, { endpointUrl: bucket.endpointUrl, region: 'us-east-1' });

test('a day out of 3 accounts × 4 Regions × 90 days: only its folders are listed', async () => {
  const server = await listServer(trail());
  const source = await openSource('s3://logs', { endpointUrl: server.endpointUrl, region: 'us-east-1' });
  const selection: Selection = { logs: logNames, from: '2026-02-10T00:00:00Z', to: '2026-02-11T00:00:00Z' };
  const keys = await walked(source, selection);
  expect(keys).toHaveLength(3 * 4 * 3);
  expect(wantedOf(keys, selection)).toEqual(wantedOf(trail(), selection));
  const listed = server.requests.filter(({ folders }) => !folders).map(({ prefix }) => prefix);
  expect(listed).toHaveLength(3 * 4 * 3);
  for (const prefix of listed) expect(prefix).toMatch(/\/CloudTrail\/[a-z0-9-]+\/2026\/02\/(09|10|11)\/$/);
  // The bucket, AWSLogs/, each account, and its CloudTrail.
  expect(server.requests.filter(({ folders }) => folders)).toHaveLength(1 + 1 + 3 + 3);
  await source.close();
  await server.close();
});

test('one account and Region: nothing is asked of the others', async () => {
  const server = await listServer(trail());
  const source = await openSource('s3://logs', { endpointUrl: server.endpointUrl, region: 'us-east-1' });
  const selection: Selection = { logs: ['cloudtrail'], accounts: [accounts[1]!], regions: ['eu-west-1'] };
  expect(await walked(source, selection)).toHaveLength(90);
  expect(server.requests.map(({ prefix }) => prefix)).toEqual([
    '',
    'AWSLogs/',
    `AWSLogs/${accounts[1]}/`,
    `AWSLogs/${accounts[1]}/CloudTrail/`,
    `AWSLogs/${accounts[1]}/CloudTrail/eu-west-1/`,
  ]);
  await source.close();
  await server.close();
});

test('without a selection the listing is flat', async () => {
  const source = await openBucket('');
  const before = bucket.requests.length;
  expect((await walked(source, { logs: logNames })).length).toBe(everything.length);
  expect(bucket.requests.slice(before).every(({ prefix, folders }) => prefix === '' && !folders)).toBe(true);
  await source.close();
});

const moments = fc
  .integer({ min: -40 * 24, max: 130 * 24 })
  .map((hours) => new Date(Date.UTC(2026, 0, 1, hours)).toISOString().replace('.000Z', 'Z'));
const selections: fc.Arbitrary<Selection> = fc
  .record({
    range: fc.uniqueArray(moments, { minLength: 2, maxLength: 2 }).map((pair) => pair.sort()),
    bounds: fc.constantFrom('none', 'from', 'to', 'both'),
    accounts: fc.subarray([...accounts, '000000000000']),
    regions: fc.subarray([...regions, 'mars-north-1']),
    logs: fc.subarray([...logNames], { minLength: 1 }),
  })
  .map(({ range: [from, to], bounds, ...rest }) => ({
    ...rest,
    ...(bounds === 'from' || bounds === 'both' ? { from: from! } : {}),
    ...(bounds === 'to' || bounds === 'both' ? { to: to! } : {}),
  }));

const locations = [
  '',
  'AWSLogs',
  'AWSLogs/',
  'AWSLogs/1111',
  `AWSLogs/${accounts[1]}`,
  `AWSLogs/${accounts[1]}/CloudTrail/`,
  `AWSLogs/${accounts[1]}/CloudTrail/eu-west-1/`,
  `AWSLogs/${accounts[1]}/CloudTrail/eu-west-1/2026/0`,
  `AWSLogs/${accounts[1]}/CloudTrail/eu-west-1/2026/02/1`,
  `AWSLogs/aws-account-id=${accounts[0]}/`,
  'AWSLogs/o-abcdefghij/',
  'copies/',
  'copies/2026 march/AWSLogs',
  'nothing/here/',
];

test('whatever is selected, from wherever in a bucket: every wanted log, once', async () => {
  await fc.assert(
    fc.asyncProperty(selections, fc.constantFrom(...locations), async (selection, location) => {
      const source = await openBucket(location);
      const keys = await walked(source, selection);
      await source.close();
      expect(new Set(keys).size).toBe(keys.length);
      const under = everything.filter((key) => key.startsWith(location));
      expect(wantedOf(keys, selection)).toEqual(wantedOf(under, selection));
    }),
    { numRuns: 40 },
  );
});

test('a directory gives the same', async () => {
  await fc.assert(
    fc.asyncProperty(selections, async (selection) => {
      const keys = await walked(directory, selection);
      expect(new Set(keys).size).toBe(keys.length);
      expect(wantedOf(keys, selection)).toEqual(wantedOf(everything, selection));
    }),
    { numRuns: 40 },
  );
});

test('a link is not followed when its path is asked for, either', async () => {
  const root = await mkdtemp(join(tmpdir(), 'keytrail-link-'));
  const days = join(root, `AWSLogs/${accounts[0]}/CloudTrail/us-east-1/2026/02`);
  await mkdir(join(days, '10'), { recursive: true });
  await writeFile(join(days, '10', 'a.json.gz'), '');
  await symlink(join(days, '10'), join(days, '11'));
  const source = await openSource(root);
  const keys = await walked(source, { logs: logNames, from: '2026-02-10T00:00:00Z', to: '2026-02-12T00:00:00Z' });
  expect(keys.map((key) => key.slice(-16))).toEqual(['02/10/a.json.gz'.padStart(16, '/')]);
  await rm(root, { recursive: true });
});

test('a listing that is refused half way is an error, not an end', async () => {
  const source = await openBucket('');
  const refusing: ObjectSource = {
    ...source,
    description: source.description,
    list: () => source.list(),
    read: () => Promise.reject(new Error('not asked')),
    close: () => source.close(),
    browse: async function* (prefix) {
      if (prefix.includes(accounts[1]!)) throw new Error('refused');
      yield* source.browse(prefix);
    },
  };
  await expect(walked(refusing, { logs: logNames, regions: ['eu-west-1'] })).rejects.toThrow('refused');
  await source.close();
});
