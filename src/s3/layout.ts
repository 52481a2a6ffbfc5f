import type { ObjectOrigin } from '../model/object.js';

/** What a key says about its object: a log that keytrail reads, or what it is instead. */
export type Classified = { kind: 'log'; origin: ObjectOrigin } | { kind: 'other'; what: string };

const cloudTrailKinds: ReadonlySet<string> = new Set([
  'CloudTrail-Digest',
  'CloudTrail-Insight',
  'CloudTrail-NetworkActivity',
  'CloudTrail-Aggregated',
]);
const neighbours: ReadonlyMap<string, string> = new Map([
  ['Config', 'AWS Config'],
  ['GuardDuty', 'GuardDuty findings'],
]);

const account = /^\d{12}$/;
const organisation = /^o-[a-z0-9]{10,32}$/;
const hour = /^(?:[01]\d|2[0-3])$/;
const hivePrefixes = ['aws-account-id=', 'aws-service=', 'aws-region=', 'year=', 'month=', 'day='] as const;

/**
 * Tells the logs that keytrail reads from everything else that lies beside them, by the key alone. Regions may be
 * any text. Never throws.
 * Sources: "Getting and viewing your CloudTrail log files", "Flow log files" (default and Hive-compatible prefixes).
 */
export function classify(key: string): Classified {
  const segments = key.split('/');
  // A copy may lie under a prefix that names AWSLogs itself: the last one counts.
  const start = segments.lastIndexOf('AWSLogs');
  const file = segments.at(-1)!;
  if (file === '') return other('folder');
  if (start < 0) return unrecognised;
  const path = segments.slice(start).join('/');
  let folders = segments.slice(start + 1, -1);
  if (organisation.test(folders[0] ?? '')) folders = folders.slice(1);
  if (folders[0]?.startsWith('aws-account-id=')) {
    const plain = withoutHivePrefixes(folders);
    return plain === null ? unrecognised : classifyFolders(plain, file, path);
  }
  return classifyFolders(folders, file, path);
}

/** The values of Hive-style folders, in the order of the plain layout; null when they are not such folders. */
function withoutHivePrefixes(folders: readonly string[]): string[] | null {
  const names = folders.length === hivePrefixes.length ? hivePrefixes : [...hivePrefixes, 'hour='];
  if (folders.length !== names.length) return null;
  if (!names.every((name, at) => folders[at]!.startsWith(name))) return null;
  return names.map((name, at) => folders[at]!.slice(name.length));
}

/** `folders`: account, service, Region, year, month, day and perhaps hour. */
function classifyFolders(folders: readonly string[], file: string, path: string): Classified {
  const [owner = '', service = '', region = '', ...date] = folders;
  if (!account.test(owner)) return unrecognised;
  if (cloudTrailKinds.has(service)) return other(service);
  const neighbour = neighbours.get(service);
  if (neighbour !== undefined) return other(neighbour);
  if (region === '' || !isDate(date)) return unrecognised;
  const origin = { account: owner, region, day: dayOf(date), path };
  if (service === 'CloudTrail' && date.length === 3) {
    return /\.json(?:\.gz)?$/.test(file) ? { kind: 'log', origin: { log: 'cloudtrail', ...origin } } : unrecognised;
  }
  if (service === 'vpcflowlogs') {
    if (file.endsWith('.parquet')) return other('VPC flow logs in Parquet');
    return /\.log(?:\.gz)?$/.test(file) ? { kind: 'log', origin: { log: 'vpcflow', ...origin } } : unrecognised;
  }
  return unrecognised;
}

function isDate(parts: readonly string[]): boolean {
  const [year = '', month = '', day = '', last] = parts;
  if (parts.length > 4 || (last !== undefined && !hour.test(last))) return false;
  return /^\d{4}$/.test(year) && /^\d{2}$/.test(month) && /^\d{2}$/.test(day);
}

/** `YYYY-MM-DD`, or null for a day that no calendar has: the object is a log all the same. */
function dayOf(date: readonly string[]): string | null {
  const day = date.slice(0, 3).join('-');
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(day) ? null : day;
}

function other(what: string): Classified {
  return { kind: 'other', what };
}

const unrecognised = other('unrecognised');
