import type { Command } from 'commander';
import type { Status } from '../../contain/monitor/status.js';
import { KeytrailError } from '../../errors.js';
import { accessKeyFacts } from '../../model/access-key.js';
import type { Context } from '../context.js';
import {
  alarmStates,
  appsHealth,
  containedWhen,
  type MonitorFlags,
  monitorOptions,
  watchedKey,
} from '../monitoring.js';
import { jsonText } from '../output/json.js';
import { openClients } from '../responder.js';
import { openFlaggedEngine } from '../settings.js';

const exitCodes: Readonly<Record<Status['verdict'], number>> = { quiet: 0, breached: 1, attention: 3 };

async function status(given: string | undefined, flags: MonitorFlags, context: Context): Promise<void> {
  const keyId = await watchedKey(given, flags);
  const containment = await containedWhen(keyId, flags, context);
  if (containment === null)
    throw new KeytrailError('usage', 'when the key was contained was not said', {
      hint: 'Give --plan with the plan that was applied, or --since TIME.',
    });
  const [{ keyLogs }, { statusOf }, { renderStatus }] = await Promise.all([
    import('../key-logs.js'),
    import('../../contain/monitor/status.js'),
    import('../../contain/monitor/render-status.js'),
  ]);
  const { app = [], logGroup, replacement } = flags;
  // Without either, AWS is not asked, and needs no credentials.
  const clients =
    app.length > 0 || logGroup !== undefined ? await openClients(flags, context, accessKeyFacts(keyId).account) : null;
  const apps = clients === null ? [] : await appsHealth(app, containment.deniedAt, clients, context);
  const alarms = clients === null || logGroup === undefined ? null : await alarmStates(keyId, logGroup, clients);
  const engine = await openFlaggedEngine(flags, context);
  try {
    const except = replacement === undefined ? [] : [replacement];
    const logs = await keyLogs(engine, keyId, containment.deniedAt, except, context.now());
    const found = statusOf({ keyId, now: context.now(), containment, logs, apps, alarms });
    context.out(flags.format === 'json' ? `${jsonText(found, 2)}\n` : renderStatus(found));
    process.exitCode = exitCodes[found.verdict];
  } finally {
    await engine.close();
  }
}

/** `contain status`. */
export function addStatus(contain: Command, context: Context): void {
  monitorOptions(contain.command('status').argument('[key-id]'))
    .description('who calls since a containment, who fell silent, and how the applications do; changes nothing')
    .option('--since <time>', 'when it was contained, instead of --plan: 2026-03-01T12:00:00Z, or an age such as 2h')
    .option('--log-group <name>', 'the log group of contain alarms, to say how its alarms stand')
    .addHelpText(
      'after',
      `
Examples:
  keytrail contain status --plan plan.json --store duckdb:incident.duckdb
  keytrail contain status AKIA… --since 2h --store duckdb:incident.duckdb --app lambda:us-east-1/orders

Ingest the logs that came since, first. Exit codes: 0 quiet; 1 a call succeeded since; 3 something still calls, an
application does worse, an alarm rang, or too little is known.`,
    )
    .action((keyId, flags) => status(keyId, flags, context));
}
