import type { Command } from 'commander';
import { KeytrailError, reasonOf } from '../../errors.js';
import { type LogName, logNames } from '../../model/event.js';
import { withoutSecret } from '../../model/location.js';
import { allTime } from '../../model/question.js';
import { coverageOf } from '../../queries/coverage.js';
import { gapsOf } from '../../queries/gaps.js';
import type { Selection } from '../../s3/selection.js';
import type { Store } from '../../stores/store.js';
import type { Context } from '../context.js';
import { type CoverageReport, coverageLines, hourRows, streamRows, streamTable } from '../output/coverage.js';
import { csv } from '../output/csv.js';
import { formatTable } from '../output/index.js';
import { jsonText } from '../output/json.js';
import { selectionOf } from '../selection.js';
import {
  awsOptions,
  awsSettings,
  type ClusterFlags,
  collect,
  defaults,
  formatOption,
  logOption,
  openFlaggedStore,
  parseInterval,
  type ScopeFlags,
  scopeOptions,
  storeLocation,
  storeOption,
} from '../settings.js';
import { checkDigests, reportLines } from './validate-digests.js';

interface CoverageFlags extends ClusterFlags, ScopeFlags {
  store?: string;
  log?: LogName;
  late?: string;
  hours?: boolean;
  publicKeys?: string[];
  /** False for --no-digests. */
  digests: boolean;
  format: 'table' | 'json' | 'csv' | 'ndjson';
}

const maxFailures = 100;

async function compareSource(location: string, store: Store, flags: CoverageFlags, choice: Choice, context: Context) {
  const { openSource } = await import('../../s3/source.js');
  const { compare } = await import('../../pipeline/compare.js');
  const source = await openSource(location, awsSettings(flags, context));
  try {
    const { now, signal } = context;
    return { location, ...(await compare({ ...choice, source, store, now, signal })) };
  } catch (error) {
    if (!context.signal.aborted) throw error;
    throw new KeytrailError('interrupted', 'stopped before the end of the listing', {
      hint: 'Run the same command again, perhaps for a shorter time: --from, --to.',
      cause: error,
    });
  } finally {
    await source.close();
  }
}

interface Choice {
  logs: readonly LogName[];
  select: Omit<Selection, 'logs'>;
}

async function digestsOf(
  location: string,
  flags: CoverageFlags,
  context: Context,
): Promise<NonNullable<CoverageReport['digests']>> {
  try {
    return await checkDigests({ ...flags, source: location }, context);
  } catch (error) {
    // That they can't be checked is an answer about the evidence, too; what was typed wrong is none.
    if (!(error instanceof KeytrailError) || error.exitCode === 2 || error.code === 'interrupted') throw error;
    return { error: reasonOf(error) };
  }
}

async function report(location: string | undefined, flags: CoverageFlags, context: Context): Promise<CoverageReport> {
  const select = selectionOf(flags, context.now());
  const logs = flags.log ? [flags.log] : logNames;
  const lateAfter = parseInterval('--late', flags.late ?? defaults.late) / 1000;
  const { from, to, accounts = [], regions = [] } = { ...allTime, ...select };
  const store = await openFlaggedStore(flags.store, context, flags, 'read');
  try {
    const scope = { from, to, accounts: [...accounts], regions: [...regions] };
    const coverage = await coverageOf(store, { ...scope, keyIds: [] }, logs);
    const streams = await store.streams({ ...scope, logs, lateAfter });
    const sieved = coverage.logs.some(({ sieve }) => sieve);
    const failures = await store.failures(maxFailures);
    const found: CoverageReport = {
      store: withoutSecret(storeLocation(flags.store, context)),
      from,
      to,
      lateAfter,
      // A sieve leaves hours empty in which there was plenty.
      streams: sieved
        ? streams.map((stream) => ({ ...stream, expected: stream.hours.length, gaps: [] }))
        : gapsOf(streams, scope, context.now()),
      failed: failures
        .filter(({ log }) => logs.includes(log))
        .map(({ bucket, key, reason }) => ({
          object: bucket.startsWith('file:') ? key : `s3://${bucket}/${key}`,
          reason: reason ?? '',
        })),
      missing: coverage.missing,
    };
    if (location === undefined) return found;
    found.source = await compareSource(location, store, flags, { logs, select }, context);
    if (flags.digests && logs.includes('cloudtrail')) found.digests = await digestsOf(location, flags, context);
    return found;
  } finally {
    await store.close();
  }
}

/** Whether something that is known of is not in the store as it should be. */
function isWanting({ streams, source, digests }: CoverageReport): boolean {
  const { ingested: _, ...others } = source?.objects ?? { ingested: 0 };
  return (
    streams.some(({ objects, records }) => objects.failed > 0 || objects.unfinished > 0 || records.deadLettered > 0) ||
    Object.values(others).some((number) => number > 0) ||
    (digests !== undefined && ('error' in digests || digests.findings.length > 0))
  );
}

async function run(location: string | undefined, flags: CoverageFlags, context: Context): Promise<void> {
  for (const [name, given] of [
    ['--public-keys', flags.publicKeys !== undefined],
    ['--no-digests', !flags.digests],
  ] as const)
    if (given && location === undefined)
      throw new KeytrailError('usage', `${name} means nothing without a source`, {
        hint: 'Name the bucket or directory that was ingested, or leave it out.',
      });
  const found = await report(location, flags, context);
  const { out, note } = context;
  const rows = flags.hours ? hourRows(found.streams) : streamRows(found.streams);
  if (flags.format === 'json') out(`${jsonText(found, 2)}\n`);
  else if (flags.format === 'table') {
    const {
      columns,
      rows: shown,
      legend,
    } = flags.hours ? { columns: Object.keys(rows[0] ?? {}), rows, legend: [] } : streamTable(found.streams, context);
    out(shown.length > 0 ? formatTable(columns, shown, context) : 'nothing was ingested for this scope\n');
    const lines = [...legend, ...coverageLines(found, reportLines)];
    if (lines.length > 0) out(`\n${lines.join('\n')}\n`);
  } else {
    out(
      flags.format === 'csv' ? csv(Object.keys(rows[0] ?? {}), rows) : rows.map((row) => `${jsonText(row)}\n`).join(''),
    );
    for (const line of coverageLines(found, reportLines)) note(`${line}\n`);
  }
  if (isWanting(found)) process.exitCode = 3;
}

export function coverageCommand(command: Command, context: Context): void {
  command.argument('[source]', 's3://BUCKET/PREFIX or a directory: also tell what is there and not in the store');
  logOption(
    formatOption(scopeOptions(storeOption(awsOptions(command))), ['table', 'json', 'csv', 'ndjson']),
    'only this log',
  )
    .option('--hours', 'a row for each hour instead of one for each stream')
    .option('--late <time>', `a delivery counts as late after this time (default: ${defaults.late})`)
    .option(
      '--public-keys <file>',
      'with a source: what "aws cloudtrail list-public-keys" printed, once for each Region (default: CloudTrail is asked)',
      collect,
    )
    .option('--no-digests', 'with a source: do not check CloudTrail’s digests')
    .addHelpText(
      'after',
      `
Examples:
  keytrail coverage --store duckdb:incident.duckdb
  keytrail coverage --from 7d --hours --format csv --store duckdb:incident.duckdb
  keytrail coverage s3://my-trail-bucket --from 7d --store duckdb:incident.duckdb --profile security
A stream is a log of an account in a Region; each flow log is one. "hours" are those with a record, of those from
the first to the last that any stream of the log has, or as --from and --to say. An hour without a CloudTrail record
can be a quiet one; with a source, CloudTrail's signed digests tell, and name what was altered or deleted.
The lag is the time from an object's first event to its delivery; of a copy in a directory only CloudTrail's file
names tell it.
Exit code 3: an object failed or was not ingested, a record is in the dead letters, or the digests have findings.`,
    )
    .action((source, flags) => run(source, flags, context));
}
