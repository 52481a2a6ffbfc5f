import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { JournalEntry } from '../../contain/journal.js';
import type { Plan } from '../../contain/plan.js';
import type { RotateEntry } from '../../contain/rotate/journal.js';
import { KeytrailError } from '../../errors.js';
import type { IncidentLog } from '../../model/incident.js';
import { parseTime } from '../../queries/parameters.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import { type EngineFlags, engineOptions, formatOption, openFlaggedEngine } from '../settings.js';
import { writeOut } from '../write-out.js';
import { readPlan } from './contain-run.js';

interface ReportFlags extends EngineFlags {
  plan: string;
  format: 'text' | 'json';
  out?: string;
  detected?: string;
  recovered?: string;
  rotation?: string;
  deletion?: string;
}

/** What `contain rotate` and `contain delete` wrote, by default where they do beside the plan. */
function journalFile(given: string | undefined, flag: string, name: string, plan: string): string | null {
  const file = given ?? join(dirname(plan), name);
  if (existsSync(file)) return file;
  if (given === undefined) return null;
  throw new KeytrailError('usage', `there is no journal ${given}`, { hint: `Name another file after ${flag}.` });
}

async function rotationOf(file: string | null, keyId: string | null): Promise<RotateEntry[] | null> {
  if (file === null) return null;
  const { readRotateJournal } = await import('../../contain/rotate/journal.js');
  const entries = await readRotateJournal(file);
  const other = entries.find((entry) => entry.event === 'begun' && entry.keyId !== keyId);
  if (other?.event !== 'begun') return entries;
  throw new KeytrailError('usage', `${file} is about ${other.keyId}, the plan about ${keyId ?? 'no key'}`, {
    hint: 'Name the journal of the same key after --rotation.',
  });
}

async function deletionOf(file: string | null, keyId: string | null): Promise<JournalEntry[] | null> {
  if (file === null || keyId === null) return null;
  const [{ readJournal }, { deletionOf: deletion }] = await Promise.all([
    import('../../contain/journal.js'),
    import('../../contain/monitor/delete-key.js'),
  ]);
  return readJournal(file, deletion(keyId));
}

/** What the store knows; null where none was named. */
async function logsOf(
  plan: Plan,
  containedAt: string | null,
  flags: ReportFlags,
  context: Context,
): Promise<IncidentLog | null> {
  const { keyId } = plan.identity;
  if (keyId === null || (flags.store === undefined && !context.env.KEYTRAIL_STORE)) return null;
  const { incidentLog } = await import('../../investigate/incident-log.js');
  const engine = await openFlaggedEngine(flags, context);
  try {
    return await incidentLog({
      engine,
      keyId,
      users: plan.state.users.flatMap(({ principal }) => principal.name ?? []),
      keyIds: plan.state.users.flatMap(({ accessKeys }) => accessKeys.map(({ id }) => id)),
      plannedAt: plan.createdAt,
      containedAt,
      now: context.now(),
      onProgress: (question) => {
        if (context.interactive) context.note(`\r\u001b[Kasking ${question} …`);
      },
    });
  } finally {
    if (context.interactive) context.note('\r\u001b[K');
    await engine.close();
  }
}

/** What the report is made from is never written over. */
function checkOut(out: string | undefined, sources: readonly (string | null)[]): void {
  if (out === undefined) return;
  const source = sources.find((file) => file !== null && resolve(file) === resolve(out));
  if (source === undefined) return;
  throw new KeytrailError('usage', `${out} is what the report is made from`, {
    hint: 'Name another file after --out.',
  });
}

async function report(flags: ReportFlags, context: Context): Promise<void> {
  const [{ journalPathOf, readJournal }, { deletionJournal }, { doneAt }, { reportOf }, { renderReport }] =
    await Promise.all([
      import('../../contain/journal.js'),
      import('../../contain/monitor/delete-key.js'),
      import('../../contain/verify-plan.js'),
      import('../../contain/report/report.js'),
      import('../../contain/report/render.js'),
    ]);
  const now = context.now();
  const time = (text: string | undefined, flag: string): string | null =>
    text === undefined ? null : new Date(parseTime(text, flag, now)).toISOString();
  const [detected, recovered] = [time(flags.detected, '--detected'), time(flags.recovered, '--recovered')];
  const plan = await readPlan(flags.plan);
  const { keyId } = plan.identity;
  const journal = journalPathOf(flags.plan);
  const rotation = journalFile(flags.rotation, '--rotation', `rotate-${keyId}.journal.jsonl`, flags.plan);
  const deletion = journalFile(flags.deletion, '--deletion', deletionJournal(keyId ?? ''), flags.plan);
  checkOut(flags.out, [flags.plan, journal, rotation, deletion]);
  const entries = await readJournal(journal, plan);
  const made = reportOf({
    plan,
    entries,
    rotation: await rotationOf(rotation, keyId),
    deletion: await deletionOf(deletion, keyId),
    logs: await logsOf(plan, doneAt(entries ?? []), flags, context),
    detected,
    recovered,
    now,
  });
  const text = flags.format === 'json' ? `${jsonText(made, 2)}\n` : renderReport(made);
  if (flags.out === undefined) {
    context.out(text);
    return;
  }
  await writeOut(flags.out, text);
  context.note(`report written to ${flags.out}\n`);
}

/** `contain report`. */
export function addReport(contain: Command, context: Context): void {
  formatOption(engineOptions(contain.command('report')), ['text', 'json'])
    .description('when it was detected, contained, recovered, by whom, and what is left; changes nothing')
    .requiredOption('--plan <file>', 'the plan; its journal lies beside it')
    .option('--detected <time>', 'when somebody noticed (default: the first alert in the logs)')
    .option('--recovered <time>', 'when the new key was in use (default: by the journal of the rotation)')
    .option('--rotation <file>', 'the journal of contain rotate (default: the one beside the plan)')
    .option('--deletion <file>', 'the journal of contain delete (default: the one beside the plan)')
    .option('--out <file>', 'write it to a file instead')
    .addHelpText(
      'after',
      `
Examples:
  keytrail contain report --plan plan.json --store duckdb:incident.duckdb
  keytrail contain report --plan plan.json --detected 2026-03-01T12:00:00Z --rotation rotate-AKIA….journal.jsonl

The text is Markdown, for a ticket. AWS is not asked. Without --store (or KEYTRAIL_STORE) the logs are not, either.`,
    )
    .action((flags) => report(flags, context));
}
