import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectRun } from '../../dist/pipeline/object-run.js';
import { classify } from '../../dist/s3/layout.js';
import { openStore } from '../../dist/stores/open.js';
import { keysOf, objectOf, startBucket } from './bucket.mjs';
import { limitOf, measured } from './measured.mjs';
import { trailOf } from './reissue.mjs';

const linesPerWrite = 10_000;
const name = (count) => count.toLocaleString('en-US');

/** A store whose ledger has these objects as done. */
async function fill(keys, file) {
  const store = await openStore(`duckdb:${file}`, 'write');
  await store.prepare();
  const now = new Date('2026-04-15T00:00:00Z');
  const worker = { id: 'bench', leaseFrom: () => now.toISOString() };
  for (let at = 0; at < keys.length; at += linesPerWrite)
    await store.record(
      keys.slice(at, at + linesPerWrite).map((key) => {
        const run = new ObjectRun(objectOf(key), classify(key).origin, worker);
        run.end(null);
        return run.entry(now);
      }),
    );
  await store.close();
}

/** What keytrail takes over a bucket and a ledger of so many objects: seconds and MB by command. */
async function measureOf(count, base, scratch, tell) {
  const keys = keysOf(count);
  const file = join(scratch, `ledger-${count}.duckdb`);
  const store = ['--store', `duckdb:${file}`, '--format', 'json'];
  await fill(keys, file);
  const served = await startBucket(keys);
  const run = async (what, args, check) => {
    const done = await measured([...args, ...store], scratch, { env: served.env });
    if (!check(JSON.parse(done.output))) throw new Error(`${what}: ${done.output.slice(0, 1000)}`);
    tell(`  ${name(count)} objects, ${what}: ${done.cpu.toFixed(1)} s of CPU, ${done.peak.toFixed(0)} MB`);
    return done;
  };
  try {
    const coverage = await run('coverage', ['coverage'], ({ streams }) => streams.length > 0);
    const listing = await run(
      'listing, compared with the ledger',
      ['coverage', served.source, '--no-digests'],
      ({ source }) => source.objects.ingested === count,
    );
    const done = await run(
      'ingest of what is done',
      ['ingest', served.source],
      ({ objects }) => objects.skipped === count,
    );
    const { directory } = await trailOf(base, 1, tell);
    const few = await run('ingest of a few more', ['ingest', directory], ({ objects }) => objects.done > 0);
    return { coverage, listing, done, few };
  } finally {
    await served.stop();
    await rm(file);
  }
}

const titles = {
  coverage: 'coverage',
  listing: 'listing, compared with the ledger',
  done: 'ingest that finds all done',
  few: 'ingest of four objects more',
};

/** Ledgers and listings, against those of 100,000 objects. */
export async function ledgerGrowth({ base, most, scratch, tell }) {
  const compared = Math.min(100_000, most);
  const small = await measureOf(compared, base, scratch, tell);
  const large = await measureOf(most, base, scratch, tell);
  return [
    ...['listing', 'done'].map((what) => ({
      measure: `CPU of a ${titles[what]}, ${name(most)} objects`.replace('a ingest', 'an ingest'),
      unit: 'µs/object',
      values: [(large[what].cpu / most) * 1e6],
      against: { name: `${name(compared)} objects`, values: [(small[what].cpu / compared) * 1e6] },
      target: '≤ 1.2',
    })),
    ...['coverage', 'few'].map((what) => ({
      measure: `CPU of ${titles[what]}, ledger of ${name(most)} objects`,
      unit: 's',
      values: [large[what].cpu],
      against: { name: `${name(compared)} objects`, values: [small[what].cpu] },
    })),
    ...Object.keys(titles).map((what) =>
      limitOf(`peak memory, ${titles[what]}, ${name(most)} objects`, [large[what].peak]),
    ),
  ];
}
