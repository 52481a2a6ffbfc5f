import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { ContainClients } from '../../contain/clients.js';
import type { Containment } from '../../contain/monitor/containment.js';
import type { Deletable } from '../../contain/monitor/delete-key.js';
import type { DeletionInputs, DeletionVerdict, SealedEvidence } from '../../contain/monitor/deletion.js';
import { accessKeyFacts } from '../../model/access-key.js';
import { printable } from '../../model/printable.js';
import { confirmed } from '../confirm.js';
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
import { protectedPrincipals, protectOption } from '../protected.js';
import { openClients } from '../responder.js';
import { openFlaggedEngine } from '../settings.js';

interface DeleteFlags extends MonitorFlags {
  protect?: string[];
  ownerSays?: string;
  evidence?: string;
  dryRun?: boolean;
  yes?: boolean;
}

type Seen = Pick<DeletionInputs, 'containment' | 'logs'>;

/** What the store says, where one was named; without one the logs are unknown, and unknown does not hold. */
async function fromLogs(keyId: string, flags: DeleteFlags, context: Context): Promise<Seen> {
  const planned = await containedWhen(keyId, flags, context);
  if (flags.store === undefined && !context.env.KEYTRAIL_STORE) return { containment: planned, logs: null };
  const { deactivationOf, keyLogs } = await import('../key-logs.js');
  const engine = await openFlaggedEngine(flags, context);
  try {
    const now = context.now();
    const containment = withDeactivation(planned, await deactivationOf(engine, keyId, now));
    const except = flags.replacement === undefined ? [] : [flags.replacement];
    const deniedAt = containment?.deniedAt ?? now.toISOString();
    return { containment, logs: await keyLogs(engine, keyId, deniedAt, except, now) };
  } finally {
    await engine.close();
  }
}

/** The later of what the journal and the logs say: in between it may have been active again. */
function withDeactivation(planned: Containment | null, logged: string | null): Seen['containment'] {
  if (planned === null) return logged === null ? null : { deniedAt: logged, deactivatedAt: logged };
  const times = [planned.deactivatedAt, logged].filter((time) => time !== null).sort();
  return { deniedAt: planned.deniedAt, deactivatedAt: times.at(-1) ?? null };
}

async function sealed(evidence: string | undefined): Promise<SealedEvidence | null> {
  if (evidence === undefined) return null;
  if (/^[0-9a-f]{64}$/i.test(evidence)) return { manifestSha256: evidence.toLowerCase(), checked: null };
  const { checkEvidence } = await import('../../contain/evidence/check.js');
  const { manifest, manifestSha256, faults } = await checkEvidence(evidence);
  return { manifestSha256, checked: { keyId: manifest.keyId, faults: faults.length } };
}

async function judged(
  key: Deletable,
  seen: Seen,
  flags: DeleteFlags,
  clients: ContainClients,
  context: Context,
): Promise<DeletionVerdict> {
  const [{ judgeDeletion }, { observeReplacement }] = await Promise.all([
    import('../../contain/monitor/deletion.js'),
    import('../../contain/monitor/delete-key.js'),
  ]);
  const { keyId, status, lastUsed } = key;
  const deniedAt = seen.containment?.deniedAt ?? context.now().toISOString();
  return judgeDeletion({
    ...seen,
    now: context.now(),
    keyId,
    status,
    lastUsed,
    replacement: flags.replacement === undefined ? null : await observeReplacement(clients, flags.replacement),
    alarms: await alarmStates(keyId, flags.logGroup ?? null, clients),
    apps: await appsHealth(flags.app ?? [], deniedAt, clients, context),
    ownerSays: flags.ownerSays ?? null,
    evidence: await sealed(flags.evidence),
  });
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Whether an earlier run did it, or was broken off after the call. */
async function isDone(file: string, keyId: string, clients: ContainClients, context: Context): Promise<boolean> {
  if (!(await exists(file))) return false;
  const [{ openJournal }, { deletionOf, endDeletion }] = await Promise.all([
    import('../../contain/journal.js'),
    import('../../contain/monitor/delete-key.js'),
  ]);
  const journal = await openJournal(file, deletionOf(keyId));
  try {
    return await endDeletion(clients, journal, context.now);
  } finally {
    await journal.close();
  }
}

async function remove(given: string, flags: DeleteFlags, context: Context): Promise<void> {
  const [{ deleteKey, deletionJournal, deletionOf, observeDeletable }, { renderDeletion }, { openJournal }] =
    await Promise.all([
      import('../../contain/monitor/delete-key.js'),
      import('../../contain/monitor/render-deletion.js'),
      import('../../contain/journal.js'),
    ]);
  const keyId = await watchedKey(given, flags);
  const clients = await openClients(flags, context, accessKeyFacts(keyId).account);
  const file = join(flags.plan === undefined ? '.' : dirname(flags.plan), deletionJournal(keyId));
  const told = (result: Record<string, unknown>, text: string) =>
    context.out(flags.format === 'json' ? `${jsonText({ keyId, ...result, journal: file }, 2)}\n` : text);
  if (await isDone(file, keyId, clients, context)) {
    told({ deleted: true }, `${keyId} is deleted; ${printable(file)} says when and why\n`);
    return;
  }
  const seen = await fromLogs(keyId, flags, context);
  const key = await observeDeletable(clients, keyId, {
    derivedArns: (seen.logs?.derived ?? []).flatMap(({ issuedArn }) => issuedArn ?? []),
    protectedPrincipals: protectedPrincipals(flags, context),
    now: context.now(),
  });
  const verdict = await judged(key, seen, flags, clients, context);
  const shown = renderDeletion(key, verdict);
  if (!verdict.eligible || flags.dryRun) {
    told({ deleted: false, ...verdict }, shown);
    process.exitCode = verdict.eligible ? 0 : 1;
    return;
  }
  await confirmed(flags.yes, () => shown, context);
  const journal = await openJournal(file, deletionOf(keyId));
  try {
    await deleteKey({ clients, key, verdict, journal, now: context.now });
  } finally {
    await journal.close();
  }
  told({ deleted: true, ...verdict }, `${shown}${keyId} is deleted; ${printable(file)} says when and why\n`);
}

/** `contain delete`. */
export function addDelete(contain: Command, context: Context): void {
  protectOption(monitorOptions(contain.command('delete').argument('<key-id>')))
    .description('delete a key for good, once seven conditions hold; each that does not is told with what it takes')
    .option('--owner-says <words>', 'what the owner said to it: "NAME, 2026-03-01, words"')
    .option('--evidence <place>', 'the folder of contain evidence, or the SHA-256 of its sealed manifest')
    .option('--log-group <name>', 'the log group of contain alarms; the alarms are looked up in --region')
    .option('--dry-run', 'only say whether it may be deleted')
    .option('--yes', 'delete without asking')
    .addHelpText(
      'after',
      `
Example:
  keytrail contain delete AKIA… --plan plan.json --store duckdb:incident.duckdb --replacement AKIA… \\
    --app lambda:us-east-1/orders --owner-says "Ana, 2026-03-12, orders uses the new key" --evidence evidence --dry-run

What is not known does not hold, and nothing overrides it. Exit code 1: not to be deleted yet.`,
    )
    .action((keyId, flags) => remove(keyId, flags, context));
}
