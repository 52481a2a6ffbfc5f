import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Journal } from '../../contain/journal.js';
import type { Plan } from '../../contain/plan.js';
import type { ContainState, Watch } from '../../contain/run.js';
import type { Stage } from '../../contain/step.js';
import type { LogsWord } from '../../contain/verify-plan.js';
import { type ExitCode, KeytrailError, reasonOf } from '../../errors.js';
import { printable } from '../../model/printable.js';
import { readText } from '../../model/read-file.js';
import { confirmed } from '../confirm.js';
import type { Context } from '../context.js';
import { collectInto, openSink } from '../evidence.js';
import { jsonText } from '../output/json.js';
import { protectedPrincipals, protectOption } from '../protected.js';
import { openResponder, type Responder, type ResponderFlags, responderOptions } from '../responder.js';
import { collect, defaults, formatOption, openFlaggedEngine, parseInterval } from '../settings.js';

interface RunFlags extends ResponderFlags {
  protect?: string[];
  format: 'text' | 'json';
  plan: string;
  yes?: boolean;
  reactivate?: string[];
  stage?: Stage;
  watch: string | false;
  acceptChanges?: boolean;
  evidence?: string;
  store?: string;
}

const exitCodes: Record<ContainState, ExitCode> = {
  contained: 0,
  canary: 0,
  partial: 3,
  unverifiable: 4,
  'not-contained': 5,
};

export async function readPlan(file: string): Promise<Plan> {
  const { parsePlan } = await import('../../contain/plan-file.js');
  try {
    return parsePlan(readText(file));
  } catch (error) {
    if (error instanceof KeytrailError) throw error;
    throw new KeytrailError('usage', `can't read the plan ${file}: ${reasonOf(error)}`, {
      hint: 'Make one: keytrail contain plan KEY_ID --out plan.json',
      cause: error,
    });
  }
}

/** Milliseconds between two looks: an intruder's own loop is seldom quicker, and IAM allows about twenty reads a second. */
const watchInterval = 1000;

function watchOf(text: string | false): Watch | undefined {
  if (text === false) return undefined;
  return { rounds: Math.max(2, Math.ceil(parseInterval('--watch', text) / watchInterval)), interval: watchInterval };
}

async function prepared(flags: RunFlags, context: Context) {
  const { openJournal, journalPathOf } = await import('../../contain/journal.js');
  const plan = await readPlan(flags.plan);
  const responder = await openResponder(flags, context, plan.identity.accountId);
  const open = () => openJournal(journalPathOf(flags.plan), plan);
  const onProgress = ({ title, outcome, detail }: { title: string; outcome: string; detail: string }) =>
    context.note(`${printable(`${outcome.padEnd(12)} ${title}${detail === '' ? '' : `: ${detail}`}`)}\n`);
  return { plan, responder, clients: responder.clients, open, onProgress };
}

async function withJournal(open: () => Promise<Journal>, run: (journal: Journal) => Promise<void>): Promise<void> {
  const journal = await open();
  try {
    await run(journal);
  } finally {
    await journal.close();
  }
}

/** A folder beside the plan that is not there yet: evidence is never written over. */
function evidenceFolder(plan: string): string {
  const names = [`${plan}.evidence`, ...Array.from({ length: 98 }, (_, n) => `${plan}.evidence-${n + 2}`)];
  return names.find((name) => !existsSync(name)) ?? `${plan}.evidence`;
}

/** Before the first change of a plan: what the account says of the principal, sealed; the journal names the seal. */
async function keepEvidence(
  plan: Plan,
  journal: Journal,
  responder: Responder,
  flags: RunFlags,
  context: Context,
): Promise<void> {
  if (flags.evidence === 'none' || journal.entries.length > 0) return;
  const { evidenceAction } = await import('../../contain/journal.js');
  // What is to be known here of a credential of another account is what it reached.
  const foreign = plan.identity.kind === 'foreign';
  const keyId = foreign ? null : plan.identity.keyId;
  const place = flags.evidence ?? evidenceFolder(flags.plan);
  const sink = await openSink(place, {}, responder, context);
  const { principal: owner, roles, users } = plan.state;
  const subject = foreign ? (roles[0] ?? users[0])?.principal : owner;
  const principal = subject?.type === 'user' || subject?.type === 'role' ? subject.arn : null;
  const { manifest, manifestSha256, location, missing } = await collectInto(
    sink,
    { keyId, principal },
    flags,
    responder,
    context,
  );
  await journal.append({
    phase: 'apply',
    event: 'done',
    action: evidenceAction,
    prior: {},
    goal: {},
    detail: `manifest ${manifestSha256} in ${location}`,
    caller: manifest.caller.arn,
    time: context.now().toISOString(),
  });
  const lacks = missing.length === 0 ? '' : `; ${missing.length} pieces could not be had, as its manifest says`;
  context.note(`${printable(`evidence is in ${location}, manifest ${manifestSha256}${lacks}`)}\n`);
}

async function apply(flags: RunFlags, context: Context): Promise<void> {
  const [{ applyPlan }, { renderApply, renderPlan }] = await Promise.all([
    import('../../contain/apply.js'),
    import('../../contain/render.js'),
  ]);
  const watch = watchOf(flags.watch);
  const { plan, responder, clients, open, onProgress } = await prepared(flags, context);
  await confirmed(flags.yes, () => renderPlan(plan), context);
  await withJournal(open, async (journal) => {
    await keepEvidence(plan, journal, responder, flags, context);
    if (watch !== undefined)
      context.note(`everything is looked at for ${flags.watch} after it is done; --no-watch leaves that out\n`);
    const result = await applyPlan({
      plan,
      clients,
      journal,
      onProgress,
      options: {
        protectedPrincipals: protectedPrincipals(flags, context),
        now: context.now,
        signal: context.signal,
        ...(watch === undefined ? {} : { watch }),
        ...(flags.stage === undefined ? {} : { stage: flags.stage }),
        ...(flags.acceptChanges ? { acceptChanges: true } : {}),
      },
    });
    context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : renderApply(result));
    process.exitCode = exitCodes[result.state];
  });
}

async function undo(flags: RunFlags, context: Context): Promise<void> {
  const [{ undoPlan }, { renderUndo, renderUndoPlan }] = await Promise.all([
    import('../../contain/undo.js'),
    import('../../contain/render.js'),
  ]);
  const reactivate = flags.reactivate ?? [];
  const { plan, clients, open, onProgress } = await prepared(flags, context);
  await confirmed(flags.yes, () => renderUndoPlan(plan, reactivate), context);
  await withJournal(open, async (journal) => {
    const result = await undoPlan({
      plan,
      clients,
      journal,
      onProgress,
      options: { reactivate, now: context.now, signal: context.signal },
    });
    context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : renderUndo(result));
    if (result.state !== 'undone') process.exitCode = 3;
  });
}

/** What the logs have of the credential and its descendants since then; null where no store was named. */
async function logsWord(plan: Plan, since: string | null, flags: RunFlags, context: Context): Promise<LogsWord | null> {
  if (since === null || (flags.store === undefined && !context.env.KEYTRAIL_STORE)) return null;
  const { keyId } = plan.identity;
  if (keyId === null) return null;
  const [{ callsSince }] = await Promise.all([import('../../investigate/calls-since.js')]);
  const engine = await openFlaggedEngine(flags, context);
  try {
    return await callsSince({ engine, keyId, since, now: context.now() });
  } finally {
    await engine.close();
  }
}

async function verify(flags: RunFlags, context: Context): Promise<void> {
  const [{ doneAt, verifyPlan }, { renderVerify }] = await Promise.all([
    import('../../contain/verify-plan.js'),
    import('../../contain/render.js'),
  ]);
  const { plan, clients, open } = await prepared(flags, context);
  await withJournal(open, async (journal) => {
    const logs = await logsWord(plan, doneAt(journal.entries), flags, context);
    const result = await verifyPlan({ plan, clients, journal, options: { now: context.now } }, logs);
    context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : renderVerify(result));
    process.exitCode = exitCodes[result.state];
  });
}

export function addRuns(contain: Command, context: Context): void {
  const onPlan = (name: string) =>
    formatOption(responderOptions(contain.command(name)), ['text', 'json']).requiredOption(
      '--plan <file>',
      'the plan; its journal lies beside it',
    );
  const exits = 'Exit codes: 0 contained (or the canary stage holds); 3 partial; 4 unverifiable; 5 not contained.';

  protectOption(onPlan('apply'))
    .description('do what the plan says and watch that it holds; run again it resumes, and sets again what was lifted')
    .option('--yes', 'do not ask')
    .addOption(
      new Option('--stage <stage>', 'graceful lane: the last stage to carry out (default: canary)').choices([
        'canary',
        'deactivate',
      ]),
    )
    .option('--accept-changes', 'do what was planned, although the account changed since; the result is then partial')
    .option('--watch <time>', 'how long to look, once a second, whether anything is lifted', defaults.watchContainment)
    .option('--no-watch', 'read back only once: the result can be no better than unverifiable')
    .option(
      '--evidence <place>',
      'where to keep what the account says before the first change: a new folder, s3://BUCKET/PREFIX, or none (default: beside the plan)',
    )
    .option('--store <store>', 'where the logs are: their answers join the evidence')
    .addHelpText(
      'after',
      `
Examples:
  keytrail contain apply --plan plan.json
  keytrail contain apply --plan plan.json --stage deactivate --watch 5m --yes
  keytrail contain apply --plan plan.json --store duckdb:incident.duckdb --evidence s3://evidence-bucket/case-7

${exits}`,
    )
    .action((flags) => apply(flags, context));
  onPlan('verify')
    .description('read everything back and ask the logs whether the credential was of use since; changes nothing')
    .option('--store <store>', 'where the logs are')
    .addHelpText(
      'after',
      `\nExample:\n  keytrail contain verify --plan plan.json --store duckdb:incident.duckdb\n\n${exits}`,
    )
    .action((flags) => verify(flags, context));
  onPlan('undo')
    .description('restore what the plan changed; a deactivated key stays so unless named')
    .option('--yes', 'do not ask')
    .option('--reactivate <key-id>', 'set this key Active again; may be given several times', collect)
    .addHelpText(
      'after',
      `
Examples:
  keytrail contain undo --plan plan.json
  keytrail contain undo --plan plan.json --reactivate AKIA…

Exit code 3: not everything could be restored.`,
    )
    .action((flags) => undo(flags, context));
}
