import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { ContainClients } from '../../contain/aws.js';
import type { Plan } from '../../contain/plan.js';
import { KeytrailError, reasonOf } from '../../errors.js';
import { printable } from '../../model/printable.js';
import type { KeyClient } from '../../model/trace.js';
import { questionById } from '../../queries/load.js';
import { bindQuestion } from '../../queries/parameters.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import {
  type AwsFlags,
  awsOptions,
  awsSettings,
  collect,
  defaults,
  formatOption,
  openFlaggedEngine,
} from '../settings.js';
import { writeOut } from '../write-out.js';

interface CommonFlags extends AwsFlags {
  protect?: string[];
  format: 'text' | 'json';
}

interface PlanFlags extends CommonFlags {
  out?: string;
  store?: string;
  steps?: string;
}

interface RunFlags extends CommonFlags {
  plan: string;
  yes?: boolean;
  reactivate?: string[];
}

async function openClients(flags: AwsFlags, context: Context): Promise<ContainClients> {
  const { profile, region, endpointUrl } = awsSettings(flags, context);
  const [{ createClients }, { fromNodeProviderChain }] = await Promise.all([
    import('../../contain/clients.js'),
    import('@aws-sdk/credential-providers'),
  ]);
  return createClients({
    // IAM and the questions asked of STS are the same in every Region; the SDK wants one all the same.
    region: region ?? context.env.AWS_REGION ?? context.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...(profile === undefined ? {} : { credentials: fromNodeProviderChain({ profile }) }),
  });
}

/** Principals named by flag or, separated by commas, in KEYTRAIL_PROTECT. */
const protectedPrincipals = (flags: CommonFlags, context: Context): string[] =>
  [...(flags.protect ?? []), ...(context.env.KEYTRAIL_PROTECT ?? '').split(',')]
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');

/** Who uses the key, when a store was named; without one the plan says that nobody looked. */
async function clientsOf(keyId: string, flags: PlanFlags, context: Context): Promise<KeyClient[] | undefined> {
  if (flags.store === undefined && !context.env.KEYTRAIL_STORE) return undefined;
  const opened = await openFlaggedEngine(flags, context);
  try {
    const rows = await opened.ask(bindQuestion(questionById('key-clients'), { key: [keyId] }, context.now()));
    return rows as unknown as KeyClient[];
  } finally {
    await opened.close();
  }
}

async function readPlan(file: string) {
  const { parsePlan } = await import('../../contain/plan-file.js');
  try {
    return parsePlan(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof KeytrailError) throw error;
    throw new KeytrailError('usage', `can't read the plan ${file}: ${reasonOf(error)}`, {
      hint: 'Make one: keytrail contain plan KEY_ID --out plan.json',
      cause: error,
    });
  }
}

/** A plan that was begun is what its undo needs: it must not be written over. */
async function checkOut(file: string): Promise<void> {
  const { journalPathOf } = await import('../../contain/journal.js');
  const journal = journalPathOf(file);
  if (existsSync(journal))
    throw new KeytrailError('usage', `${file} was applied: its journal ${journal} is there, and undo needs both`, {
      hint: 'Name another file after --out.',
    });
}

async function plan(keyId: string, flags: PlanFlags, context: Context): Promise<void> {
  if (flags.out !== undefined) await checkOut(flags.out);
  const [{ observe }, { makePlan }, { formatPlan }, { renderPlan }] = await Promise.all([
    import('../../contain/observe.js'),
    import('../../contain/plan.js'),
    import('../../contain/plan-file.js'),
    import('../../contain/render.js'),
  ]);
  const clients = await openClients(flags, context);
  const users = await clientsOf(keyId, flags, context);
  const made = makePlan(await observe(clients, keyId), {
    now: context.now(),
    protectedPrincipals: protectedPrincipals(flags, context),
    ...(users === undefined ? {} : { clients: users }),
    ...(flags.steps === undefined ? {} : { steps: flags.steps.split(',') }),
  });
  if (flags.out !== undefined) await writeOut(flags.out, formatPlan(made));
  context.out(flags.format === 'json' ? `${jsonText(made, 2)}\n` : renderPlan(made));
  const refused = made.refusals.length > 0;
  if (flags.out !== undefined) {
    const next = refused
      ? 'it says why it will not be applied'
      : `apply it with: keytrail contain apply --plan ${flags.out}`;
    context.err(`plan written to ${flags.out}; ${next}\n`);
  }
  if (refused) process.exitCode = 1;
}

async function confirm(question: string, context: Context): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question, { signal: context.signal })).trim() === 'yes';
  } finally {
    terminal.close();
  }
}

/** `show` says what will be done, to whoever is asked to confirm it. */
async function prepareRun(flags: RunFlags, show: (plan: Plan) => string, context: Context) {
  const { openJournal, journalPathOf } = await import('../../contain/journal.js');
  const read = await readPlan(flags.plan);
  if (!flags.yes) {
    context.err(show(read));
    if (!(await confirm('Type yes to go on: ', context)))
      throw new KeytrailError('usage', 'nothing was changed: the plan was not confirmed', {
        hint: 'Answer yes on a terminal, or give --yes.',
      });
  }
  const clients = await openClients(flags, context);
  const journal = await openJournal(journalPathOf(flags.plan), read);
  const onProgress = ({ title, outcome, detail }: { title: string; outcome: string; detail: string }) =>
    context.err(`${printable(`${outcome.padEnd(12)} ${title}${detail === '' ? '' : `: ${detail}`}`)}\n`);
  return { plan: read, clients, journal, onProgress };
}

async function apply(flags: RunFlags, context: Context): Promise<void> {
  const [{ applyPlan }, { renderApply, renderPlan }] = await Promise.all([
    import('../../contain/apply.js'),
    import('../../contain/render.js'),
  ]);
  const prepared = await prepareRun(flags, renderPlan, context);
  try {
    const result = await applyPlan({
      ...prepared,
      options: {
        protectedPrincipals: protectedPrincipals(flags, context),
        now: context.now,
        signal: context.signal,
      },
    });
    context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : renderApply(result));
    if (result.state !== 'contained') process.exitCode = 3;
  } finally {
    await prepared.journal.close();
  }
}

async function undo(flags: RunFlags, context: Context): Promise<void> {
  const [{ undoPlan }, { renderUndo, renderUndoPlan }] = await Promise.all([
    import('../../contain/undo.js'),
    import('../../contain/render.js'),
  ]);
  const reactivate = flags.reactivate ?? [];
  const prepared = await prepareRun(flags, (read) => renderUndoPlan(read, reactivate), context);
  try {
    const result = await undoPlan({
      ...prepared,
      options: { reactivate, now: context.now, signal: context.signal },
    });
    context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : renderUndo(result));
    if (result.state !== 'undone') process.exitCode = 3;
  } finally {
    await prepared.journal.close();
  }
}

export function containCommand(program: Command, context: Context): void {
  const contain = program.command('contain').description('plan, apply and undo the containment of a credential');
  const common = (command: Command) =>
    formatOption(awsOptions(command), ['text', 'json']).option(
      '--protect <principals>',
      'ARNs or names, globs allowed, that must never be touched (also KEYTRAIL_PROTECT)',
      collect,
    );

  common(contain.command('plan').argument('<key-id>'))
    .description('what would be done, why, what breaks, how it is undone; changes nothing')
    .option('--out <file>', 'write the plan, to be applied later')
    .option('--store <store>', 'where the logs are, to name the applications that use the key')
    .option('--steps <ids>', 'only these steps: attach-deny, deactivate-key')
    .addHelpText(
      'after',
      `\nExample:\n  keytrail contain plan AKIA… --store duckdb:incident.duckdb --out ${defaults.plan}`,
    )
    .action((keyId, flags) => plan(keyId, flags, context));

  const onPlan = (name: string) =>
    common(contain.command(name))
      .requiredOption('--plan <file>', 'the plan; its journal lies beside it')
      .option('--yes', 'do not ask');
  onPlan('apply')
    .description('do what the plan says; run again it resumes')
    .addHelpText('after', '\nExit code 3: not everything could be contained or verified.')
    .action((flags) => apply(flags, context));
  onPlan('undo')
    .description('restore what the plan changed; a deactivated key stays so unless named')
    .option('--reactivate <key-id>', 'set this key Active again; may be given several times', collect)
    .action((flags) => undo(flags, context));
}
