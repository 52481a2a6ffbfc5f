import type { Command } from 'commander';
import { type LogName, logNames } from '../../model/event.js';
import { printable } from '../../model/printable.js';
import type { IngestSummary } from '../../pipeline/ingest.js';
import type { Context } from '../context.js';
import { ingestProgress } from '../output/progress.js';
import {
  type AwsFlags,
  awsOptions,
  awsSettings,
  formatOption,
  openFlaggedStore,
  parseLog,
  storeOption,
} from '../settings.js';

interface IngestFlags extends AwsFlags {
  store?: string;
  log?: LogName;
  format: 'text' | 'json';
}

const count = (value: number) => value.toLocaleString('en-US');

/** The summary for people: what was read, what became of it, what was left alone and why. */
function summaryLines({ objects, records, bytes, seconds, other, failures }: IngestSummary, store: string): string[] {
  const lines = [
    `objects  ${count(objects.seen)} seen: ${count(objects.done)} done, ${count(objects.skipped)} skipped (done before), ${count(objects.failed)} failed`,
    `records  ${count(records.read)} read: ${count(records.stored)} stored, ${count(records.duplicates)} duplicates, ${count(records.deadLettered)} dead letters`,
    `bytes    ${count(bytes)} compressed, in ${seconds.toFixed(1)} s`,
    `store    ${store}`,
  ];
  if (objects.seen > 0 && objects.skipped === objects.seen) lines.push('nothing new: every object was ingested before');
  if (objects.seen === 0) lines.push('no log object was found: is the prefix right? It is the part before AWSLogs/');
  for (const [what, number] of Object.entries(other).sort()) lines.push(`left     ${count(number)} × ${what}`);
  for (const { key, reason } of failures) lines.push(`failed   ${printable(key)}: ${printable(reason, 300)}`);
  if (records.deadLettered > 0) lines.push('dead letters keep their bytes and reason in the store; nothing is lost');
  return lines;
}

async function run(location: string, flags: IngestFlags, context: Context): Promise<void> {
  const { openSource } = await import('../../s3/source.js');
  const { ingest } = await import('../../pipeline/ingest.js');
  const source = await openSource(location, awsSettings(flags, context));
  const store = await openFlaggedStore(flags.store, context);
  const progress = ingestProgress(context);
  try {
    const summary = await ingest({
      source,
      store,
      logs: flags.log ? [flags.log] : logNames,
      now: context.now,
      onProgress: progress.update,
      signal: context.signal,
    });
    progress.stop();
    context.out(
      flags.format === 'json' ? `${JSON.stringify(summary)}\n` : `${summaryLines(summary, store.uri).join('\n')}\n`,
    );
    if (context.signal.aborted) context.err('keytrail: stopped before the end; run the same command again to go on\n');
    const partly = summary.objects.failed > 0 || summary.records.deadLettered > 0 || context.signal.aborted;
    if (partly) process.exitCode = 3;
  } finally {
    progress.stop();
    await store.close();
    await source.close();
  }
}

export function ingestCommand(program: Command, context: Context): void {
  const command = program
    .command('ingest')
    .argument('<source>', 's3://BUCKET/PREFIX or a directory in the same layout')
    .description('read logs from S3 or a directory into a store; run again, it takes only what is new');
  formatOption(storeOption(awsOptions(command)), ['text', 'json'])
    .option('--log <log>', `only this log: ${logNames.join(' or ')}`, parseLog)
    .addHelpText(
      'after',
      `
Examples:
  keytrail ingest s3://my-trail-bucket --store duckdb:incident.duckdb --profile security
  keytrail ingest ./bucket-copy --store opensearch:https://localhost:9200 --format json
Exit code 3: done, but an object failed or a record went to the dead letters.`,
    )
    .action((source, flags) => run(source, flags, context));
}
