import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keytrail, runScript } from '../children.mjs';

const titles = { cloudtrail: 'CloudTrail', vpcflow: 'flow rows' };
const readers = { cloudtrail: 'read_json', vpcflow: 'read_csv' };
const targets = { cloudtrail: '≥ 2.5', vpcflow: '≥ 0.8' };

/** Files into a new database, against DuckDB's own reader of the same files into a table of the same columns. */
export async function duckdb({ data, rounds }) {
  const scratch = await mkdtemp(join(tmpdir(), 'keytrail-bench-duckdb-'));
  const rows = [];
  for (const log of ['cloudtrail', 'vpcflow']) {
    const input = await data(log);
    const [own, plain] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const file = join(scratch, `${log}-${round}.duckdb`);
      const reference = await runScript('read.mjs', [log, input.directory, `${file}.plain`]);
      if (Number(reference.output) !== input.records) throw new Error(`DuckDB read ${reference.output} records`);
      plain.push(input.records / reference.seconds);
      const done = await keytrail([
        'ingest',
        input.directory,
        '--log',
        log,
        '--store',
        `duckdb:${file}`,
        '--format',
        'json',
      ]);
      const { stored } = JSON.parse(done.output).records;
      if (stored !== input.records) throw new Error(`${stored} of ${input.records} records arrived`);
      own.push(input.records / done.seconds);
      await rm(file);
      await rm(`${file}.plain`);
    }
    const against = { name: `DuckDB’s ${readers[log]}`, values: plain };
    rows.push({
      measure: `files → DuckDB, ${titles[log]}`,
      unit: 'events/s',
      values: own,
      against,
      target: targets[log],
    });
  }
  await rm(scratch, { recursive: true });
  return rows;
}
