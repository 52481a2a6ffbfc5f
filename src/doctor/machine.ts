import { statfs } from 'node:fs/promises';
import type { DatabaseFiles } from '../enrich/databases.js';
import { reasonOf } from '../errors.js';
import { nativeInflate } from '../s3/gunzip.js';
import { type Finding, fail, failed, ok, warn } from './finding.js';

/** Lowest that package.json's `engines` takes. */
const leastNode = [20, 19] as const;

const megabyte = 1_000_000;
const scarce = 1000 * megabyte;
const none = 100 * megabyte;

const nodeFix = 'Install Node 20.19 or newer from nodejs.org or your distribution.';

export function nodeVersion(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  return enough ? ok('node', `v${version}`) : fail('node', `v${version} is too old`, nodeFix);
}

/** DuckDB, and the native inflate that reading does without. */
export async function modules(): Promise<Finding[]> {
  const duckdb = await import('@duckdb/node-api').then(
    ({ version }) => ok('duckdb', `DuckDB ${version()}`),
    (error: unknown) => fail('duckdb', `@duckdb/node-api does not load: ${reasonOf(error)}`, 'Run npm ci.'),
  );
  const zlib = nativeInflate.available
    ? ok('zlib-sync', 'native inflate in use')
    : warn(
        'zlib-sync',
        `not available (${nativeInflate.reason}); node:zlib is used instead, which is slower`,
        'Install a C++ compiler, make and Python 3, then run npm rebuild zlib-sync.',
      );
  return [duckdb, zlib];
}

/** Events are stored without what a database would add, so its absence is worth a word and no failure. */
export async function databases(files: DatabaseFiles): Promise<Finding[]> {
  const { openEnrichment } = await import('../enrich/enrich.js');
  try {
    const opened = await openEnrichment(files);
    return opened.databases.map(({ what, detail }) => ok(`enrichment by ${what}`, detail));
  } catch (error) {
    return [failed('enrichment', error)];
  }
}

/** Free space of the disk that a folder is on. */
export async function disk(what: string, folder: string): Promise<Finding> {
  const name = `disk of ${what}`;
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${folder} has ${Math.floor(free / megabyte).toLocaleString('en-US')} MB free`;
    const fix = 'Make room there, or name a place on another disk.';
    if (free < none) return fail(name, detail, fix);
    return free < scarce ? warn(name, detail, fix) : ok(name, detail);
  } catch (error) {
    return fail(name, `${folder} can't be looked at: ${reasonOf(error)}`, 'Name a folder that is there.');
  }
}
