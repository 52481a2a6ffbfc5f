import { isoTime } from '../model/cell.js';
import type { Judged } from './authenticate.js';
import { hoursOf, type LoadedDigest } from './load.js';
import { digestName } from './name.js';
import type { Place } from './place.js';
import { type ChainSummary, type FindingKind, type NoteKind, type Remark, remark } from './report.js';

/** Milliseconds since 1970. */
export interface Period {
  from: number | null;
  /** Up to when digests must be there; null: as far as there are any. */
  until: number | null;
}

export interface ChainResult {
  summary: ChainSummary;
  findings: Remark<FindingKind>[];
  notes: Remark<NoteKind>[];
}

const minute = 60_000;
/** A digest is written once its hour is over; another hour for the writing. */
const delivery = 120 * minute;

/** What is wrong with one chain of digests, given in order of time and not empty. `ids`: the digests that are there. */
export function checkChain(
  chain: readonly Judged[],
  ids: ReadonlySet<string>,
  period: Period,
  place: Place,
): ChainResult {
  const name = chain[0]!.digest.name;
  const result: ChainResult = { ...verdicts(chain, place), summary: summarise(chain) };
  chain.forEach(({ digest, verdict }, at) => {
    const before = chain[at - 1]?.digest;
    // What an invalid digest says of the one before it may be a forger's.
    const link = verdict.state === 'invalid' ? null : linkOf(digest, before, ids, period, place);
    if (link !== null) result.findings.push(link);
    else if (!name.backfill) result.findings.push(...gapBefore(digest, before, period));
    if (before !== undefined && digest.file?.previous === null && verdict.state === 'valid') {
      const detail = 'the chain starts anew here: log file validation or the trail was off before, or is new';
      result.notes.push(remark('chain-start', name, detail, { object: place.show(digest.object.key) }));
    }
  });
  if (!name.backfill) result.findings.push(...gapAfter(chain.at(-1)!.digest, period));
  result.summary.digests.missing = result.findings.filter(({ kind }) => kind === 'digest-missing').length;
  return result;
}

function summarise(chain: readonly Judged[]): ChainSummary {
  const { account, region, trail, backfill } = chain[0]!.digest.name;
  const count = (state: string): number => chain.filter(({ verdict }) => verdict.state === state).length;
  const hours = chain.map(({ digest }) => hoursOf(digest));
  return {
    account,
    region,
    trail,
    backfill,
    from: isoTime(hours.reduce((first, { start }) => Math.min(first, start), Number.POSITIVE_INFINITY)),
    to: isoTime(hours.reduce((last, { end }) => Math.max(last, end), Number.NEGATIVE_INFINITY)),
    digests: { valid: count('valid'), invalid: count('invalid'), unverified: count('unverified'), missing: 0 },
  };
}

/** A finding for each invalid digest, and one for all that could not be verified for one reason. */
function verdicts(chain: readonly Judged[], place: Place): Pick<ChainResult, 'findings' | 'notes'> {
  const result: Pick<ChainResult, 'findings' | 'notes'> = { findings: [], notes: [] };
  const expected = expectedUnsigned(chain, place);
  const groups = new Map<string, LoadedDigest[]>();
  for (const { digest, verdict } of chain) {
    const { start: from, end: to } = hoursOf(digest);
    const about = { object: place.show(digest.object.key), from, to };
    if (verdict.state === 'invalid') {
      result.findings.push(remark('digest-invalid', digest.name, verdict.reason, about));
    } else if (digest === expected && verdict.state === 'unverified') {
      const detail = 'newest digest: its signature is not in a copy, only in the bucket and in the digest after it';
      result.notes.push(remark('digest-unsigned', digest.name, detail, about));
    } else if (verdict.state === 'unverified') {
      const group = groups.get(verdict.reason);
      if (group === undefined) groups.set(verdict.reason, [digest]);
      else group.push(digest);
    }
  }
  for (const [reason, digests] of groups) {
    const [first] = digests;
    const others =
      digests.length === 1 ? '' : `; so it is with ${digests.length - 1} more digests up to the time given`;
    const about = {
      object: place.show(first!.object.key),
      from: hoursOf(first!).start,
      to: hoursOf(digests.at(-1)!).end,
    };
    result.findings.push(remark('digest-unverified', first!.name, reason + others, about));
  }
  return result;
}

/**
 * The one digest that a copy can't have the signature of: the last, or the only one that no other names (the times of
 * backfill digests are not the order in which they were written). With nothing valid beside it, it proves nothing.
 */
function expectedUnsigned(chain: readonly Judged[], place: Place): LoadedDigest | null {
  if (!place.copy || !chain.some(({ verdict }) => verdict.state === 'valid')) return null;
  const unsigned = chain.filter(({ verdict }) => verdict.state === 'unverified' && verdict.unsigned);
  const last = chain.at(-1)!.digest;
  if (unsigned.length === 1)
    return chain[0]!.digest.name.backfill || unsigned[0]!.digest === last ? unsigned[0]!.digest : null;
  return unsigned.some(({ digest }) => digest === last) ? last : null;
}

/** What is wrong with the digest that this one names as the one before it; null when nothing is. */
function linkOf(
  digest: LoadedDigest,
  before: LoadedDigest | undefined,
  ids: ReadonlySet<string>,
  { from }: Period,
  place: Place,
): Remark<FindingKind> | null {
  const previous = digest.file?.previous ?? null;
  if (previous === null) return null;
  const ended = digestName(previous.key)?.end ?? null;
  if (from !== null && ended !== null && ended <= from) return null;
  const found = place.locate(previous.bucket, previous.key);
  if (found.id !== null && ids.has(found.id)) return null;
  const { start: to } = hoursOf(digest);
  const about = {
    object: `s3://${previous.bucket}/${previous.key}`,
    digest: place.show(digest.object.key),
    from: before === undefined ? from : hoursOf(before).end,
    to,
  };
  const foreign = found.id === null ? found.why : previous.bucket === digest.file?.bucket ? null : 'in another bucket';
  if (foreign !== null)
    return remark('digest-elsewhere', digest.name, `the digest before is ${foreign}, not checked`, about);
  const since = about.from === null ? 'up to' : 'in';
  const detail = `the next digest names it, and it is not there: log files ${since} the time given can't be checked`;
  return remark('digest-missing', digest.name, detail, about);
}

function gapBefore(digest: LoadedDigest, before: LoadedDigest | undefined, { from }: Period): Remark<FindingKind>[] {
  const since = before === undefined ? from : hoursOf(before).end;
  const { start: to } = hoursOf(digest);
  if (since === null || to - since <= minute) return [];
  return [remark('gap', digest.name, 'no digest covers the time given', { from: since, to })];
}

function gapAfter(last: LoadedDigest, { until }: Period): Remark<FindingKind>[] {
  const { end: from } = hoursOf(last);
  if (until === null || until - from <= delivery) return [];
  return [remark('gap', last.name, 'no digest was delivered since', { from, to: until })];
}
