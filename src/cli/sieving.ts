import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeytrailError } from '../errors.js';
import type { Scope } from '../model/question.js';
import type { Sieve } from '../pipeline/sieve.js';
import { closureOf } from '../queries/closure.js';
import { questionById } from '../queries/load.js';
import { bindQuestion, members } from '../queries/parameters.js';
import type { Store } from '../stores/store.js';
import type { Context } from './context.js';
import { ingestProgress } from './output/progress.js';
import { awsSettings, type EngineFlags, openFlaggedStore } from './settings.js';

/** A sieve for the keys given by flag or argument, which follows what was issued from them as every answer does. */
export async function sieveFor(keys: readonly string[], context: Context): Promise<Sieve> {
  const { Sieve } = await import('../pipeline/sieve.js');
  // Any question that takes keys checks them.
  const { scope } = bindQuestion(questionById('key-owner'), { key: members(keys) }, context.now());
  return new Sieve({
    keyIds: scope.keyIds,
    descendants: async (store, keyIds) => {
      const found: string[] = [];
      for (const keyId of keyIds)
        found.push(...(await closureOf(store, keyId)).credentials.map(({ accessKeyId }) => accessKeyId));
      return found;
    },
  });
}

const timeLike = /^(\d{1,6}[mhdw]|\d{4}-\d{2}-\d{2}.*)$/;

/** Whether the value of --from says where logs are, rather than when a time range begins. */
export const isLocation = (text: string): boolean =>
  !timeLike.test(text) && (/[\\/]/.test(text) || text === '.' || text === '..' || existsSync(text));

/** What a sieve found, to be asked; the file is deleted on `release` unless a store was named. */
export interface Sifted {
  store: Store;
  temporary: boolean;
  release(): Promise<void>;
}

/** Reads what names one of the keys, or one issued from it, into the store named by flag or a temporary one. */
export async function sift(
  keyIds: readonly string[],
  location: string,
  scope: Scope,
  flags: EngineFlags,
  context: Context,
): Promise<Sifted> {
  const { openSource } = await import('../s3/source.js');
  const { ingest } = await import('../pipeline/ingest.js');
  const { namingLogs } = await import('../pipeline/sieve.js');
  const sieve = await sieveFor(keyIds, context);
  const source = await openSource(location, awsSettings(flags, context));
  const folder = flags.store === undefined ? await mkdtemp(join(tmpdir(), 'keytrail-sieve-')) : null;
  let store: Store | undefined;
  const release = async (): Promise<void> => {
    await store?.close();
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  const progress = ingestProgress(context);
  try {
    store = await openFlaggedStore(
      folder === null ? flags.store : `duckdb:${join(folder, 'x.duckdb')}`,
      context,
      flags,
    );
    const { from, to, accounts, regions } = scope;
    const summary = await ingest({
      source,
      store,
      sieve,
      logs: namingLogs,
      // The defaults of a scope stand for no bound at all.
      select: { accounts, regions, ...(from > '0001-01-02' ? { from } : {}), ...(to < '9999' ? { to } : {}) },
      now: context.now,
      onProgress: progress.update,
      signal: context.signal,
    });
    if (context.signal.aborted)
      throw new KeytrailError('interrupted', 'stopped before all logs were read', {
        hint: 'Run the same command again; with --store duckdb:FILE it goes on where it stopped.',
      });
    const { objects, records } = summary;
    context.note(`${objects.done} log objects read; ${records.read} records name the key or one issued from it\n`);
    if (objects.failed + records.deadLettered > 0) process.exitCode = 3;
    return { store, temporary: folder !== null, release };
  } catch (error) {
    await release();
    throw error;
  } finally {
    progress.stop();
    await source.close();
  }
}
