import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { reasonOf } from '../../errors.js';
import { withoutSecret } from '../../model/location.js';
import { printable } from '../../model/printable.js';
import type { Context } from '../context.js';
import { type EngineFlags, engineOptions, enrichmentFiles, openFlaggedEngine, storeLocation } from '../settings.js';

interface Finding {
  what: string;
  ok: boolean;
  detail: string;
}

/** Events are stored without what a database would add, so its absence is worth a word and no failure. */
async function enrichments(context: Context): Promise<Finding[]> {
  const { openEnrichment } = await import('../../enrich/enrich.js');
  return openEnrichment(enrichmentFiles(context)).then(
    ({ databases }) => databases.map(({ what, detail }) => ({ what: `enrichment by ${what}`, ok: true, detail })),
    (error: unknown) => [{ what: 'enrichment', ok: false, detail: reasonOf(error) }],
  );
}

/** A file that the first ingest will make, in a folder that is there. */
function isYetToBeMade(location: string): boolean {
  if (!location.startsWith('duckdb:')) return false;
  const file = resolve(location.slice('duckdb:'.length));
  return !existsSync(file) && existsSync(dirname(file));
}

async function storeFinding(flags: EngineFlags, context: Context): Promise<Finding> {
  const location = storeLocation(flags.store, context);
  const what = `store ${withoutSecret(location)}`;
  if (isYetToBeMade(location)) return { what, ok: true, detail: 'none yet: keytrail ingest makes it' };
  try {
    const opened = await openFlaggedEngine(flags, context);
    await opened.close();
    return { what, ok: true, detail: opened.uri };
  } catch (error) {
    return { what, ok: false, detail: reasonOf(error) };
  }
}

async function findings(flags: EngineFlags, context: Context): Promise<Finding[]> {
  const { nativeInflate } = await import('../../s3/gunzip.js');
  const databases = await import('@duckdb/node-api').then(
    ({ version }) => ({ ok: true, detail: `DuckDB ${version()}` }),
    (error: unknown) => ({ ok: false, detail: `@duckdb/node-api does not load: ${reasonOf(error)}; run npm ci` }),
  );
  return [
    { what: 'node', ok: true, detail: process.version },
    { what: 'duckdb', ...databases },
    {
      what: 'zlib-sync',
      // Reading works without it, so its absence is worth a word and no failure.
      ok: true,
      detail: nativeInflate.available
        ? 'native inflate in use'
        : `not available (${nativeInflate.reason}); node:zlib is used instead`,
    },
    ...(await enrichments(context)),
    await storeFinding(flags, context),
  ];
}

export function doctorCommand(command: Command, context: Context): void {
  engineOptions(command)
    .addHelpText('after', '\nExamples:\n  keytrail doctor\n  keytrail doctor --store opensearch:https://localhost:9200')
    .action(async (flags: EngineFlags) => {
      const found = await findings(flags, context);
      for (const { what, ok, detail } of found)
        context.out(`${printable(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${detail}`)}\n`);
      if (found.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}
