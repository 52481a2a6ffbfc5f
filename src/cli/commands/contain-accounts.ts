import { join } from 'node:path';
import type { Command } from 'commander';
import type { FoundKey } from '../../contain/accounts/find-key.js';
import type { AccountPlan, AccountsRequest } from '../../contain/accounts/plan-accounts.js';
import { accessKeyFacts } from '../../model/access-key.js';
import { printable } from '../../model/printable.js';
import { openAccounts } from '../accounts.js';
import type { Context } from '../context.js';
import { formatTable } from '../output/index.js';
import { jsonText } from '../output/json.js';
import { checkPlanOut } from '../plan-out.js';
import { type ResponderFlags, responderOptions } from '../responder.js';
import { formatOption } from '../settings.js';
import { makeFolder, writeOut } from '../write-out.js';

interface ManyFlags extends ResponderFlags {
  format: 'text' | 'table' | 'json';
  regions?: string;
}

interface Many extends Pick<AccountsRequest, 'keyId' | 'trace' | 'sweepSince'> {
  accounts: string;
  outDir: string;
}

/** Plans in every account that a key reached: a file each, and a table of all. */
export async function planAll(
  { accounts: named, outDir, ...about }: Many,
  flags: ManyFlags,
  context: Context,
  plan: AccountsRequest['plan'],
): Promise<void> {
  const [{ planAccounts }, { formatPlan }] = await Promise.all([
    import('../../contain/accounts/plan-accounts.js'),
    import('../../contain/plan-file.js'),
  ]);
  const { accounts, open } = await openAccounts(named, flags, context);
  const fileOf = (id: string): string => join(outDir, `${id}.json`);
  for (const { id } of accounts) await checkPlanOut(fileOf(id), '--out-dir');
  const { owner } = about.trace;
  const results = await planAccounts({
    ...about,
    home: owner?.arn.split(':')[4] || owner?.accountId || accessKeyFacts(about.keyId).account,
    accounts,
    open,
    regions: flags.regions?.split(',') ?? null,
    plan,
    onProgress: (id) => {
      if (context.interactive) context.note(`\r\u001b[Kreading account ${id} …`);
    },
  });
  if (context.interactive) context.note('\r\u001b[K');
  await makeFolder(outDir, '--out-dir');
  for (const { plan: made, account } of results)
    if (made !== null) await writeOut(fileOf(account.id), formatPlan(made), '--out-dir');
  const summary = results.map((result) => summaryOf(result, fileOf(result.account.id)));
  context.out(
    flags.format === 'json'
      ? `${jsonText({ keyId: about.keyId, accounts: summary }, 2)}\n`
      : rendered(summary, context),
  );
  const done = results.every(({ outcome }) => outcome === 'planned' || outcome === 'untouched');
  if (!done) process.exitCode = results.some(({ plan: made }) => made !== null) ? 3 : 1;
  if (!results.some(({ plan: made }) => made !== null)) return;
  const role = flags.assumeRole === undefined ? '' : ` --assume-role ${flags.assumeRole}`;
  context.note(`apply each with: keytrail contain apply --plan ${fileOf('ACCOUNT')}${role}\n`);
}

function summaryOf({ account, outcome, leads, plan, reason }: AccountPlan, file: string) {
  return {
    account: account.id,
    name: account.name,
    outcome,
    leads,
    targets: (plan?.targets ?? []).map(({ kind, name, part }) => `${part} ${kind} ${name}`),
    leftOut: plan?.leftOut.length ?? 0,
    actions: plan?.actions.length ?? 0,
    refusals: plan?.refusals.length ?? 0,
    file: plan === null ? null : file,
    reason,
  };
}

function rendered(summary: readonly ReturnType<typeof summaryOf>[], { width, colour }: Context): string {
  const columns = ['account', 'name', 'outcome', 'targets', 'actions', 'refusals', 'file'];
  const rows = summary.map(({ targets, ...row }) => ({
    account: row.account,
    name: row.name,
    outcome: row.outcome,
    targets: targets.join(', ') || null,
    actions: row.file === null ? null : row.actions,
    refusals: row.file === null ? null : row.refusals,
    file: row.file,
  }));
  const notes = summary
    .filter(({ reason }) => reason !== '')
    .map(({ account, outcome, leads, reason }) => `${account} ${outcome} (${leads.join('; ')}): ${reason}`);
  return `${formatTable(columns, rows, { width, colour })}${notes.map((note) => `${printable(note)}\n`).join('')}`;
}

interface FindFlags extends ResponderFlags {
  format: 'text' | 'json';
  accounts?: string;
}

async function find(keyId: string, flags: FindFlags, context: Context): Promise<void> {
  const { findKey } = await import('../../contain/accounts/find-key.js');
  const opened = await openAccounts(flags.accounts, flags, context);
  const found = await findKey({ keyId, ...opened });
  context.out(flags.format === 'json' ? `${jsonText(found, 2)}\n` : foundText(found));
  if (found.account === null) process.exitCode = 1;
  else if (found.owner === null) process.exitCode = 3;
}

function foundText({ keyId, account, owner, sources, unread }: FoundKey): string {
  const of = account === null ? 'not known' : `${account.id}${account.name === null ? '' : ` (${account.name})`}`;
  const lines = [
    `${keyId}: account ${of}`,
    owner === null ? 'owner: not known' : `owner: ${owner.arn}`,
    ...(owner === null
      ? []
      : [
          `status: ${owner.status ?? 'not told'}; created ${owner.created ?? '-'}; last used ${owner.lastUsed ?? 'never'}`,
        ]),
    ...sources,
    ...unread.map(({ accountId, reason }) => `account ${accountId} could not be asked: ${reason}`),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

export function addFind(contain: Command, context: Context): void {
  formatOption(responderOptions(contain.command('find').argument('<key-id>')), ['text', 'json'])
    .description('which account has a key, and who has it there; changes nothing')
    .option('--accounts <ids>', 'where to look if AWS does not tell: ids, or `all` of the organization')
    .addHelpText(
      'after',
      `
Examples:
  keytrail contain find AKIA… --profile security
  keytrail contain find AKIA… --accounts all --assume-role Responder

Exit codes: 0 the owner is known; 3 only the account is, as for temporary keys; 1 neither is.`,
    )
    .action((keyId: string, flags: FindFlags) => find(keyId, flags, context));
}
