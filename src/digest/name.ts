/** What the name of a digest file says. Source: "CloudTrail digest file structure", "Digest file location". */
export interface DigestName {
  account: string;
  /** The Region whose calls the log files hold, and whose key signed the digest. */
  region: string;
  trail: string;
  /** The trail's home Region: trails of two Regions may have one name. */
  home: string;
  /** End of the digest's hour, in milliseconds since 1970. */
  end: number;
  /** Log files that were delivered too late for the digest of their hour have a chain of digests of their own. */
  backfill: boolean;
}

const digestFile =
  /^(\d{12})_CloudTrail-Digest_([a-z0-9-]+)_(.+)_([a-z0-9-]+)_(\d{8}T\d{6}Z)(_backfill)?\.json(?:\.gz)?$/;
const logFile = /_(\d{8}T\d{4})Z_[^_/]+$/;

/** Null for a key that is no digest file's. */
export function digestName(key: string): DigestName | null {
  const folders = key.split('/');
  const found = digestFile.exec(folders.pop()!);
  if (found === null || !folders.includes('CloudTrail-Digest')) return null;
  const [, account, region, trail, home, stamp, backfill] = found;
  const end = timeOf(stamp!);
  if (end === null) return null;
  return { account: account!, region: region!, trail: trail!, home: home!, end, backfill: backfill !== undefined };
}

/** When CloudTrail delivered a log file, to the minute, by its name; null where the name doesn't say. */
export function deliveryTime(key: string): number | null {
  const stamp = logFile.exec(key)?.[1];
  return stamp === undefined ? null : timeOf(`${stamp}00Z`);
}

/** `YYYYMMDDTHHMMSSZ` in milliseconds since 1970; null for a time that no calendar has. */
function timeOf(stamp: string): number | null {
  const text = stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text ? time : null;
}
