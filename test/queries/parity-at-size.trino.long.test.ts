import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { closureOf } from '../../src/queries/closure.js';
import { generateScenario } from '../../src/scenario/index.js';
import { describeWith } from '../services/index.js';
import { type Folder, overFiles, tell } from '../stores/trino/over-files.js';
import { rowsOf } from './cases.js';

const events = 100_000;
const flows = 100_000;

interface Answers {
  closure: unknown;
  questions: Record<string, { params: Record<string, string>; keyIds: string[]; rows: unknown }[]>;
}

describeWith('trino', 'Trino', (url, files) => {
  const run = `size_${randomUUID().slice(0, 8)}`;
  afterAll(async () => {
    await tell(url, run, `DROP SCHEMA IF EXISTS ${run} CASCADE`);
    await rm(join(files, run), { recursive: true, force: true });
  });

  /** The folders of a log by account and Region: that is how flow logs differ in their fields. */
  const foldersOf = (name: string): string[] =>
    readdirSync(join(files, run, 'AWSLogs'))
      .map((account) => `${run}/AWSLogs/${account}/${name}`)
      .filter((folder) => existsSync(join(files, folder)))
      .flatMap((folder) => readdirSync(join(files, folder)).map((region) => `${folder}/${region}`));

  function withHeader(folder: string): Folder {
    const names = readdirSync(join(files, folder), { recursive: true, encoding: 'utf8' });
    const first = names.find((name) => name.endsWith('.gz'))!;
    const [header = ''] = gunzipSync(readFileSync(join(files, folder, first)))
      .toString()
      .split('\n');
    return { folder, header };
  }

  test('100,000 events and as many flow rows where they lie: the known answers', async () => {
    const scenario = await generateScenario({ directory: join(files, run), seed: 5, events, flows });
    const answers: Answers = JSON.parse(readFileSync(scenario.answers, 'utf8'));
    const engine = await overFiles(url, files, run, {
      cloudtrail: foldersOf('CloudTrail').map((folder) => ({ folder })),
      vpcflow: foldersOf('vpcflowlogs').map(withHeader),
    });
    for (const [table, rows] of [
      ['cloudtrail_logs', events],
      ['vpc_flow_logs', flows],
    ] as const)
      expect(await tell(url, run, `SELECT count(*) FROM ${table}`), table).toEqual([[rows]]);
    for (const [id, asked] of Object.entries(answers.questions))
      for (const { params, keyIds, rows } of asked)
        expect(await rowsOf(engine, id, { ...params, ...(keyIds.length > 0 ? { key: keyIds } : {}) }), id).toEqual(
          rows,
        );
    const { credentials } = await closureOf(engine, scenario.incident.keyId);
    expect(
      credentials.map(({ accessKeyId, parent, depth, eventName, issuedArn }) => ({
        accessKeyId,
        parent,
        depth,
        eventName,
        issuedArn,
      })),
    ).toEqual(answers.closure);
    await engine.close();
  });
});
