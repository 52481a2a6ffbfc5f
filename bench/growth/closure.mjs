import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { credential, writeChain } from './chain.mjs';
import { measured } from './measured.mjs';

const name = (count) => count.toLocaleString('en-US');

async function measureOf(count, scratch, tell) {
  const folder = join(scratch, `chain-${count}`);
  const store = ['--store', `duckdb:${folder}.duckdb`];
  await writeChain(folder, count);
  await measured(['ingest', folder, ...store], scratch);
  const ask = async (question, flags, lines) => {
    const args = ['query', 'run', question, '--key', credential(0), ...flags, ...store, '--format', 'csv'];
    // Exit code 3: evidence is missing, such as flow logs.
    const done = await measured(args, scratch, { codes: [0, 3] });
    const rows = done.output.trimEnd().split('\n').length - 1;
    if (rows < lines) throw new Error(`${question}: ${rows} rows`);
    tell(`  ${question}, ${name(count)} credentials: ${done.cpu.toFixed(1)} s of CPU, ${done.peak.toFixed(0)} MB`);
    return done;
  };
  const chain = await ask('chain-closure', ['--limit', String(count)], count);
  const used = await ask('actions-used', ['--closure'], 1);
  await rm(folder, { recursive: true });
  await rm(`${folder}.duckdb`);
  return { chain, used };
}

/** All that was issued from a key, against a tenth as much. */
export async function closureGrowth({ most, scratch, tell }) {
  const small = await measureOf(most / 10, scratch, tell);
  const large = await measureOf(most, scratch, tell);
  const rows = { chain: 'chain-closure', used: 'actions-used --closure' };
  return Object.entries(rows).flatMap(([what, title]) => [
    {
      measure: `CPU of ${title}, ${name(most)} credentials`,
      unit: 'µs/credential',
      values: [(large[what].cpu / most) * 1e6],
      against: { name: name(most / 10), values: [(small[what].cpu / (most / 10)) * 1e6] },
      target: '≤ 1.2',
    },
    { measure: `peak memory of ${title}, ${name(most)} credentials`, unit: 'MB', values: [large[what].peak] },
  ]);
}
