/**
 * node bench/memory.mjs [--quick] [--only TEXT]: the peak of resident memory of `keytrail ingest`, case by case.
 * Exit code 1 when a case takes more than its limit or loses a record. See bench/README.md.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../scripts/fresh.mjs';
import { casesOf } from './cases.mjs';
import { MB, writers } from './inputs.mjs';
import { measure } from './measure.mjs';
import { startSlowStore } from './slow-store.mjs';

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string', default: '' } } });
buildIfStale();
const scratch = await mkdtemp(join(tmpdir(), 'keytrail-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const seconds = (since) => ((performance.now() - since) / 1000).toFixed(0);
const say = (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

const folders = new Map();

/** Makes a case's objects, or finds those that an earlier case made. */
async function inputOf({ writer, objects, bytes }) {
  const name = `${writer}-${objects}`;
  if (!folders.has(name)) {
    const folder = join(scratch, name);
    const began = performance.now();
    let records = 0;
    for (let number = 0; number < objects; number++) records += await writers[writer](folder, number, bytes);
    say(`wrote ${objects} × ${bytes / MB} MB (inflated) of ${writer} in ${seconds(began)} s`);
    folders.set(name, { folder, records });
  }
  return folders.get(name);
}

async function run(wanted) {
  const { folder, records } = await inputOf(wanted);
  const store = wanted.store === 'duckdb' ? null : await startSlowStore();
  const file = join(scratch, 'x.duckdb');
  try {
    const location = store ? `opensearch:${store.url}` : `duckdb:${file}`;
    const only = wanted.onlyKey ? ['--only-key', wanted.onlyKey] : [];
    const args = [folder, '--store', location, '--concurrency', String(wanted.objects), ...only];
    const found = await measure(args, scratch, (line) => say(`  ${line}`));
    const { read, stored, duplicates, deadLettered, sieved = 0 } = found.summary.records;
    const whole =
      read + sieved === records &&
      sieved > 0 === (wanted.onlyKey !== undefined) &&
      read === stored + duplicates + deadLettered &&
      deadLettered === (wanted.rejected ? records : 0) &&
      found.summary.objects.done === wanted.objects &&
      (store === null || store.written() >= stored);
    return { ...wanted, peak: found.peakKb / 1000, seconds: found.seconds, records: read + sieved, whole };
  } finally {
    await store?.stop();
    await rm(file, { force: true });
    await rm(`${file}.wal`, { force: true });
  }
}

const results = [];
for (const wanted of casesOf(values.quick ?? false).filter(({ name }) => name.includes(values.only))) {
  say(wanted.name);
  const result = await run(wanted);
  say(
    `  peak ${result.peak.toFixed(0)} MB of ${wanted.limit}, ${result.records} records, ${result.seconds.toFixed(0)} s`,
  );
  results.push(result);
}

const verdict = ({ peak, limit, whole }) => (!whole ? 'records lost' : peak < limit ? 'ok' : 'over');
console.log(`\nNode ${process.versions.node}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n`);
console.log('| case | records | limit, MB | peak, MB | | seconds |\n|---|---:|---:|---:|---|---:|');
for (const result of results)
  console.log(
    `| ${result.name} | ${result.records.toLocaleString('en-US')} | ${result.limit} | ${result.peak.toFixed(0)} | ${verdict(result)} | ${result.seconds.toFixed(0)} |`,
  );
if (results.some((result) => verdict(result) !== 'ok')) process.exitCode = 1;
