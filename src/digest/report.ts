import { compareText, isoTime } from '../model/cell.js';

export type FindingKind =
  | 'digest-invalid'
  | 'digest-unverified'
  | 'digest-missing'
  | 'digest-elsewhere'
  | 'gap'
  | 'no-digest'
  | 'log-altered'
  | 'log-deleted'
  | 'log-unreadable'
  | 'log-elsewhere'
  | 'log-uncovered';

export type NoteKind = 'digest-unsigned' | 'chain-start' | 'log-pending';

/** Something that a person should know, of one account and Region. */
export interface Remark<Kind extends string> {
  kind: Kind;
  account: string;
  region: string;
  trail: string | null;
  /** The file that it is about: `s3://bucket/key`, or a path below the directory of a copy. */
  object: string | null;
  /** The digest that names the log file. */
  digest: string | null;
  /** The time that it is about, ISO 8601 UTC. */
  from: string | null;
  to: string | null;
  /** A sentence without a full stop. May quote digests: hostile text. */
  detail: string;
}

/** A trail's digests of one account and Region; backfill digests are a chain of their own. */
export interface ChainSummary {
  account: string;
  region: string;
  trail: string;
  backfill: boolean;
  /** Start of the first and end of the last digest, ISO 8601 UTC. */
  from: string;
  to: string;
  digests: DigestCounts;
}

export interface DigestCounts {
  valid: number;
  invalid: number;
  /** What there was nothing to check with: neither valid nor known to be altered. */
  unverified: number;
  /** Named by another digest and not there. Of several in a row only one is named. */
  missing: number;
}

export interface LogCounts {
  /** As a valid digest says. */
  valid: number;
  altered: number;
  deleted: number;
  /** As a digest says that is itself not valid. */
  unverified: number;
  unreadable: number;
  /** In another bucket or outside of the prefix: not checked. */
  elsewhere: number;
  /** Named by no digest though its hour has passed. */
  uncovered: number;
  /** Named by no digest, and too new to be. */
  pending: number;
}

/** What `validate` found. No findings: everything named in the period is there, as AWS wrote it. */
export interface ValidationReport {
  source: string;
  /** The period asked for, ISO 8601 UTC; null: without that bound. */
  from: string | null;
  to: string | null;
  chains: ChainSummary[];
  digests: DigestCounts;
  logs: LogCounts;
  findings: Remark<FindingKind>[];
  /** What is as it should be, and yet worth knowing. */
  notes: Remark<NoteKind>[];
}

/** A remark with what is not given set to null. Times are milliseconds since 1970. */
export function remark<Kind extends string>(
  kind: Kind,
  { account, region, trail }: { account: string; region: string; trail?: string | null },
  detail: string,
  about: { object?: string; digest?: string; from?: number | null; to?: number | null } = {},
): Remark<Kind> {
  const time = (value: number | null | undefined): string | null => (value == null ? null : isoTime(value));
  return {
    kind,
    account,
    region,
    trail: trail ?? null,
    object: about.object ?? null,
    digest: about.digest ?? null,
    from: time(about.from),
    to: time(about.to),
    detail,
  };
}

/** By account, Region, time, trail, kind and file, so that two runs say the same. */
export function inOrder<Kind extends string>(remarks: readonly Remark<Kind>[]): Remark<Kind>[] {
  const text = (one: Remark<string>): string[] =>
    [one.account, one.region, one.from, one.trail, one.kind, one.object].map((part) => part ?? '');
  return [...remarks].sort((a, b) => {
    const [left, right] = [text(a), text(b)];
    const at = left.findIndex((part, index) => part !== right[index]);
    return at < 0 ? 0 : compareText(left[at]!, right[at]!);
  });
}
