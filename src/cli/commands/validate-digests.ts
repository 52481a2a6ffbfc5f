import type { PublicKeys } from '../../digest/keys.js';
import type { FindingKind, NoteKind, Remark, ValidationReport } from '../../digest/report.js';
import { KeytrailError, reasonOf } from '../../errors.js';
import { printable } from '../../model/printable.js';
import { readText } from '../../model/read-file.js';
import type { Context } from '../context.js';
import { selectionOf } from '../selection.js';
import { type AwsFlags, awsSettings, type ScopeFlags } from '../settings.js';

export interface DigestFlags extends AwsFlags, ScopeFlags {
  /** `s3://BUCKET/PREFIX` or a directory. */
  source: string;
  /** What `aws cloudtrail list-public-keys` printed, a file for each Region; absent: CloudTrail is asked. */
  publicKeys?: string[];
  trail?: string;
}

/** Checks the digests of a source and the log files that they name. */
export async function checkDigests(flags: DigestFlags, context: Context): Promise<ValidationReport> {
  const { openSource } = await import('../../s3/source.js');
  const { validate } = await import('../../digest/validate.js');
  const selection = selectionOf(flags, context.now());
  const keys = await openKeys(flags, context);
  try {
    const source = await openSource(flags.source, awsSettings(flags, context));
    try {
      return await validate({
        source,
        keys,
        ...selection,
        ...(flags.trail === undefined ? {} : { trail: flags.trail }),
        now: context.now,
        signal: context.signal,
      });
    } finally {
      await source.close();
    }
  } catch (error) {
    if (context.signal.aborted)
      throw new KeytrailError('interrupted', 'stopped before the end: nothing is known of what was not read', {
        hint: 'Run the same command again, perhaps for a shorter time: --from, --to.',
        cause: error,
      });
    throw error;
  } finally {
    keys.close();
  }
}

async function openKeys(flags: DigestFlags, context: Context): Promise<PublicKeys> {
  if (flags.publicKeys === undefined) {
    const { apiKeys } = await import('../../digest/api-keys.js');
    return apiKeys(awsSettings(flags, context));
  }
  const { listedKeys } = await import('../../digest/keys.js');
  const lists = flags.publicKeys.map(async (name) => ({ name, content: await keyFile(name) }));
  return listedKeys(await Promise.all(lists));
}

async function keyFile(name: string): Promise<string> {
  try {
    return readText(name);
  } catch (error) {
    throw new KeytrailError('usage', `public keys can't be read from ${JSON.stringify(name)}: ${reasonOf(error)}`, {
      hint: 'Name a file with what "aws cloudtrail list-public-keys" prints.',
      cause: error,
    });
  }
}

const labels: Record<FindingKind | NoteKind, string> = {
  'digest-invalid': 'INVALID DIGEST',
  'digest-unverified': 'UNVERIFIED',
  'digest-missing': 'MISSING DIGEST',
  'digest-elsewhere': 'NOT CHECKED',
  gap: 'GAP',
  'no-digest': 'NO DIGEST',
  'log-altered': 'ALTERED',
  'log-deleted': 'DELETED',
  'log-unreadable': 'UNREADABLE',
  'log-elsewhere': 'NOT CHECKED',
  'log-uncovered': 'NOT COVERED',
  'digest-unsigned': 'note',
  'chain-start': 'note',
  'log-pending': 'note',
};

const count = (value: number) => value.toLocaleString('en-US');

/** `3 altered, 1 deleted`: what is not zero, in the order given. */
const counts = (numbers: Readonly<Record<string, number>>): string =>
  Object.entries(numbers)
    .filter(([name, number]) => name === 'valid' || number > 0)
    .map(([name, number]) => `${count(number)} ${name === 'uncovered' ? 'not covered' : name}`)
    .join(', ');

/** Findings first, each with the file that it is about; then what was checked. */
export function reportLines({ source, chains, digests, logs, findings, notes }: ValidationReport): string[] {
  const lines = [...findings, ...notes].map(remarkLine);
  for (const { account, region, trail, backfill, from, to, digests: ofChain } of chains)
    lines.push(
      `${label('chain')}${account} ${region} ${trail}${backfill ? ' (backfill)' : ''}, ${from} to ${to}: ${counts({ ...ofChain })} digests`,
    );
  lines.push(`${label('digests')}${counts({ ...digests })}`);
  lines.push(`${label('log files')}${counts({ ...logs })}`);
  const verdict =
    findings.length === 0
      ? 'nothing that the digests name was altered or deleted'
      : `${count(findings.length)} findings: see above`;
  lines.push(`${label('result')}${verdict} (${printable(source)})`);
  return lines;
}

const label = (text: string): string => text.padEnd(15);

function remarkLine({
  kind,
  account,
  region,
  trail,
  object,
  from,
  to,
  detail,
}: Remark<FindingKind | NoteKind>): string {
  const where = object === null ? [account, region, trail].filter((part) => part !== null).join(' ') : object;
  const isLog = kind.startsWith('log-');
  const when = isLog || (from === null && to === null) ? '' : ` (${from ?? '…'} to ${to ?? '…'})`;
  return `${label(labels[kind])}${printable(where, 1200)}: ${printable(detail, 500)}${when}`;
}
