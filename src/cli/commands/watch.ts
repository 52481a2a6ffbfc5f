import { type Command, Option } from 'commander';
import { KeytrailError, reasonOf } from '../../errors.js';
import { readText } from '../../model/read-file.js';
import { isInterrupted, passes, sleep } from '../../pipeline/trouble.js';
import { bindPack, overClosure } from '../../queries/pack.js';
import type { Notice } from '../../watch/notice.js';
import type { Notifier } from '../../watch/notifier.js';
import { openNotifier } from '../../watch/open.js';
import { type Watched, watchRound } from '../../watch/round.js';
import { nothingSeen, parseSeen, type Seen } from '../../watch/seen.js';
import type { Context } from '../context.js';
import { chosenQuestions } from '../group.js';
import { type Log, type LogFormat, openLog } from '../log.js';
import { jsonText } from '../output/json.js';
import { givenParameters } from '../parameters.js';
import {
  type GroupFlags,
  groupOptions,
  type ParameterFlags,
  parameterOptions,
  type ScanFlags,
  scanOptions,
} from '../question-flags.js';
import { openForAsking } from '../scan.js';
import { secretOf } from '../secrets.js';
import { awsSettings, collect, defaults, engineOptions, parseWait } from '../settings.js';
import { writeOut } from '../write-out.js';

interface WatchFlags extends GroupFlags, ParameterFlags, ScanFlags {
  closure?: boolean;
  every: string;
  notify?: string[];
  state: string;
  tellFirst?: boolean;
  once?: boolean;
  logFormat: LogFormat;
}

/** `webhook` alone has its address, which is as good as a password, from the environment. */
function targetsOf(flags: WatchFlags, { env }: Context): string[] {
  return (flags.notify ?? []).map((target) => {
    if (target !== 'webhook') return target;
    const address = secretOf(env, 'KEYTRAIL_WEBHOOK_URL');
    if (address) return `webhook:${address}`;
    throw new KeytrailError('usage', '--notify webhook has no address', {
      hint: 'Set KEYTRAIL_WEBHOOK_URL or KEYTRAIL_WEBHOOK_URL_FILE.',
    });
  });
}

async function readSeen(file: string, store: string): Promise<Seen> {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothingSeen(store);
    throw new KeytrailError('usage', `can't read ${file}: ${reasonOf(error)}`, {
      hint: 'Name another file after --state.',
      cause: error,
    });
  }
  return parseSeen(text, file, store);
}

function report(log: Log, watched: readonly Watched[]): void {
  for (const { query, rows, fresh, first, error } of watched) {
    if (error?.code === 'notify_failed') log.warn('nobody was told', { query, fresh, error: error.message });
    else if (error) log.warn('question failed', { query, code: error.code, error: error.message });
    else if (first) log.info('first look', { query, rows, note: 'remembered, not told of' });
    else if (fresh > 0) log.info('new rows', { query, rows, fresh });
  }
}

/** Asks once; a store is open only for so long, so that others get at a DuckDB file. */
async function round(
  flags: WatchFlags,
  ids: readonly string[],
  notifiers: readonly Notifier[],
  context: Context,
): Promise<Watched[]> {
  const { given, own } = givenParameters(flags);
  const { bound } = bindPack(chosenQuestions(ids, flags), given, own, context.now());
  const { engine, close } = await openForAsking(bound, flags, context);
  try {
    const seen = await readSeen(flags.state, engine.uri);
    return await watchRound({
      engine,
      bound: flags.closure ? await overClosure(engine, bound) : bound,
      seen,
      now: context.now(),
      tellFirst: flags.tellFirst ?? false,
      notify: async (notice: Notice) => {
        // Who can't be told elsewhere is told here.
        context.out(`${jsonText(notice)}\n`);
        for (const notifier of notifiers) await notifier.send(notice);
      },
      remember: () => writeOut(flags.state, `${JSON.stringify(seen)}\n`, '--state'),
    });
  } finally {
    await close();
  }
}

async function watch(ids: readonly string[], flags: WatchFlags, context: Context): Promise<void> {
  const everyMs = parseWait('--every', flags.every);
  const { given, own } = givenParameters(flags);
  const { bound, unasked } = bindPack(chosenQuestions(ids, flags), given, own, context.now());
  const reasons = unasked.map(({ question, reason }) => `${question.id}: ${reason}`);
  // Whoever names a question expects it to be watched.
  if (bound.length === 0 || (ids.length > 0 && unasked.length > 0))
    throw new KeytrailError('bad_parameter', `can't be asked: ${reasons.join('; ')}`, {
      hint: 'Give what is named: --key, --from, --param or --params.',
    });
  const aws = awsSettings(flags, context);
  const notifiers: Notifier[] = [];
  try {
    for (const target of targetsOf(flags, context)) notifiers.push(await openNotifier(target, aws));
    const log = openLog(flags.logFormat, context);
    log.info('watching', {
      questions: bound.map(({ question }) => question.id),
      notify: notifiers.map(({ name }) => name),
      ...(reasons.length > 0 ? { unasked: reasons } : {}),
    });
    while (!context.signal.aborted) {
      try {
        const watched = await round(flags, ids, notifiers, context);
        report(log, watched);
        const failed = watched.filter(({ error }) => error).length;
        if (flags.once) {
          if (failed > 0) process.exitCode = failed === watched.length ? 1 : 3;
          return;
        }
        log.info('asked', { questions: watched.length, failed });
      } catch (error) {
        if (context.signal.aborted && isInterrupted(error)) return;
        if (flags.once || !passes(error)) throw error;
        log.warn('trouble', { error: reasonOf(error) });
      }
      await sleep(everyMs, context.signal);
    }
  } finally {
    for (const notifier of notifiers) notifier.close();
  }
}

export function watchCommand(command: Command, context: Context): void {
  scanOptions(engineOptions(parameterOptions(groupOptions(command.argument('[ids...]')))))
    .option('--every <time>', 'from the end of a round to the next: 60s, 15m, 1h', defaults.watchEvery)
    .option(
      '--notify <target>',
      'sns:TOPIC_ARN or webhook:URL; webhook alone: KEYTRAIL_WEBHOOK_URL or …_URL_FILE',
      collect,
    )
    .option('--state <file>', 'what was seen already', defaults.watchState)
    .option('--tell-first', 'tell of what is there when a question is asked for the first time, too')
    .option('--once', 'one round, for a scheduler such as cron')
    .option('--closure', 'ask of every credential issued from the key, too')
    .addOption(
      new Option('--log-format <format>', 'what it says of itself on standard error')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Each notice is also printed, as a line of JSON. A notice may come twice, none is lost: rows stay new until everybody
has been told. Ages such as --from 1d move on with each round.

Examples:
  keytrail watch logging-off detectors-off new-principal --from 1d --notify sns:arn:aws:sns:eu-west-1:111122223333:alerts
  keytrail watch --tactic persistence --from 6h --once --notify webhook --store opensearch:https://logs.example:9200`,
    )
    .action((ids, flags) => watch(ids, flags, context));
}
