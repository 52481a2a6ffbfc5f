import type { Command } from 'commander';
import { KeytrailError } from '../../errors.js';
import type { LogName } from '../../model/event.js';
import type { DeadLetter } from '../../model/object.js';
import { printable } from '../../model/printable.js';
import type { ReplaySummary } from '../../pipeline/replay.js';
import type { Store } from '../../stores/store.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import {
  type ClusterFlags,
  formatOption,
  logOption,
  openFlaggedEnrichment,
  openFlaggedStore,
  storeOption,
} from '../settings.js';

interface ReplayFlags extends ClusterFlags {
  store?: string;
  log?: LogName;
  list?: boolean;
  format: 'text' | 'json' | 'ndjson';
}

const millisecondsBetweenLines = 5000;

const count = (value: number) => value.toLocaleString('en-US');

function summaryLines({ letters, reasons }: ReplaySummary): string[] {
  const lines = [
    `letters  ${count(letters.read)} read: ${count(letters.stored)} stored, ${count(letters.duplicates)} duplicates, ${count(letters.left)} left`,
  ];
  const byCount = Object.entries(reasons).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  for (const [reason, number] of byCount) lines.push(`left     ${count(number)} × ${printable(reason, 300)}`);
  if (letters.read === 0) lines.push('there are no dead letters');
  if (letters.left > 0) lines.push('what is left stays as it is; keytrail replay --list shows each');
  return lines;
}

function letterLine({ bucket, key, log, position, reason, raw, time }: DeadLetter): string {
  const object = bucket.startsWith('file:') ? `${bucket.slice('file:'.length)}/${key}` : `s3://${bucket}/${key}`;
  return `${log.padEnd(10)} ${printable(object, 1200)} record ${position}, ${count(raw.length)} bytes, ${time}: ${printable(reason, 300)}`;
}

const letterJson = (letter: DeadLetter): string => jsonText({ ...letter, raw: letter.raw.toString('base64') });

async function list(store: Store, { log, format }: ReplayFlags, { out, note, signal }: Context): Promise<void> {
  let number = 0;
  let page = await store.deadLetters(log ?? null, null);
  while (page.length > 0 && !signal.aborted) {
    number += page.length;
    const show = format === 'text' ? letterLine : letterJson;
    out(page.map((letter) => `${show(letter)}\n`).join(''));
    page = await store.deadLetters(log ?? null, page.at(-1)!);
  }
  if (number === 0) note('there are no dead letters\n');
}

async function bringBack(store: Store, flags: ReplayFlags, context: Context): Promise<void> {
  const { replay } = await import('../../pipeline/replay.js');
  const { out, err, note, now, signal } = context;
  let told = now().getTime();
  const summary = await replay({
    store,
    log: flags.log ?? null,
    now,
    enrichment: await openFlaggedEnrichment(context, () => undefined),
    signal,
    onProgress: ({ letters }) => {
      if (now().getTime() - told < millisecondsBetweenLines) return;
      told = now().getTime();
      note(`${now().toISOString()} ${letters.read} dead letters read, ${letters.left} left\n`);
    },
  });
  out(flags.format === 'text' ? `${summaryLines(summary).join('\n')}\n` : `${jsonText(summary)}\n`);
  if (signal.aborted) err('keytrail: stopped before the end; run the same command again to go on\n');
  if (summary.letters.left > 0 || signal.aborted) process.exitCode = 3;
}

async function run(flags: ReplayFlags, context: Context): Promise<void> {
  if (flags.format === 'ndjson' && !flags.list)
    throw new KeytrailError('usage', '--format ndjson means nothing without --list', {
      hint: 'Give --format json for the summary.',
    });
  if (flags.format === 'json' && flags.list)
    throw new KeytrailError('usage', 'dead letters are listed as text or ndjson', { hint: 'Give --format ndjson.' });
  const store = await openFlaggedStore(flags.store, context, flags, flags.list ? 'read' : 'write');
  try {
    await (flags.list ? list : bringBack)(store, flags, context);
  } finally {
    await store.close();
  }
}

export function replayCommand(command: Command, context: Context): void {
  logOption(formatOption(storeOption(command), ['text', 'json', 'ndjson']), 'only of this log')
    .option('--list', 'list them and change nothing; --format ndjson has their bytes, as base64')
    .addHelpText(
      'after',
      `
Examples:
  keytrail replay --list --store duckdb:incident.duckdb
  keytrail replay --store duckdb:incident.duckdb
  keytrail replay --list --format ndjson | jq -r '.raw | @base64d'
A dead letter is a record that could not be read, or that the store refused. Its bytes are kept in the store, so that
nothing has to be read from S3: run this after an upgrade of keytrail, or after the cause in the store was mended.
Exit code 3: done, and something is left.`,
    )
    .action((flags) => run(flags, context));
}
