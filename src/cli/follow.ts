import { KeytrailError } from '../errors.js';
import { type LogName, logNames } from '../model/event.js';
import { shownUrl } from '../model/location.js';
import type { FollowOptions } from '../pipeline/follow.js';
import type { Handled, QueueSummary } from '../pipeline/follow-queue.js';
import type { IngestSummary } from '../pipeline/ingest.js';
import { isInterrupted, passes } from '../pipeline/trouble.js';
import type { Selection } from '../s3/selection.js';
import type { ObjectSource } from '../s3/source.js';
import type { Context } from './context.js';
import { type LogFormat, openLog } from './log.js';
import { Metrics } from './metrics.js';
import { reporter, totals } from './report.js';
import {
  awsSettings,
  type ClusterFlags,
  defaults,
  openFlaggedEnrichment,
  openFlaggedStore,
  parseWait,
  storeLocation,
} from './settings.js';

export interface FollowFlags extends ClusterFlags {
  store?: string;
  log?: LogName;
  queue?: string;
  follow?: boolean;
  every?: string;
  concurrency?: number;
  metricsPort?: number;
  metricsHost?: string;
  logFormat?: LogFormat;
}

export interface Followed extends IngestSummary {
  queue?: QueueSummary;
  /** What was missing beside the logs: a database to enrich from. */
  notes?: string[];
}

const summaryEveryMs = 60_000;
const staleMs = 120_000;
/** So that analysts get at a file that is followed into: free when idle, and a second in each minute of work. */
const turns = { idleMs: 5000, holdMs: 60_000, gapMs: 1000 };

/** Reads what a queue names, or scans again and again, until there is nothing more or the process is told to stop. */
export async function follow(
  source: ObjectSource,
  select: Omit<Selection, 'logs'>,
  flags: FollowFlags,
  context: Context,
): Promise<Followed> {
  const { emptySummary } = await import('../pipeline/summary.js');
  const everyMs = parseWait('--every', flags.every ?? defaults.every);
  const summary = emptySummary();
  const started = context.now().getTime();
  const log = openLog(flags.logFormat ?? 'text', context);
  const metrics = new Metrics(context.now, flags.queue === undefined ? staleMs + everyMs : staleMs, summary);
  const report = reporter(log, flags.follow === true || flags.logFormat !== undefined, context.now, metrics);
  const location = storeLocation(flags.store, context);
  // Who reads JSON lines gets nothing else: not who has the store's file, nor why the run ended.
  if (flags.logFormat === 'json') {
    context.err = (text) => log.warn(text.trim());
    context.note = (text) => log.info(text.trim());
  }
  const openStore = () => openFlaggedStore(flags.store, context, flags);
  const options: FollowOptions = {
    source,
    select,
    enrichment: await openFlaggedEnrichment(context, (detail) => log.info('enrichment', { note: detail })),
    ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
    logs: flags.log ? [flags.log] : logNames,
    now: context.now,
    summary,
    onProgress: () => metrics.alive(),
    onAlive: () => metrics.alive(),
    onObject: report.onObject,
    onTrouble: report.onTrouble,
    openStore,
    ...(location.startsWith('duckdb:') && flags.follow ? { turns } : {}),
    stop: context.signal,
  };
  const server =
    flags.metricsPort === undefined
      ? null
      : await metrics.serve(flags.metricsHost ?? defaults.metricsHost, flags.metricsPort);
  const minute = setInterval(() => log.info('summary', totals(summary)), summaryEveryMs);
  try {
    if (server) log.info('metrics', { url: server.url });
    log.info('started', {
      source: source.description,
      queue: flags.queue === undefined ? undefined : shownUrl(flags.queue),
    });
    // What waiting won't mend is to be known now, and not with the first object.
    await openStore().then(
      (store) => store.close(),
      (error: unknown) => {
        // Told to stop while waiting for it: there is nothing to do, then.
        if (isInterrupted(error) && context.signal.aborted) return;
        if (!passes(error)) throw error;
        report.onTrouble(error, 0);
      },
    );
    const queue = await run(options, everyMs, report.onMessage, flags, context);
    return { ...summary, seconds: (context.now().getTime() - started) / 1000, ...(queue ? { queue } : {}) };
  } finally {
    clearInterval(minute);
    log.info('stopped', totals(summary));
    await server?.close();
  }
}

async function run(
  options: FollowOptions,
  everyMs: number,
  onMessage: (handled: Handled) => void,
  flags: FollowFlags,
  context: Context,
): Promise<QueueSummary | null> {
  if (flags.queue === undefined) {
    const { followScans } = await import('../pipeline/follow.js');
    await followScans({ ...options, everyMs });
    return null;
  }
  const [{ openQueue }, { followQueue }] = await Promise.all([
    import('../s3/queue.js'),
    import('../pipeline/follow-queue.js'),
  ]);
  if (!options.source.find)
    throw new KeytrailError('usage', '--queue names objects of a bucket, and the source is a directory', {
      hint: 'Give s3://BUCKET/PREFIX, or leave --queue out.',
    });
  const queue = await openQueue(flags.queue, awsSettings(flags, context));
  try {
    return await followQueue({ ...options, queue, drain: !flags.follow, onMessage });
  } finally {
    queue.close();
  }
}
