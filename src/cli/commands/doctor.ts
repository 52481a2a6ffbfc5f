import type { Command } from 'commander';
import { reasonOf } from '../../errors.js';
import type { Context } from '../context.js';
import { type EngineFlags, engineOptions, openFlaggedEngine, storeLocation } from '../settings.js';

interface Finding {
  what: string;
  ok: boolean;
  detail: string;
}

async function findings(flags: EngineFlags, context: Context): Promise<Finding[]> {
  const { nativeInflate } = await import('../../s3/gunzip.js');
  const opened = await openFlaggedEngine(flags, context).then(
    async (found) => {
      await found.close();
      return { ok: true, detail: found.uri };
    },
    (error: unknown) => ({ ok: false, detail: reasonOf(error) }),
  );
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
    { what: `store ${storeLocation(flags.store, context).replace(/\/\/[^@/]*@/, '//')}`, ...opened },
  ];
}

export function doctorCommand(program: Command, context: Context): void {
  engineOptions(program.command('doctor').description('what works here and what does not')).action(
    async (flags: EngineFlags) => {
      const found = await findings(flags, context);
      for (const { what, ok, detail } of found) context.out(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${detail}\n`);
      if (found.some(({ ok }) => !ok)) process.exitCode = 1;
    },
  );
}
