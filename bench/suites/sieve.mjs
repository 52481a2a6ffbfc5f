import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keytrail, run } from '../children.mjs';
import { pythonWith } from '../python.mjs';
import { aws, startS3, upload } from '../services.mjs';

/** One inflates and searches, the other reads files, writes records and waits for DuckDB. */
const threads = 2;

/** All that names one key, out of a trail: against inflating alone, against everything, and against others. */
export async function sieve({ data, asked, rounds, tell }) {
  const scratch = await mkdtemp(join(tmpdir(), 'keytrail-bench-sieve-'));
  const input = await data('cloudtrail');
  const large = await data('cloudtrail', asked.cloudtrail);
  const inputs = large.records > input.records ? [input, large] : [input];
  const rows = [];
  for (const each of inputs) rows.push(...(await throughput(each, each === input, rounds, scratch)));
  rows.push(...(await firstAnswer(input, rounds, tell)), ...(await fromS3(input, rounds, scratch, tell)));
  await rm(scratch, { recursive: true });
  return rows;
}

async function keyOf({ directory }) {
  const { closure } = JSON.parse(await readFile(join(directory, 'answers.json'), 'utf8'));
  return closure[0].accessKeyId;
}

/** An ingest of all, or of what names a key, into a new file. */
async function ingested(input, source, scratch, { key, more = [] } = {}) {
  const file = join(scratch, 'x.duckdb');
  const args = ['ingest', source, '--log', 'cloudtrail', '--store', `duckdb:${file}`, '--format', 'json', ...more];
  const done = await keytrail(key ? [...args, '--only-key', key] : args, { env: aws });
  const { stored, sieved = 0 } = JSON.parse(done.output).records;
  const right = stored + sieved === input.records && (key ? stored > 0 && sieved > 0 : sieved === 0);
  if (!right) throw new Error(`${stored} of ${input.records} stored, ${sieved} passed over`);
  await rm(file);
  return done;
}

async function throughput(input, againstAll, rounds, scratch) {
  const key = await keyOf(input);
  const zcat = (atOnce) =>
    run('sh', ['-c', `printf '%s\\n' "$@" | xargs -P ${atOnce} -n 16 zcat | wc -c`, 'sh', ...input.paths]);
  const [own, one, several] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    one.push(await zcat(1));
    several.push(await zcat(threads));
    own.push(await ingested(input, input.directory, scratch, { key }));
  }
  const megabytes = Number(one[0].output) / 1e6;
  const rate = (results) => results.map(({ seconds }) => megabytes / seconds);
  const cpu = (results) => results.map((result) => (result.cpu * 1000) / megabytes);
  const of = `${input.records.toLocaleString('en-US')} events`;
  const measured = {
    measure: `one key out of ${of}, ${threads} threads, of which 1 inflates`,
    unit: 'MB/s',
    values: rate(own),
  };
  const rows = [
    { ...measured, target: '≥ 0.8', against: { name: `zcat, ${threads} processes`, values: rate(several) } },
    { ...measured, target: '≥ 0.8', against: { name: 'zcat, 1 process', values: rate(one) } },
    { measure: `its CPU, ${of}`, unit: 'ms/MB', values: cpu(own), against: { name: 'zcat', values: cpu(one) } },
  ];
  if (!againstAll) return rows;
  // Once: it takes longer than all else together, and is here for its order of magnitude.
  const all = await ingested(input, input.directory, scratch);
  return [...rows, { ...measured, against: { name: 'an ingest of all into DuckDB', values: rate([all]) } }];
}

/** What a key did, of files that nothing has been made of yet. */
async function firstAnswer(input, rounds, tell) {
  const key = await keyOf(input);
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

/** cloudgrep searches what is in a bucket, and so does keytrail here. */
async function fromS3(input, rounds, scratch, tell) {
  // What it says it needs is not on PyPI under that name.
  const needs = ['boto3', 'azure-storage-blob', 'azure-identity', 'google-cloud-storage', 'yara-python'];
  const python = await pythonWith('cloudgrep', [needs, ['--no-deps', 'cloudgrep==1.0.5']], tell);
  if (!python) return [];
  const key = await keyOf(input);
  const s3 = await startS3();
  try {
    const source = await upload(s3, input);
    const [own, other] = [[], []];
    for (let round = 0; round < rounds; round++) {
      own.push(await ingested(input, source, scratch, { key, more: ['--endpoint-url', s3.url] }));
      const args = ['-m', 'cloudgrep', '--bucket', new URL(source).host, '--query', key, '--log_type', 'cloudtrail'];
      const found = await run(python, args, { env: { ...aws, AWS_ENDPOINT_URL: s3.url } });
      if (!found.output.includes(key)) throw new Error('cloudgrep found nothing');
      other.push(found);
    }
    const seconds = (results) => results.map((result) => result.seconds);
    const against = { name: 'cloudgrep', values: seconds(other) };
    return [{ measure: 'one key out of CloudTrail, from S3', unit: 's', values: seconds(own), against }];
  } finally {
    await s3.stop();
  }
}
