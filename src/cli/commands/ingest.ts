import { type Command, InvalidArgumentError, Option } from 'commander';
import { KeytrailError } from '../../errors.js';
import { type Envelope, envelopeNames, envelopesOf } from '../../logs/envelopes.js';
import { logNames } from '../../model/event.js';
import { withoutSecret } from '../../model/location.js';
import { printable } from '../../model/printable.js';
import type { Selection } from '../../s3/selection.js';
import type { ObjectSource } from '../../s3/source.js';
import type { Context } from '../context.js';
import type { Followed, FollowFlags } from '../follow.js';
import { keepHeapSmall } from '../heap.js';
import { jsonText } from '../output/json.js';
import { ingestProgress } from '../output/progress.js';
import { selectionOf } from '../selection.js';
import {
  awsOptions,
  awsSettings,
  collect,
  defaults,
  formatOption,
  logOption,
  openFlaggedEnrichment,
  openFlaggedStore,
  type ScopeFlags,
  scopeOptions,
  storeLocation,
  storeOption,
} from '../settings.js';
import { sieveFor } from '../sieving.js';

interface IngestFlags extends FollowFlags, ScopeFlags {
  job?: string;
  onlyKey?: string[];
  envelope?: Envelope;
  concurrency?: number;
  format: 'text' | 'json';
}

const exitMs = 500;

const count = (value: number) => value.toLocaleString('en-US');

/** The summary for people: what was read, what became of it, what was left alone and why. */
function summaryLines(summary: Followed, store: string): string[] {
  const { objects, records, bytes, seconds, other, failures, queue } = summary;
  const lines = [
    `objects  ${count(objects.seen)} seen: ${count(objects.done)} done, ${count(objects.skipped)} skipped (done before), ${count(objects.failed)} failed`,
    `records  ${count(records.read)} read: ${count(records.stored)} stored, ${count(records.duplicates)} duplicates, ${count(records.deadLettered)} dead letters`,
    ...(records.sieved === undefined
      ? []
      : [`sieve    ${count(records.sieved)} records passed over, which name none of the keys`]),
    `bytes    ${count(bytes)} compressed, in ${seconds.toFixed(1)} s`,
    ...(queue
      ? [
          `queue    ${count(queue.received)} messages received: ${count(queue.deleted)} deleted, ${count(queue.left)} left, ${count(queue.released)} released`,
        ]
      : []),
    `store    ${store}`,
  ];
  if (objects.seen > 0 && objects.skipped === objects.seen) lines.push('nothing new: every object was ingested before');
  if (objects.seen === 0 && !queue)
    lines.push('no log object was found: is the prefix right? It is the part before AWSLogs/');
  for (const [what, number] of Object.entries(other).sort()) lines.push(`left     ${count(number)} × ${what}`);
  for (const { key, reason } of failures) lines.push(`failed   ${printable(key)}: ${printable(reason, 300)}`);
  for (const note of summary.notes ?? []) lines.push(`note     ${note}`);
  if (records.deadLettered > 0)
    lines.push('dead letters keep their bytes and reason in the store: keytrail replay --list shows them');
  return lines;
}

/** The job's settings with the flags before them. */
async function settle(
  location: string | undefined,
  flags: IngestFlags,
): Promise<{ location: string; flags: IngestFlags }> {
  if (flags.job === undefined) {
    if (location !== undefined) return { location, flags };
    throw new KeytrailError('usage', 'ingest needs a source or a --job', {
      hint: 'Give s3://BUCKET/PREFIX, a directory, or --job NAME.',
    });
  }
  if (location !== undefined)
    throw new KeytrailError('usage', 'a job names its own source', { hint: 'Give a source or --job, not both.' });
  const { loadJob } = await import('../../jobs/load.js');
  const { source, schedule: _, ...job } = loadJob(flags.job);
  return { location: source, flags: { ...job, ...flags } };
}

function refuseLoneFlags(flags: IngestFlags): void {
  const lone = (flag: string, needs: string): never => {
    throw new KeytrailError('usage', `${flag} means nothing without ${needs}`, {
      hint: `Give ${needs} or leave it out.`,
    });
  };
  if (flags.every !== undefined && !flags.follow) lone('--every', '--follow');
  if (flags.every !== undefined && flags.queue !== undefined)
    throw new KeytrailError('usage', '--every is for listings, and with --queue nothing is listed', {
      hint: 'Leave --every or --queue out.',
    });
  if (flags.onlyKey !== undefined && (flags.follow || flags.queue !== undefined))
    throw new KeytrailError('usage', '--only-key goes through what is there, and not on for ever', {
      hint: 'Leave --follow and --queue out; run it again for what has come since.',
    });
  if (flags.envelope !== undefined) {
    if (flags.log === undefined) lone('--envelope', '--log');
    else if (!envelopesOf[flags.log].includes(flags.envelope))
      throw new KeytrailError('usage', `${flags.log} never comes in the envelope ${flags.envelope}`, {
        hint: `Give one of: ${envelopesOf[flags.log].join(', ') || 'none'}.`,
      });
    if (flags.follow || flags.queue !== undefined)
      throw new KeytrailError('usage', '--envelope is for what is there, and not for --follow or --queue', {
        hint: 'Leave one of them out.',
      });
  }
  if (flags.follow || flags.queue !== undefined) return;
  if (flags.metricsPort !== undefined) lone('--metrics-port', '--follow or --queue');
  if (flags.logFormat !== undefined) lone('--log-format', '--follow or --queue');
}

function tell(summary: Followed, flags: IngestFlags, context: Context): void {
  const { out, err, signal } = context;
  const store = withoutSecret(storeLocation(flags.store, context));
  out(flags.format === 'json' ? `${jsonText(summary)}\n` : `${summaryLines(summary, store).join('\n')}\n`);
  // Being stopped is how a run that goes on ends.
  if (flags.follow) return;
  if (signal.aborted) err('keytrail: stopped before the end; run the same command again to go on\n');
  const { objects, records, queue } = summary;
  const left = objects.failed + records.deadLettered + (queue?.left ?? 0);
  // Of a part of a source there may be nothing yet.
  const part = flags.from ?? flags.to ?? flags.accounts ?? flags.regions ?? flags.log;
  const nothingKnown = !queue && objects.seen === 0 && (part === undefined || (summary.other.unrecognised ?? 0) > 0);
  if (left > 0 || nothingKnown || signal.aborted) process.exitCode = 3;
}

/** One way through the source. */
async function scan(
  source: ObjectSource,
  select: Omit<Selection, 'logs'>,
  flags: IngestFlags,
  context: Context,
): Promise<Followed> {
  const notes: string[] = [];
  const { ingest } = await import('../../pipeline/ingest.js');
  const sieve = flags.onlyKey === undefined ? null : await sieveFor(flags.onlyKey, context);
  const store = await openFlaggedStore(flags.store, context, flags);
  const progress = ingestProgress(context);
  try {
    const summary = await ingest({
      source,
      store,
      select,
      ...(sieve ? { sieve } : {}),
      ...(flags.envelope === undefined ? {} : { envelope: flags.envelope }),
      ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
      enrichment: await openFlaggedEnrichment(context, (detail) => notes.push(detail)),
      logs: flags.log ? [flags.log] : logNames,
      now: context.now,
      onProgress: progress.update,
      signal: context.signal,
    });
    return { ...summary, notes };
  } finally {
    progress.stop();
    await store.close();
  }
}

async function run(location: string | undefined, given: IngestFlags, context: Context): Promise<void> {
  const { location: from, flags } = await settle(location, given);
  refuseLoneFlags(flags);
  keepHeapSmall(storeLocation(flags.store, context).startsWith('duckdb:'));
  const { openSource } = await import('../../s3/source.js');
  const select = selectionOf(flags, context.now());
  const source = await openSource(from, awsSettings(flags, context));
  // Nobody watches a job or what goes on for ever: it waits until the store is free.
  const patient = flags.follow || flags.job !== undefined ? { wait: Number.POSITIVE_INFINITY, ...flags } : flags;
  const goesOn = flags.follow || flags.queue !== undefined;
  try {
    const work = goesOn ? (await import('../follow.js')).follow : scan;
    const summary = await work(source, select, patient, context);
    tell(summary, flags, context);
  } finally {
    await source.close();
    // What was given up may hold on to a connection: the process ends all the same.
    if (goesOn) setTimeout(() => process.exit(), exitMs).unref();
  }
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('Give a port, or 0 for a free one.');
  return Number(text);
}

export const mostAtOnce = 64;

function parseConcurrency(text: string): number {
  if (/^[1-9]\d?$/.test(text) && Number(text) <= mostAtOnce) return Number(text);
  throw new InvalidArgumentError(`Give a number from 1 to ${mostAtOnce}.`);
}

export function ingestCommand(command: Command, context: Context): void {
  command.argument('[source]', 's3://BUCKET/PREFIX or a directory in the same layout');
  logOption(formatOption(scopeOptions(storeOption(awsOptions(command))), ['text', 'json']), 'only this log')
    .addOption(
      new Option(
        '--envelope <name>',
        'what the records come wrapped in; with --log, objects of any name are read',
      ).choices(envelopeNames),
    )
    .option('--only-key <id>', 'a sieve: keep only what names this key or one issued from it', collect)
    .option('--queue <url>', 'read what an SQS queue’s messages name, until the queue is empty')
    .option('--follow', 'go on until stopped: with the queue, or by listing the source again and again')
    .option('--every <time>', `with --follow: time between two listings (default: ${defaults.every})`)
    .option(
      '--concurrency <n>',
      'objects read at once (default: 16 of a bucket, where each waits for the network; 4 of a directory)',
      parseConcurrency,
    )
    .option('--job <name>', 'source, store and the rest from ingest/jobs/NAME.yaml, or from a file; flags win')
    .option('--metrics-port <port>', 'serve Prometheus’ /metrics and /healthz there; 0: a free port', parsePort)
    .option('--metrics-host <host>', `address to serve them at (default: ${defaults.metricsHost})`)
    .addOption(new Option('--log-format <format>', 'how to log on standard error').choices(['text', 'json']))
    .addHelpText(
      'after',
      `
Examples:
  keytrail ingest s3://my-trail-bucket --store duckdb:incident.duckdb --profile security
  keytrail ingest ./bucket-copy --store opensearch:https://localhost:9200 --format json
  keytrail ingest s3://my-trail-bucket --from 7d --accounts 111122223333 --store duckdb:week.duckdb
  keytrail ingest s3://my-trail-bucket --from 7d --only-key AKIA… --store duckdb:key.duckdb
  keytrail ingest s3://my-trail-bucket --queue https://sqs.REGION.amazonaws.com/ACCOUNT/NAME --follow
  keytrail ingest ./lookup-output --log cloudtrail --envelope lookup-events --store duckdb:week.duckdb
  keytrail ingest --job example
--from and --to choose objects by the day of their delivery, with a day to spare at either end; all records of a
chosen object are kept. Calls to global services (IAM, global STS) are in us-east-1: name it among --regions.
A sieve (--only-key) needs a store of its own.
A job or --follow waits for a DuckDB file for as long as it takes, unless --wait says otherwise.
SIGTERM ends --follow within 10 s with exit code 0; nothing is lost.
Exit code 3: done, but nothing there was a log, an object failed, a record went to the dead letters or a message was left on the queue.`,
    )
    .action((source, flags) => run(source, flags, context));
}
