import { type Command, Option } from 'commander';
import type { ContainClients } from '../contain/clients.js';
import type { Containment } from '../contain/monitor/containment.js';
import type { AppHealth } from '../contain/monitor/health.js';
import type { AlarmState } from '../contain/monitor/status.js';
import { KeytrailError, reasonOf } from '../errors.js';
import { readText } from '../model/read-file.js';
import { parseTime } from '../queries/parameters.js';
import { readPlan } from './commands/contain-run.js';
import type { Context } from './context.js';
import type { ResponderFlags } from './responder.js';
import { collect, type EngineFlags, engineOptions } from './settings.js';

/** What the commands that watch a containment are given. */
export interface MonitorFlags extends EngineFlags, ResponderFlags {
  plan?: string;
  since?: string;
  replacement?: string;
  app?: string[];
  logGroup?: string;
  format: 'text' | 'json';
}

export const monitorOptions = (command: Command): Command =>
  engineOptions(command)
    .option('--assume-role <role>', 'first assume this role: an ARN, or a name in the key’s account')
    .option('--plan <file>', 'the plan that was applied: its journal says when')
    .option('--replacement <key-id>', 'the key that replaces it; its calls are no one’s but the owner’s')
    .option(
      '--app <metric>',
      'an application to watch: lambda:REGION/NAME, alb:REGION/app/NAME/ID, sfn:REGION/NAME, sqs:REGION/NAME; may be given several times',
      collect,
    )
    .addOption(new Option('--format <format>', 'how to print the result').choices(['text', 'json']).default('text'));

async function readJournal(file: string): Promise<string> {
  try {
    return readText(file);
  } catch (error) {
    throw new KeytrailError('usage', `can't read the journal ${file}: ${reasonOf(error)}`, {
      hint: 'Name the plan that was applied after --plan; its journal lies beside it.',
      cause: error,
    });
  }
}

/** The key that is watched: of the argument, of the plan, or the same of both. */
export async function watchedKey(given: string | undefined, { plan }: MonitorFlags): Promise<string> {
  const planned = plan === undefined ? null : (await readPlan(plan)).identity.keyId;
  const keyId = given ?? planned;
  if (keyId === null)
    throw new KeytrailError('usage', 'which key is watched was not said', {
      hint: 'Give KEY_ID, or --plan with the plan of a key.',
    });
  if (planned !== null && planned !== keyId)
    throw new KeytrailError('usage', `the plan ${plan} is about ${planned}, not about ${keyId}`, {
      hint: 'Leave one of the two out.',
    });
  if (!/^A[KS]IA[A-Z0-9]{12,124}$/.test(keyId))
    throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is not an access key id`, {
      hint: 'Give an id such as AKIAIOSFODNN7EXAMPLE.',
    });
  return keyId;
}

/** When the key was contained, by the plan's journal or as given; null where neither says. */
export async function containedWhen(keyId: string, flags: MonitorFlags, context: Context): Promise<Containment | null> {
  if (flags.since !== undefined) {
    const at = new Date(parseTime(flags.since, '--since', context.now())).toISOString();
    return { deniedAt: at, containedAt: at, deactivatedAt: null, from: 'given' };
  }
  if (flags.plan === undefined) return null;
  const [{ containmentOf }, { journalPathOf }] = await Promise.all([
    import('../contain/monitor/containment.js'),
    import('../contain/journal.js'),
  ]);
  const journal = journalPathOf(flags.plan);
  return containmentOf(await readJournal(journal), keyId, journal);
}

/** How the applications do since the containment, against the week before it. */
export async function appsHealth(
  apps: readonly string[],
  deniedAt: string,
  clients: ContainClients,
  context: Context,
): Promise<AppHealth[]> {
  if (apps.length === 0) return [];
  const [{ parseApp, readApp }, { baselineFrom, judgeApp }, { observeCaller }] = await Promise.all([
    import('../contain/monitor/apps.js'),
    import('../contain/monitor/health.js'),
    import('../contain/identify.js'),
  ]);
  const caller = await observeCaller(clients);
  const metrics = apps.map((app) => parseApp(app, caller));
  const health: AppHealth[] = [];
  for (const metric of metrics) {
    const now = context.now();
    health.push(judgeApp(await readApp(clients, metric, baselineFrom(deniedAt), now), deniedAt, now));
  }
  return health;
}

/** How the key's alarms stand in the responder's Region. */
export async function alarmStates(
  keyId: string,
  logGroup: string | null,
  clients: ContainClients,
): Promise<AlarmState[]> {
  const { readAlarmStates } = await import('../contain/monitor/alarms.js');
  return readAlarmStates({ clients: clients.in(clients.region), keyId, logGroup });
}
