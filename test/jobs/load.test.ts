import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { loadJob } from '../../src/jobs/load.js';
import { logNames } from '../../src/model/event.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-jobs-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusal(yaml: string): Promise<KeytrailError> {
  const file = join(folder, 'bad.yaml');
  await writeFile(file, yaml);
  try {
    loadJob(file);
  } catch (error) {
    if (error instanceof KeytrailError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

test('the example is a job, and says that it is an example', () => {
  expect(loadJob('example')).toMatchObject({ source: expect.stringContaining('s3://example-'), follow: true });
  expect(readFileSync('ingest/jobs/example.yaml', 'utf8')).toMatch(/^# An example/);
});

test('a job by path, with everything that one may hold', async () => {
  const job = {
    source: 's3://trail/prefix',
    log: 'vpcflow',
    store: 'duckdb:flows.duckdb',
    queue: 'https://sqs.eu-central-1.amazonaws.com/111122223333/q',
    follow: true,
    every: '5m',
    from: '7d',
    to: '2026-03-02',
    accounts: ['111122223333'],
    regions: ['eu-central-1'],
    profile: 'security',
    region: 'eu-central-1',
    endpointUrl: 'http://127.0.0.1:5000',
    schedule: '*/15 * * * *',
  };
  const file = join(folder, 'all.yaml');
  await writeFile(file, JSON.stringify(job));
  expect(loadJob(file)).toEqual(job);
});

test('the schema knows the logs that keytrail reads', () => {
  const schema = JSON.parse(readFileSync('ingest/jobs/schema.json', 'utf8'));
  expect(schema.properties.log.enum).toEqual([...logNames]);
});

describe('a job that is not as it should be is refused by file and key', () => {
  const good = 'source: s3://trail\nstore: duckdb:x.duckdb\n';
  const cases: [string, string, RegExp][] = [
    ['no YAML', '{', /bad\.yaml: /],
    ['no map', '- 1', /bad\.yaml: the job must be object/],
    ['nothing', '', /the job must be object/],
    ['no source', 'store: duckdb:x', /the job lacks source/],
    ['no store', 'source: s3://trail', /the job lacks store/],
    ['an unknown key', `${good}queu: x`, /unknown key "queu"/],
    ['another log', `${good}log: syslog`, /log must be one of cloudtrail, vpcflow/],
    ['a store that keeps nothing', 'source: s3://trail\nstore: athena:w/d', /store is malformed \(duckdb:FILE/],
    ['an interval without a unit', `${good}every: 60`, /every must be string/],
    ['an interval of nothing', `${good}every: 0s`, /every is malformed/],
    ['an account as a number', `${good}accounts: [111122223333]`, /accounts\.0 must be string/],
    ['follow as a word', `${good}follow: "yes"`, /follow must be boolean/],
  ];
  test.for(cases)('%s', async ([, yaml, said]) => {
    const error = await refusal(yaml);
    expect(error.message).toMatch(said);
    expect(error.message).toContain('bad.yaml');
    expect(error.message).not.toContain('\n');
    expect(error.hint).toMatch(/schema\.json/);
  });

  test('a password in the store is refused, and not repeated', async () => {
    const error = await refusal('source: s3://trail\nstore: opensearch:https://admin:hunter2@localhost:9200\n');
    expect(error.message).toMatch(/KEYTRAIL_OPENSEARCH_USERNAME/);
    expect(`${error.message} ${error.hint}`).not.toContain('hunter2');
  });
});

test('an unknown name tells the known ones', () => {
  expect(() => loadJob('nightly')).toThrow(
    expect.objectContaining({ code: 'usage', hint: expect.stringContaining('example') }),
  );
});
