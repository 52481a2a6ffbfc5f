import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { reasonOf } from '../errors.js';
import { openDuckDb } from '../stores/duckdb/index.js';
import { schemaVersion } from '../stores/duckdb/schema.js';
import type { Wait } from '../stores/store.js';
import { type Finding, fail, failed, ok } from './finding.js';
import { disk } from './machine.js';

/** The file, or where the first ingest will make it. */
export async function duckDbFindings(path: string, wait: Wait | undefined): Promise<Finding[]> {
  const what = `store duckdb:${path}`;
  const file = resolve(path);
  const folder = dirname(file);
  if (!existsSync(folder))
    return [fail(what, `${folder} does not exist`, 'Create the folder, or name another file after --store duckdb:.')];
  return [await store(what, path, file, wait), await writable(file, folder), await disk('the store', folder)];
}

async function store(what: string, path: string, file: string, wait: Wait | undefined): Promise<Finding> {
  if (!existsSync(file)) return ok(what, 'none yet: keytrail ingest makes it');
  try {
    const opened = await openDuckDb(path, 'read', wait);
    await opened.close();
    return ok(what, `schema ${schemaVersion}`);
  } catch (error) {
    return failed(what, error);
  }
}

async function writable(file: string, folder: string): Promise<Finding> {
  const place = existsSync(file) ? file : folder;
  try {
    await access(place, constants.W_OK);
    return ok('store file', `${place} can be written`);
  } catch (error) {
    return fail(
      'store file',
      `${place} can't be written: ${reasonOf(error)}`,
      'Run as its owner, or name another file.',
    );
  }
}
