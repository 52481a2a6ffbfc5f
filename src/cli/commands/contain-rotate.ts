import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { RotateJournal } from '../../contain/rotate/journal.js';
import type { RotationPlan } from '../../contain/rotate/plan.js';
import type { RotationProgress, RotationResult } from '../../contain/rotate/rotate.js';
import type { KeyPair, Target } from '../../contain/rotate/target.js';
import type { UndoRotationResult } from '../../contain/rotate/undo.js';
import { KeytrailError } from '../../errors.js';
import { accessKeyFacts } from '../../model/access-key.js';
import { jsonText } from '../../model/json-text.js';
import { printable } from '../../model/printable.js';
import { confirmed } from '../confirm.js';
import type { Context } from '../context.js';
import { openResponder, type Responder, type ResponderFlags, responderOptions } from '../responder.js';
import { collect, formatOption } from '../settings.js';

interface RotateFlags extends ResponderFlags {
  to?: string[];
  yes?: boolean;
  own?: boolean;
  undo?: boolean;
  journal?: string;
  format: 'text' | 'json';
}

const text = (lines: readonly string[]): string => lines.map((line) => `${printable(line)}\n`).join('');

function planText({ owner, newKeyId, targets }: RotationPlan, journal: string): string {
  const steps = [
    newKeyId === null
      ? `iam:CreateAccessKey for ${owner.userName}, and wait until AWS takes the key`
      : `go on with ${newKeyId}, or replace it where its secret is lost`,
    ...targets.map(({ id, call, heldKeyId }) => `${call}: ${id} (holds ${heldKeyId ?? 'no key yet'})`),
  ];
  return text([
    `Rotate ${owner.keyId} of ${owner.arn}:`,
    ...steps.map((step, at) => `  ${at + 1}. ${step}`),
    ...targets.flatMap(({ id, notes }) => notes.map((note) => `  note: ${id}: ${note}`)),
    ...targets.map(({ id, undo }) => `  undo: ${id}: ${undo ?? 'none: its old secret is kept nowhere else'}`),
    `  ${owner.keyId} stays as it is: deactivate it with contain apply when nothing uses it. Journal: ${journal}`,
  ]);
}

function resultText({ state, keyId, newKeyId, targets }: RotationResult, journal: string): string {
  const next = {
    rotated: `Every target has ${newKeyId}. Restart what reads its key only at its start, then contain ${keyId}.`,
    partial: 'Mend what failed and run the same command again, or take it back with --undo.',
    failed: 'No target took the new key: it was deleted, and nothing has changed.',
  }[state];
  return text([
    `${keyId}: ${state}${newKeyId === null ? '' : `; new key ${newKeyId}`}`,
    ...targets.map(({ target, outcome, detail }) => `  ${outcome.padEnd(8)} ${target}${detail && `: ${detail}`}`),
    `${next} Journal: ${journal}`,
  ]);
}

function undoText({ state, keyId, newKeyId, targets }: UndoRotationResult): string {
  return text([
    `${keyId}: ${state}`,
    ...targets.map(({ target, outcome, detail }) => `  ${outcome.padEnd(8)} ${target}${detail && `: ${detail}`}`),
    state === 'undone'
      ? 'The new key is deleted.'
      : `${newKeyId} stays Active: what kept it, or could not be restored, uses it.`,
  ]);
}

/** What will be done is shown also to who does not ask to be asked. */
async function agreed(shown: string, flags: RotateFlags, context: Context): Promise<void> {
  context.err(shown);
  await confirmed(flags.yes, () => '', context);
}

const progress =
  (context: Context) =>
  ({ title, outcome, detail }: RotationProgress): void =>
    context.note(text([`${outcome.padEnd(8)} ${title}${detail && `: ${detail}`}`]));

/** What both ways need: the journal, and what is made of `--to`. */
interface Prepared {
  responder: Responder;
  journal: RotateJournal;
  open(targets: readonly string[]): Promise<Target[]>;
}

async function rotateKey(keyId: string, flags: RotateFlags, prepared: Prepared, context: Context): Promise<void> {
  const [{ planRotation }, { rotate }, { STSClient }] = await Promise.all([
    import('../../contain/rotate/plan.js'),
    import('../../contain/rotate/rotate.js'),
    import('@aws-sdk/client-sts'),
  ]);
  const { responder, journal, open } = prepared;
  const { clients, config } = responder;
  const targets = await open(flags.to ?? []);
  const plan = await planRotation({ clients, keyId, targets, entries: journal.entries, own: flags.own === true });
  await agreed(planText(plan, journal.path), flags, context);
  const result = await rotate({
    clients,
    signIn: (credentials: KeyPair) => new STSClient({ ...config, credentials }),
    plan,
    targets,
    journal,
    signal: context.signal,
    onProgress: progress(context),
  });
  context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : resultText(result, journal.path));
  if (result.state !== 'rotated') process.exitCode = result.state === 'partial' ? 3 : 1;
}

async function undoKey(keyId: string, flags: RotateFlags, prepared: Prepared, context: Context): Promise<void> {
  const { targetsOf, undoRotation } = await import('../../contain/rotate/undo.js');
  const { responder, journal, open } = prepared;
  const ids = targetsOf(journal, keyId);
  const targets = await open(ids);
  const steps = [...targets]
    .reverse()
    .map(({ id, undo }) => `  ${id}: ${undo ?? 'keeps the new key: its old secret is gone'}`);
  await agreed(text([`Take back the rotation of ${keyId}:`, ...steps]), flags, context);
  const result = await undoRotation({
    clients: responder.clients,
    journal,
    targets,
    own: flags.own === true,
    signal: context.signal,
    onProgress: progress(context),
  });
  context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : undoText(result));
  if (result.state !== 'undone') process.exitCode = 3;
}

async function run(keyId: string, flags: RotateFlags, context: Context): Promise<void> {
  // It becomes the name of a file.
  if (!/^AKIA[A-Z0-9]{12,124}$/.test(keyId))
    throw new KeytrailError('bad_parameter', `${JSON.stringify(keyId.slice(0, 128))} is no long-term access key id`, {
      hint: 'Give the id of a user’s key: AKIA and 16 more capital letters or digits. A session’s key is never rotated.',
    });
  const path = flags.journal ?? `rotate-${keyId}.journal.jsonl`;
  if (flags.undo && flags.to !== undefined)
    throw new KeytrailError('usage', '--undo takes the targets from the journal', { hint: 'Leave --to out.' });
  if (flags.undo && !existsSync(path))
    throw new KeytrailError('usage', `there is no journal ${path}`, { hint: 'Name it after --journal.' });
  const [{ openRotateJournal }, { openTargets }, { defaultDelays }] = await Promise.all([
    import('../../contain/rotate/journal.js'),
    import('../../contain/rotate/parse-target.js'),
    import('../../contain/rotate/wait.js'),
  ]);
  const responder = await openResponder(flags, context, accessKeyFacts(keyId).account);
  const open = async (texts: readonly string[]) =>
    openTargets(texts, responder.clients, { delays: defaultDelays, signal: context.signal });
  const journal = await openRotateJournal(path, context.now);
  try {
    await (flags.undo ? undoKey : rotateKey)(keyId, flags, { responder, journal, open }, context);
  } finally {
    await journal.close();
  }
}

/** `contain rotate`. */
export function addRotate(contain: Command, context: Context): void {
  formatOption(responderOptions(contain.command('rotate').argument('<key-id>')), ['text', 'json'])
    .description('make the owner’s new key and put it where applications read it; it is never shown')
    .option('--to <target>', 'where an application reads its key; may be given several times', collect)
    .option('--yes', 'do not ask')
    .option('--own', 'the key may be the one of whoever runs this')
    .option('--journal <file>', 'what was done, to go on or to undo (default: rotate-KEY_ID.journal.jsonl)')
    .option('--undo', 'give the targets the old key back, where that can be done')
    .addHelpText(
      'after',
      `
Targets:
  secretsmanager:REGION/NAME[#ID,SECRET]  members of a JSON secret (accessKeyId,secretAccessKey)
  ssm:REGION/ID-PARAMETER,SECRET-PARAMETER
  lambda:REGION/FUNCTION[#ID,SECRET]      environment variables (ACCESS_KEY_ID,SECRET_ACCESS_KEY)
  file:PATH[#PROFILE]                     a credentials file of the AWS CLI (default)

Examples:
  keytrail contain rotate AKIA… --to secretsmanager:eu-west-1/app/aws --to file:/srv/app/.aws/credentials#app
  keytrail contain rotate AKIA… --undo

Exit codes: 1: no target took the key, nothing changed; 3: some did. Run again, it goes on.`,
    )
    .action((keyId, flags) => run(keyId, flags, context));
}
