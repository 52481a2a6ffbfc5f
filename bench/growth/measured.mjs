import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keytrail } from '../children.mjs';

const hook = pathToFileURL(join(import.meta.dirname, '..', 'peak.mjs')).href;

/** A command of keytrail with what it cost: seconds of the clock and of the processor, peak of resident memory in MB. */
export async function measured(args, scratch, { env = {}, codes = [0] } = {}) {
  const peakFile = join(scratch, 'peak');
  const hooked = { ...env, NODE_OPTIONS: `--import=${hook}`, KEYTRAIL_BENCH_PEAK: peakFile };
  const { output, seconds, cpu } = await keytrail(args, { env: hooked, codes });
  return { output, seconds, cpu, peak: Number(await readFile(peakFile, 'utf8')) / 1000 };
}

/** A row of the table: what an ingest of any size may take. */
export const limitOf = (measure, values) => ({
  measure,
  unit: 'MB',
  values,
  against: { name: 'limit', values: [400] },
  target: '≤ 1',
});
