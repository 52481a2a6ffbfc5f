import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keytrail, run } from '../children.mjs';

/** All that names one key, out of a trail, against inflating alone. */
export async function sieve({ data, rounds }) {
  const scratch = await mkdtemp(join(tmpdir(), 'keytrail-bench-sieve-'));
  const input = await data('cloudtrail');
  const { closure } = JSON.parse(await readFile(join(input.directory, 'answers.json'), 'utf8'));
  const [own, plain] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const inflated = await run('sh', ['-c', 'zcat -- "$@" | wc -c', 'sh', ...input.paths]);
    const megabytes = Number(inflated.output) / 1e6;
    plain.push(megabytes / inflated.seconds);
    const args = ['ingest', input.directory, '--log', 'cloudtrail', '--only-key', closure[0].accessKeyId];
    const file = join(scratch, `${round}.duckdb`);
    const done = await keytrail([...args, '--store', `duckdb:${file}`, '--format', 'json']);
    const { stored, sieved } = JSON.parse(done.output).records;
    if (!(stored > 0) || stored + sieved !== input.records) throw new Error(`${stored} stored, ${sieved} passed over`);
    own.push(megabytes / done.seconds);
    await rm(file);
  }
  await rm(scratch, { recursive: true });
  const against = { name: 'zcat', values: plain };
  return [{ measure: 'one key out of CloudTrail', unit: 'MB/s', values: own, against, target: '≥ 0.8' }];
}
