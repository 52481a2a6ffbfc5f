import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CheckResult } from '../../contain/evidence/check.js';
import type { CollectResult } from '../../contain/evidence/collect.js';
import { KeytrailError } from '../../errors.js';
import { accessKeyFacts } from '../../model/access-key.js';
import { jsonText } from '../../model/json-text.js';
import { printable } from '../../model/printable.js';
import type { Context } from '../context.js';
import { collectInto, type LockFlags, openSink } from '../evidence.js';
import { type ScanFlags, scanOptions } from '../question-flags.js';
import { assumeOptions, openResponder, type ResponderFlags } from '../responder.js';
import { engineOptions, formatOption } from '../settings.js';

interface EvidenceFlags extends ScanFlags, ResponderFlags, LockFlags {
  out?: string;
  check?: string;
  principal?: string;
  format: 'text' | 'json';
}

function collectedText({ manifest, manifestSha256, location, missing }: CollectResult): string {
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const lines = [
    `Evidence about ${manifest.keyId ?? 'no key'} (${manifest.principal ?? 'principal not known'}) is in ${location}:`,
    `${manifest.files.length} files, ${bytes.toLocaleString('en-US')} bytes.`,
    ...missing.map(({ piece, what, kind, reason }) =>
      [`Missing (${kind}): ${piece}`, what === null ? '' : ` of ${what}`, `: ${reason}`].join(''),
    ),
    `Manifest SHA-256: ${manifestSha256}`,
    'Keep this hash elsewhere: whoever can write the evidence can write a manifest to it.',
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** What needs more than was given, such as a time to compare with, is no failure of collecting. */
const isLack = ({ kind }: CollectResult['missing'][number]): boolean => kind === 'denied' || kind === 'failed';

async function collect(keyId: string, out: string, flags: EvidenceFlags, context: Context): Promise<void> {
  const responder = await openResponder(flags, context, accessKeyFacts(keyId).account);
  const sink = await openSink(out, flags, responder, context);
  const { principal = null } = flags;
  const result = await collectInto(sink, { keyId, principal }, flags, responder, context);
  context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : collectedText(result));
  if (result.missing.some(isLack)) process.exitCode = 3;
}

function checkedText({ manifest, manifestSha256, faults }: CheckResult, directory: string): string {
  const { length } = manifest.files;
  const lines =
    faults.length === 0
      ? [`${directory}: all ${length} files are as the manifest of ${manifest.collectedAt} says.`]
      : faults.map(({ file, fault }) => `${fault.padEnd(8)} ${file}`);
  const hash = `Manifest SHA-256: ${manifestSha256}`;
  return [...lines, hash].map((line) => `${printable(line)}\n`).join('');
}

async function check(directory: string, flags: EvidenceFlags, context: Context): Promise<void> {
  const { checkEvidence } = await import('../../contain/evidence/check.js');
  const result = await checkEvidence(directory);
  context.out(flags.format === 'json' ? `${jsonText(result, 2)}\n` : checkedText(result, directory));
  if (result.faults.length > 0) process.exitCode = 1;
}

async function run(keyId: string | undefined, flags: EvidenceFlags, context: Context): Promise<void> {
  const { out, check: directory } = flags;
  if (directory !== undefined && keyId === undefined && out === undefined) return check(directory, flags, context);
  if (directory === undefined && keyId !== undefined && out !== undefined) return collect(keyId, out, flags, context);
  throw new KeytrailError('usage', 'evidence is either collected or checked', {
    hint: 'Give KEY_ID --out DIR to collect it, or --check DIR alone.',
  });
}

function parseDays(text: string): number {
  // S3 keeps no object locked for longer than 100 years.
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 36_500) throw new InvalidArgumentError('Give 1 to 36500 days.');
  return Number(text);
}

/** `contain evidence`. */
export function addEvidence(contain: Command, context: Context): void {
  const command = contain.command('evidence').argument('[key-id]');
  formatOption(scanOptions(assumeOptions(engineOptions(command))), ['text', 'json'])
    .description('keep what the account says of a key before it is changed, with a manifest; changes nothing')
    .option('--out <place>', 'a new folder, or s3://BUCKET/PREFIX')
    .option('--principal <arn>', 'a user, a role or a session of it, instead of the key’s user')
    .option('--object-lock <days>', 'in a bucket: nobody may delete it before', parseDays)
    .addOption(
      new Option('--object-lock-mode <mode>', 'compliance: not even who may bypass governance')
        .choices(['governance', 'compliance'])
        .default('governance'),
    )
    .option('--check <dir>', 'compare a folder with its manifest')
    .addHelpText(
      'after',
      `
Examples:
  keytrail contain evidence AKIA… --out evidence --store duckdb:incident.duckdb
  keytrail contain evidence AKIA… --out s3://BUCKET/incident-7 --object-lock 365
  keytrail contain evidence --check evidence

Exit code 3: something could not be had; the manifest says what and why.`,
    )
    .action((keyId, flags) => run(keyId, flags, context));
}
