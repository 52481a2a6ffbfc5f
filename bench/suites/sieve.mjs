import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { keytrail, run } from '../children.mjs';
import { pythonWith } from '../python.mjs';
import { aws, startS3, upload } from '../services.mjs';

/** As many as keytrail inflates in. */
const threads = Math.min(availableParallelism(), 4);

/** All that names one key, out of a trail: against inflating alone, against everything, and against others. */
export async function sieve({ data, rounds, tell }) {
  const scratch = await mkdtemp(join(tmpdir(), 'keytrail-bench-sieve-'));
  const input = await data('cloudtrail');
  const { closure } = JSON.parse(await readFile(join(input.directory, 'answers.json'), 'utf8'));
  const key = closure[0].accessKeyId;
  const zcat = (atOnce) =>
    run('sh', ['-c', `printf '%s\\n' "$@" | xargs -P ${atOnce} -n 16 zcat | wc -c`, 'sh', ...input.paths]);
  const ingest = async (source, more, check) => {
    const file = join(scratch, 'x.duckdb');
    const args = ['ingest', source, '--log', 'cloudtrail', '--store', `duckdb:${file}`, '--format', 'json', ...more];
    const done = await keytrail(args, { env: aws });
    const { stored, sieved = 0 } = JSON.parse(done.output).records;
    if (!check(stored) || stored + sieved !== input.records) throw new Error(`${stored} stored, ${sieved} passed over`);
    await rm(file);
    return done;
  };
  const only = ['--only-key', key];
  const some = (stored) => stored > 0 && stored < input.records;
  const results = { own: [], one: [], several: [], full: [] };
  for (let round = 0; round < rounds; round++) {
    results.one.push(await zcat(1));
    results.several.push(await zcat(threads));
    results.own.push(await ingest(input.directory, only, some));
    // It takes as long as all else together, and is here for its order of magnitude.
    if (round === 0) results.full.push(await ingest(input.directory, [], (stored) => stored === input.records));
  }
  const megabytes = Number(results.one[0].output) / 1e6;
  const rate = (name) => results[name].map(({ seconds }) => megabytes / seconds);
  const cpu = (name) => results[name].map((result) => (result.cpu * 1000) / megabytes);
  const measure = `one key out of CloudTrail, ${threads} threads`;
  const rows = [
    {
      measure,
      unit: 'MB/s',
      values: rate('own'),
      target: '≥ 0.8',
      against: { name: `zcat, ${threads} processes`, values: rate('several') },
    },
    { measure, unit: 'MB/s', values: rate('own'), against: { name: 'zcat, 1 process', values: rate('one') } },
    { measure: 'its CPU', unit: 'ms/MB', values: cpu('own'), against: { name: 'zcat', values: cpu('one') } },
    {
      measure,
      unit: 'MB/s',
      values: rate('own'),
      against: { name: 'a full ingest into DuckDB', values: rate('full') },
    },
  ];
  rows.push(
    ...(await firstAnswer(input, key, rounds, tell)),
    ...(await fromS3(input, only, rounds, tell, ingest, some)),
  );
  await rm(scratch, { recursive: true });
  return rows;
}

/** What a key did, of files that nothing has been made of yet. */
async function firstAnswer(input, key, rounds, tell) {
  const python = await pythonWith('chdb', [['chdb==4.4.0']], tell);
  const script = join(import.meta.dirname, '..', 'chdb-actions.py');
  const [own, other] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const args = ['query', 'run', 'actions-used', '--key', key, '--from', input.directory, '--format', 'ndjson'];
    const answer = await keytrail(args);
    own.push(answer);
    if (!python) continue;
    const theirs = await run(python, [script, input.directory, key]);
    other.push(theirs);
    const rowsOf = ({ output }) =>
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const ours = rowsOf(answer).map(({ event_source, event_name, events }) => [event_source, event_name, events]);
    const found = rowsOf(theirs).map(([source, name, count]) => [source, name, Number(count)]);
    if (JSON.stringify(ours) !== JSON.stringify(found)) throw new Error('chdb and keytrail differ in what the key did');
  }
  const row = (measure, unit, of) => ({
    measure,
    unit,
    values: own.map(of),
    ...(python ? { against: { name: 'chdb', values: other.map(of) } } : {}),
  });
  return [
    {
      ...row('first answer for one key, from files', 's', ({ seconds }) => seconds),
      ...(python ? { target: '≤ 0.67' } : {}),
    },
    row('its CPU', 's', ({ cpu }) => cpu),
  ];
}

/** cloudgrep loads what is in a bucket, and so does keytrail here. */
async function fromS3(input, only, rounds, tell, ingest, some) {
  // What it says it needs is not on PyPI under that name.
  const needs = ['boto3', 'azure-storage-blob', 'azure-identity', 'google-cloud-storage', 'yara-python'];
  const python = await pythonWith('cloudgrep', [needs, ['--no-deps', 'cloudgrep==1.0.5']], tell);
  if (!python) return [];
  const s3 = await startS3();
  try {
    const source = await upload(s3, input);
    const bucket = source.split('/')[2];
    const [own, other] = [[], []];
    for (let round = 0; round < rounds; round++) {
      own.push(await ingest(source, [...only, '--endpoint-url', s3.url], some));
      const args = ['-m', 'cloudgrep', '--bucket', bucket, '--query', only[1], '--log_type', 'cloudtrail'];
      const found = await run(python, args, { env: { ...aws, AWS_ENDPOINT_URL: s3.url } });
      if (!found.output.includes(only[1])) throw new Error('cloudgrep found nothing');
      other.push(found);
    }
    const seconds = (results) => results.map((result) => result.seconds);
    const against = { name: 'cloudgrep', values: seconds(other) };
    return [{ measure: 'one key out of CloudTrail, from S3', unit: 's', values: seconds(own), against }];
  } finally {
    await s3.stop();
  }
}
