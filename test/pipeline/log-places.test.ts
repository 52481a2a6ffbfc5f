import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placesOf } from '../../src/pipeline/log-places.js';
import { openSource } from '../../src/s3/source.js';
import { type SurveyScope, startOf, survey } from '../../src/s3/survey.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-places-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ids = { a: 'fl-aaaaaaaaaaaaaaaaa', b: 'fl-bbbbbbbbbbbbbbbbb', c: 'fl-ccccccccccccccccc' };

/** A file of a flow log, whose first line this is; null: Parquet. */
async function flow(account: string, region: string, id: string, header: string | null, day = '2026/03/02') {
  const name = `${account}_vpcflowlogs_${region}_${id}_20260302T0805Z_x.log${header === null ? '.parquet' : '.gz'}`;
  const path = join(folder, `AWSLogs/${account}/vpcflowlogs/${region}/${day}/${name}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, header === null ? 'PAR1' : gzipSync(`${header}\n2 1\n`));
}

async function places(scope: SurveyScope = {}) {
  const source = await openSource(folder);
  const found = await placesOf(source, 's3://logs/', await survey(source, [startOf(source)], scope), scope);
  await source.close();
  return {
    ...found,
    text: found.places.map(
      ({ header, accounts, regions, flowLogs }) =>
        `${header === null ? 'parquet' : header?.join(' ')} ${accounts} ${regions} ${flowLogs ?? 'all'}`,
    ),
  };
}

const [one, two] = ['111122223333', '444455556666'];

test('flow logs of the same fields are one place, all their files', async () => {
  await flow(one!, 'us-east-1', ids.a, 'version srcaddr');
  await flow(two!, 'eu-west-1', ids.b, 'version srcaddr');
  const found = await places();
  expect(found.text).toEqual(['version srcaddr 111122223333,444455556666 eu-west-1,us-east-1 all']);
  expect(found.places[0]).toMatchObject({ location: 's3://logs/AWSLogs/', hive: false, firstDay: '2026-03-02' });
  expect(found.leftOut).toEqual([]);
  const given = await places({ accounts: [two!, '777788889999'], regions: ['eu-west-1'], from: '2026-01-01' });
  expect(given.text).toEqual(['version srcaddr 444455556666,777788889999 eu-west-1 all']);
});

test('other fields are another place, by the flow logs’ ids; also where one took over from the other', async () => {
  await flow(one!, 'us-east-1', ids.a, 'version srcaddr', '2026/01/01');
  await flow(one!, 'us-east-1', ids.b, 'srcaddr version');
  await flow(two!, 'us-east-1', ids.c, 'version srcaddr');
  expect((await places()).text).toEqual([
    `srcaddr version 111122223333 us-east-1 ${ids.b}`,
    `version srcaddr 111122223333,444455556666 us-east-1 ${ids.a},${ids.c}`,
  ]);
});

test('no table of one format meets a file of the other', async () => {
  await flow(one!, 'us-east-1', ids.a, 'version srcaddr');
  await flow(one!, 'eu-west-1', ids.b, null);
  await flow(two!, 'us-east-1', ids.c, null);
  await flow(two!, 'eu-west-1', ids.a, 'version srcaddr');
  await flow(two!, 'eu-west-1', ids.b, null);
  const { text, leftOut } = await places();
  expect(text.sort()).toEqual([
    'parquet 111122223333 eu-west-1 all',
    'parquet 444455556666 us-east-1 all',
    `version srcaddr 111122223333 us-east-1 ${ids.a}`,
  ]);
  expect(leftOut).toEqual([
    expect.stringMatching(/^AWSLogs\/444455556666\/vpcflowlogs\/eu-west-1\/ holds text and Parquet/),
  ]);
});

test('a file that is no flow log, and a folder that is no Region, are told of and cost only themselves', async () => {
  await flow(one!, 'us-east-1', ids.a, 'version srcaddr');
  await flow(one!, 'us-east-1', ids.b, 'hello `world`');
  await flow(one!, "us'1", ids.c, 'version srcaddr');
  const { text, leftOut } = await places();
  expect(text).toEqual(['version srcaddr 111122223333 us-east-1 all']);
  expect(leftOut).toEqual([expect.stringMatching(/us'1\/" is no folder of a Region$/), expect.stringContaining(ids.b)]);
});
