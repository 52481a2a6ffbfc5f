import { KeytrailError } from '../errors.js';
import { compareText, isoTime } from '../model/cell.js';
import type { ObjectSource } from '../s3/source.js';
import { authenticate, type Judged } from './authenticate.js';
import { type ChainResult, checkChain } from './chain.js';
import type { PreviousDigest } from './format.js';
import type { PublicKeys } from './keys.js';
import { type LoadedDigest, loadDigest } from './load.js';
import { LogFiles } from './logs.js';
import { type DigestName, digestName } from './name.js';
import { inParallel } from './parallel.js';
import { type Place, placeOf } from './place.js';
import { type DigestCounts, inOrder, type ValidationReport } from './report.js';
import { Uncovered } from './uncovered.js';

export interface ValidateOptions {
  source: ObjectSource;
  keys: PublicKeys;
  /** Log files delivered from then on, ISO 8601. */
  from?: string;
  /** Log files delivered before then, ISO 8601. */
  to?: string;
  /** None: all. */
  accounts?: readonly string[];
  regions?: readonly string[];
  /** Only this trail's digests. Which trail wrote a log file is not known, so none is then called uncovered. */
  trail?: string;
  now: () => Date;
  signal?: AbortSignal;
}

/** Log files of the last minutes before `to` are named by the digest after it, which is written later still. */
const delivery = 2 * 3_600_000;
const width = 8;

/**
 * Checks CloudTrail's digests and, with them, the log files of a bucket or of a copy of one. Each log file and digest
 * is read once, as a stream; a digest of at most 10 MB and some hundred bytes a log file are kept.
 * Sources: "Validating CloudTrail log file integrity", "Custom implementations of CloudTrail log file integrity
 * validation".
 * @throws KeytrailError when the source can't be read, or holds neither digests nor logs in the scope.
 */
export async function validate(options: ValidateOptions): Promise<ValidationReport> {
  const { source, signal } = options;
  const now = options.now().getTime();
  const from = options.from === undefined ? null : Date.parse(options.from);
  const to = options.to === undefined ? null : Date.parse(options.to);
  const place = placeOf(source);
  const includes = (account: string, region: string): boolean =>
    isAmong(options.accounts, account) && isAmong(options.regions, region);

  const digests = await loadDigests(source, place, signal, (name) => {
    if (!includes(name.account, name.region) || (options.trail ?? name.trail) !== name.trail) return false;
    return (from === null || name.end > from) && (to === null || name.end <= to + delivery);
  });
  const judged = await judge(digests, { source, place, keys: options.keys, now, signal });
  const ids = new Set(digests.map(({ id }) => id));
  // A copy is as old as it is: only a bucket can be expected to have digests up to now.
  const until = place.copy ? to : Math.min(to ?? now, now);
  const chains = chainsOf(judged).map((chain) => checkChain(chain, ids, { from, until }, place));

  const logs = new LogFiles(source, place);
  for (const one of judged) logs.expect(one);
  const anyLog = options.trail === undefined ? includes : () => false;
  const uncovered = new Uncovered(digests, { from, to, includes: anyLog });
  await logs.compare(uncovered, signal);
  if (digests.length === 0 && uncovered.uncovered === 0) throw nothing(source);

  return {
    source: source.description,
    from: from === null ? null : isoTime(from),
    to: to === null ? null : isoTime(to),
    chains: chains.map(({ summary }) => summary),
    digests: total(chains),
    logs: { ...logs.counts, uncovered: uncovered.uncovered, pending: uncovered.pending },
    findings: inOrder([...chains.flatMap(({ findings }) => findings), ...logs.findings, ...uncovered.findings(place)]),
    notes: inOrder([...chains.flatMap(({ notes }) => notes), ...uncovered.notes()]),
  };
}

const isAmong = (chosen: readonly string[] | undefined, name: string): boolean =>
  chosen === undefined || chosen.length === 0 || chosen.includes(name);

/** In order of time. */
async function loadDigests(
  source: ObjectSource,
  place: Place,
  signal: AbortSignal | undefined,
  wanted: (name: DigestName) => boolean,
): Promise<LoadedDigest[]> {
  const listed = async function* () {
    for await (const page of source.list()) {
      for (const object of page) {
        const name = digestName(object.key);
        if (name !== null && wanted(name)) yield { object, name, id: place.idOf(object.key) };
      }
    }
  };
  const digests: LoadedDigest[] = [];
  await inParallel(listed(), width, async (one) => {
    digests.push(await loadDigest(source, one, signal));
  });
  return digests.sort((a, b) => a.name.end - b.name.end || compareText(a.object.key, b.object.key));
}

async function judge(
  digests: readonly LoadedDigest[],
  evidence: Parameters<typeof authenticate>[2],
): Promise<Judged[]> {
  const claims = new Map<string, PreviousDigest[]>();
  for (const { file } of digests) {
    if (file?.previous == null) continue;
    const { id } = evidence.place.locate(file.previous.bucket, file.previous.key);
    if (id !== null) claims.set(id, [...(claims.get(id) ?? []), file.previous]);
  }
  const judged: Judged[] = [];
  for (const digest of digests) {
    evidence.signal?.throwIfAborted();
    judged.push({ digest, verdict: await authenticate(digest, claims.get(digest.id) ?? [], evidence) });
  }
  return judged;
}

/** One for each account, Region, trail and kind of digest, in that order. */
function chainsOf(judged: readonly Judged[]): Judged[][] {
  const chains = new Map<string, Judged[]>();
  for (const one of judged) {
    const { account, region, trail, home, backfill } = one.digest.name;
    const id = [account, region, trail, home, backfill].join('\n');
    const chain = chains.get(id);
    if (chain === undefined) chains.set(id, [one]);
    else chain.push(one);
  }
  return [...chains].sort(([a], [b]) => compareText(a, b)).map(([, chain]) => chain);
}

function total(chains: readonly ChainResult[]): DigestCounts {
  const sum: DigestCounts = { valid: 0, invalid: 0, unverified: 0, missing: 0 };
  for (const { summary } of chains) {
    for (const state of Object.keys(sum) as (keyof DigestCounts)[]) sum[state] += summary.digests[state];
  }
  return sum;
}

function nothing(source: ObjectSource): KeytrailError {
  return new KeytrailError(
    'source_not_found',
    `no CloudTrail digest and no log file was found in ${source.description}`,
    {
      hint: 'Name the part before AWSLogs/, and check --from, --to, --accounts and --regions.',
    },
  );
}
