import type { LogName } from '../model/event.js';
import type { ObjectOrigin } from '../model/object.js';

/** What a key says about its object: a log that keytrail reads, or what it is instead. */
export type Classified = { kind: 'log'; origin: ObjectOrigin } | { kind: 'other'; what: string };

/** Folder of a log below the account, and what may lie there. */
interface Layout {
  log: LogName;
  file: RegExp;
  /** Month and day may lack their leading zero; the hour may follow; what may follow the date. */
  date: RegExp;
  below?: RegExp;
}

const paddedDate = /^(\d{4})\/(\d{2})\/(\d{2})$/;

/**
 * Network activity and Insights come as CloudTrail records, in `Records`, with eventID, eventTime and
 * recipientAccountId. Nothing of an Insight is lost by reading it as such a record: what other records lack
 * (insightDetails) is kept as unmapped, and since it names no access key, no answer about a key counts it as a call.
 * Aggregated events are named only: they are five-minute sums without an eventTime, under names of their own
 * (eventId, accountId, timeWindow), so that each record would be rejected. Digests hold no events at all.
 * Sources: "CloudTrail record contents for Insights events for trails", "… for aggregated events".
 */
const cloudTrail: Layout = { log: 'cloudtrail', file: /\.json(?:\.gz)?$/, date: paddedDate };

const layouts: ReadonlyMap<string, Layout> = new Map([
  ['CloudTrail', cloudTrail],
  ['CloudTrail-NetworkActivity', cloudTrail],
  ['CloudTrail-Insight', cloudTrail],
  [
    'vpcflowlogs',
    {
      log: 'vpcflow',
      file: /\.(?:log(?:\.gz)?|parquet)$/,
      date: /^(\d{4})\/(\d{2})\/(\d{2})(?:\/(?:[01]\d|2[0-3]))?$/,
    },
  ],
  [
    'Config',
    {
      log: 'config',
      file: /\.json(?:\.gz)?$/,
      date: /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
      below: /^Config(?:History|Snapshot)$/,
    },
  ],
  ['GuardDuty', { log: 'guardduty', file: /\.jsonl(?:\.gz)?$/, date: paddedDate }],
]);

const named: ReadonlySet<string> = new Set(['CloudTrail-Digest', 'CloudTrail-Aggregated']);

/** The log whose objects lie in a folder below the account; null for one in which nothing is read. */
export const logOfService = (folder: string): LogName | null => layouts.get(folder)?.log ?? null;

const account = /^\d{12}$/;
const organisation = /^o-[a-z0-9]{10,32}$/;
const hivePrefixes = ['aws-account-id=', 'aws-service=', 'aws-region=', 'year=', 'month=', 'day='] as const;

/**
 * Tells the logs that keytrail reads from everything else that lies beside them, by the key alone. Regions may be
 * any text. `assume` is the log that an object outside every layout is taken for; such an origin has neither
 * account nor Region nor day. Never throws.
 * Sources: "Getting and viewing your CloudTrail log files", "Flow log files" (default and Hive-compatible prefixes),
 * "Delivering configuration snapshots", "Exporting generated GuardDuty findings".
 */
export function classify(key: string, assume?: LogName): Classified {
  const segments = key.split('/');
  if (segments.at(-1) === '') return other('folder');
  const found = inLayout(segments);
  if (found !== unrecognised || assume === undefined) return found;
  return { kind: 'log', origin: { log: assume, account: null, region: null, day: null, path: key } };
}

function inLayout(segments: readonly string[]): Classified {
  // A copy may lie under a prefix that names AWSLogs itself: the last one counts.
  const start = segments.lastIndexOf('AWSLogs');
  if (start < 0) return unrecognised;
  const path = segments.slice(start).join('/');
  const file = segments.at(-1)!;
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

/** `folders`: account, service, Region, year, month, day and perhaps more. */
function classifyFolders(folders: readonly string[], file: string, path: string): Classified {
  const [owner = '', service = '', region = '', ...rest] = folders;
  if (!account.test(owner)) return unrecognised;
  if (named.has(service)) return other(service);
  if (service === 'Config') {
    if (/^ConfigWritabilityCheckFile/.test(file)) return other('AWS Config writability check');
    if (rest.includes('OversizedChangeNotification')) return other('AWS Config oversized change notification');
  }
  const layout = layouts.get(service);
  if (!layout || region === '' || !layout.file.test(file)) return unrecognised;
  const below = layout.below ? rest.pop() : undefined;
  if (layout.below && !layout.below.test(below ?? '')) return unrecognised;
  const date = layout.date.exec(rest.join('/'));
  if (date === null) return unrecognised;
  return { kind: 'log', origin: { log: layout.log, account: owner, region, day: dayOf(date), path } };
}

/** `YYYY-MM-DD`, or null for a day that no calendar has: the object is a log all the same. */
function dayOf([, year, month, date]: readonly string[]): string | null {
  const day = `${year}-${month!.padStart(2, '0')}-${date!.padStart(2, '0')}`;
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(day) ? null : day;
}

function other(what: string): Classified {
  return { kind: 'other', what };
}

const unrecognised = other('unrecognised');
