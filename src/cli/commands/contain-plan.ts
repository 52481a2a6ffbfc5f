import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ContainClients } from '../../contain/clients.js';
import type { Identity } from '../../contain/identify.js';
import type { Plan, PlanOptions } from '../../contain/plan.js';
import type { Lane } from '../../contain/step.js';
import { KeytrailError, reasonOf } from '../../errors.js';
import type { Trace } from '../../model/trace.js';
import type { Context } from '../context.js';
import { jsonText } from '../output/json.js';
import { checkPlanOut } from '../plan-out.js';
import { protectedPrincipals, protectOption } from '../protected.js';
import { openClients, type ResponderFlags, responderOptions } from '../responder.js';
import { collect, defaults, formatOption, openFlaggedEngine } from '../settings.js';
import { writeOut } from '../write-out.js';
import { planAll } from './contain-accounts.js';

interface PlanFlags extends ResponderFlags {
  protect?: string[];
  format: 'text' | 'table' | 'json';
  out?: string;
  store?: string;
  steps?: string;
  skip?: string[];
  lane: Lane;
  principal?: string;
  since?: string;
  valid: number;
  regions?: string;
  accounts?: string;
  outDir?: string;
}

/** What the logs tell, when a store was named; without one the plan says that nobody looked. */
async function traceFor(keyId: string | null, flags: PlanFlags, context: Context): Promise<Trace | null> {
  if (keyId === null || (flags.store === undefined && !context.env.KEYTRAIL_STORE)) return null;
  const { traceOf } = await import('../../investigate/trace.js');
  const opened = await openFlaggedEngine(flags, context);
  try {
    return await traceOf({
      engine: opened,
      keyId,
      now: context.now(),
      onProgress: (question) => {
        if (context.interactive) context.note(`\r\u001b[Kasking ${question} …`);
      },
    });
  } finally {
    if (context.interactive) context.note('\r\u001b[K');
    await opened.close();
  }
}

/** ISO 8601 UTC, or null for what was not given. */
function timeOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d\d-\d\d/.test(text))
    throw new KeytrailError('usage', `--since ${JSON.stringify(text)} is no time`, {
      hint: 'For example 2026-03-01T12:00:00Z.',
    });
  return time.toISOString();
}

function parseHours(text: string): number {
  const found = /^([1-9]\d{0,2})h?$/.exec(text);
  if (!found) throw new InvalidArgumentError('Give hours, such as 24h.');
  return Number(found[1]);
}

const unreachable = (error: unknown): boolean =>
  error instanceof KeytrailError &&
  (error.code === 'no_credentials' ||
    /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT/.test(`${error.message} ${reasonOf(error.cause)}`));

async function made(keyId: string | null, flags: PlanFlags, context: Context): Promise<Plan> {
  const [{ identify }, { targetsOf }, { observe }, { makePlan }, { readRegions }, draft] = await Promise.all([
    import('../../contain/identify.js'),
    import('../../contain/target.js'),
    import('../../contain/account/observe.js'),
    import('../../contain/plan.js'),
    import('../../contain/account/regions.js'),
    import('../../contain/draft.js'),
  ]);
  const asked = timeOf(flags.since);
  const trace = await traceFor(keyId, flags, context);
  const since = asked ?? trace?.firstAbuse ?? null;
  const options = (identity: Identity): Omit<PlanOptions, 'regions'> => ({
    now: context.now(),
    identity,
    ...targetsOf(identity, trace, flags.lane === 'fast' ? since : asked),
    lane: flags.lane,
    since,
    hoursValid: flags.valid,
    protectedPrincipals: protectedPrincipals(flags, context),
    trace,
    ...(flags.steps === undefined ? {} : { steps: flags.steps.split(',') }),
    ...(flags.skip === undefined ? {} : { skip: flags.skip }),
  });
  const accountId = flags.principal?.split(':')[4] ?? trace?.owner?.accountId ?? (await accountOf(keyId, flags));
  const clients = await openClients(flags, context, accountId);
  const found = await identify(clients, {
    keyId,
    trace,
    ...(flags.principal === undefined ? {} : { principalArn: flags.principal }),
  }).catch((error: unknown) => {
    if (keyId === null || trace === null || !unreachable(error)) throw error;
    return draft.identityFromLogs(keyId, trace, reasonOf(error));
  });
  const request = options(found);
  if (found.draft !== null) return makePlan(draft.stateFromLogs(found, trace, request.targets), request);
  const hasRoles = request.targets.some(({ kind }) => kind === 'role');
  const regions =
    flags.regions?.split(',') ?? (hasRoles ? await readRegions(clients).catch(() => [clients.region]) : []);
  const [state, privileges] = await Promise.all([
    observe(clients, { identity: found, targets: request.targets, regions }),
    privilegesOf(clients, found, trace),
  ]);
  return makePlan(state, { ...request, regions, privileges });
}

/** How long the access advisor may take: its answer is worth less than a quick plan. */
const advisorLimit = 10_000;

/** What the owner may do, against what the logs have of it; null where it can't be read. */
async function privilegesOf(clients: ContainClients, { principal }: Identity, trace: Trace | null) {
  const { type, name } = principal;
  if (name === null || (type !== 'user' && type !== 'role')) return null;
  const [{ readPrivileges }, { comparePrivileges }] = await Promise.all([
    import('../../contain/privileges.js'),
    import('../../contain/compare-privileges.js'),
  ]);
  const privileges = await readPrivileges(clients, { type, name }, { limitMs: advisorLimit }).catch(() => null);
  return privileges === null ? null : comparePrivileges(privileges, trace?.actions ?? []);
}

/** The account that a key's id tells, for a role that is only named. */
async function accountOf(keyId: string | null, flags: PlanFlags): Promise<string | null> {
  if (keyId === null || flags.assumeRole === undefined || flags.assumeRole.startsWith('arn:')) return null;
  const { accessKeyFacts } = await import('../../model/access-key.js');
  return accessKeyFacts(keyId).account;
}

/** A plan for each account that the key reached. */
async function planMany(keyId: string | null, flags: PlanFlags, context: Context): Promise<void> {
  const { accounts, outDir, lane } = flags;
  if (keyId === null || accounts === undefined || outDir === undefined)
    throw new KeytrailError('usage', '--accounts needs a key and --out-dir', {
      hint: 'keytrail contain plan AKIA… --store … --accounts all --assume-role NAME --out-dir plans',
    });
  const given = (['principal', 'out', 'skip'] as const).find((flag) => flags[flag] !== undefined);
  if (given !== undefined)
    throw new KeytrailError('usage', `--${given} is for one account, not for --accounts`, { hint: 'Leave it out.' });
  const asked = timeOf(flags.since);
  const trace = await traceFor(keyId, flags, context);
  if (trace === null)
    throw new KeytrailError('usage', '--accounts needs the logs: only they tell what the key reached', {
      hint: 'Name a store: --store duckdb:FILE.',
    });
  const since = asked ?? trace.firstAbuse;
  await planAll({ keyId, trace, sweepSince: lane === 'fast' ? since : asked, accounts, outDir }, flags, context, {
    now: context.now(),
    lane,
    since,
    hoursValid: flags.valid,
    protectedPrincipals: protectedPrincipals(flags, context),
    ...(flags.steps === undefined ? {} : { steps: flags.steps.split(',') }),
  });
}

async function plan(keyId: string | null, flags: PlanFlags, context: Context): Promise<void> {
  if (keyId === null && flags.principal === undefined)
    throw new KeytrailError('usage', 'neither a key nor a principal was named', {
      hint: 'keytrail contain plan AKIA…, or keytrail contain plan --principal ARN',
    });
  if (flags.accounts !== undefined) return planMany(keyId, flags, context);
  if (flags.out !== undefined) await checkPlanOut(flags.out);
  const [{ formatPlan }, { renderPlan }, { planTable }] = await Promise.all([
    import('../../contain/plan-file.js'),
    import('../../contain/render.js'),
    import('../output/plan.js'),
  ]);
  const result = await made(keyId, flags, context);
  if (flags.out !== undefined) await writeOut(flags.out, formatPlan(result));
  const shown = {
    json: () => `${jsonText(result, 2)}\n`,
    table: () => planTable(result, context),
    text: () => renderPlan(result),
  };
  context.out(shown[flags.format]());
  const refused = result.refusals.length > 0;
  if (flags.out !== undefined) {
    const next = refused
      ? 'it says why it will not be applied'
      : `apply it with: keytrail contain apply --plan ${flags.out}`;
    context.note(`plan written to ${flags.out}; ${next}\n`);
  }
  if (refused) process.exitCode = 1;
}

export function addPlan(contain: Command, context: Context): void {
  const command = protectOption(responderOptions(contain.command('plan').argument('[key-id]')));
  formatOption(command, ['text', 'table', 'json']);
  command
    .description('whose it is, what would be done, why, what breaks, how it is undone; changes nothing')
    .option('--out <file>', 'write the plan, to be applied later')
    .option('--store <store>', 'where the logs are: what uses the key, what it issued, what was made with it')
    .option('--principal <arn>', 'the owner, where the key does not tell: a user, a role or a session')
    .addOption(
      new Option('--lane <lane>', 'fast: unauthorised use is confirmed; graceful: exposed, not used')
        .choices(['fast', 'graceful'])
        .default('fast'),
    )
    .option('--since <time>', 'when the incident began (default: the first abuse that the logs show)')
    .option('--valid <hours>', 'how long it may be applied', parseHours, 24)
    .option('--steps <ids>', 'only these steps, separated by commas')
    .option(
      '--skip <action>',
      'leave out this action, named in brackets by the plan; may be given several times',
      collect,
    )
    .option(
      '--accounts <ids>',
      'plan in each of these accounts that the key reached: ids, or `all` of the organization',
    )
    .option('--out-dir <folder>', 'with --accounts: where the plans are written, ACCOUNT.json each')
    .option('--regions <names>', 'where instances of a role are sought (default: all Regions that are enabled)')
    .addHelpText(
      'after',
      `
Examples:
  keytrail contain plan AKIA… --store duckdb:incident.duckdb --out ${defaults.plan}
  keytrail contain plan AKIA… --lane graceful --out ${defaults.plan}
  keytrail contain plan --principal arn:aws:sts::111122223333:assumed-role/web/i-0abc --out ${defaults.plan}
  keytrail contain plan AKIA… --store … --accounts all --assume-role keytrail-responder --out-dir plans

The text is Markdown, for a ticket. Exit code 1: a guard refuses the plan. With --accounts 3: not every account that the
key reached has a plan to apply.`,
    )
    .action((keyId: string | undefined, flags: PlanFlags) => plan(keyId ?? null, flags, context));
}
