import { KeytrailError } from '../errors.js';
import type { LogName } from '../model/event.js';
import type { ObjectRef } from '../model/object.js';
import { fileName } from './file-name.js';
import { classify, logOfService } from './layout.js';
import type { ObjectSource } from './object-source.js';

/** What narrows a survey; what is absent is looked up. */
export interface SurveyScope {
  /** These accounts and no others, whether or not all have a folder. */
  accounts?: readonly string[];
  /** These Regions and no others; their folders are not listed. */
  regions?: readonly string[];
  /** `YYYY-MM-DD`; the first day is not looked for then. */
  from?: string;
}

/** The folder of an account's log in a Region. */
export interface Stream {
  account: string;
  region: string;
  /** With the slash. */
  prefix: string;
  /** Flow logs: an object of each flow log and format that delivered on the first or last day. */
  samples: ObjectRef[];
}

/** A log in one layout: what lies below it differs by account, Region and day alone. */
export interface LogFolder {
  log: LogName;
  /** What every key begins with: up to `AWSLogs/` and, where there is one, the organisation's folder. */
  base: string;
  /** The folder below the account: `CloudTrail`, `vpcflowlogs` … */
  service: string;
  /** Whether folders are written `name=value`. */
  hive: boolean;
  /** In the order of keys. */
  streams: Stream[];
  /** `YYYY-MM-DD`; null where no folder is named as a day. */
  firstDay: string | null;
}

/** Requests under way. */
const width = 16;
/** Folders before AWSLogs/ that are looked through, and how deep. */
const maxFolders = 1000;
const foldersBefore = 5;

const organisation = /^o-[a-z0-9]{10,32}$/;
const account = /^\d{12}$/;
const hive = /^[a-z-]+=/;

/**
 * Which logs lie below prefixes of a source, by the names of folders alone: for each account one request and for each of its logs
 * one, then a few for each Region to find its first day. No object is listed but those of a day of flow logs, a page
 * at most. Throws `usage` where too many folders would have to be looked through, and what listing throws.
 */
export async function survey(
  source: ObjectSource,
  starts: readonly string[] = [startOf(source)],
  scope: SurveyScope = {},
): Promise<LogFolder[]> {
  const found = new Map<string, LogFolder>();
  let level = [...new Set(starts)];
  let before = 0;
  while (level.length > 0) {
    const next: string[] = [];
    const steps = await inTurn(level, (prefix) => below(source, prefix, scope, found));
    for (const folders of steps) next.push(...folders);
    before += next.filter((prefix) => !prefix.split('/').includes('AWSLogs')).length;
    if (before > maxFolders)
      throw new KeytrailError('usage', `${source.description} has over ${maxFolders} folders that are not AWSLogs`, {
        hint: 'Name the prefix that AWSLogs/ lies below.',
      });
    level = next;
  }
  const folders = [...found.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const folder of folders) {
    folder.streams.sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
    if (scope.from !== undefined) folder.firstDay = scope.from;
    else folder.firstDay = await firstDay(source, folder);
    if (folder.log === 'vpcflow')
      await inTurn(folder.streams, async (stream) => {
        stream.samples = await samples(source, stream.prefix);
      });
  }
  return folders;
}

/** What every key of a source begins with. */
export const startOf = (source: ObjectSource): string => source.lists?.prefix ?? source.start ?? '';

const keyOf = ({ base, service, hive: isHive }: Pick<LogFolder, 'base' | 'service' | 'hive'>): string =>
  `${base} ${service} ${isHive}`;

/** The folders to look into next. Streams that are reached are put where they belong. */
async function below(
  source: ObjectSource,
  prefix: string,
  { accounts = [], regions = [] }: SurveyScope,
  found: Map<string, LogFolder>,
): Promise<string[]> {
  // The location may be a part of a folder's name.
  if (prefix !== '' && !prefix.endsWith('/')) return foldersOf(source, prefix);
  const segments = prefix.split('/').slice(0, -1);
  const start = segments.lastIndexOf('AWSLogs');
  if (start < 0) return segments.length > foldersBefore ? [] : foldersOf(source, prefix);
  const behind = segments.slice(start + 1);
  const top = organisation.test(behind[0] ?? '') ? start + 2 : start + 1;
  const folders = segments.slice(top);
  const [owner, service, region] = folders.map((folder) => folder.replace(hive, ''));
  if (owner === undefined) return foldersOf(source, prefix);
  if (!account.test(owner) || (accounts.length > 0 && !accounts.includes(owner))) return [];
  if (service === undefined) return foldersOf(source, prefix);
  const log = logOfService(service);
  if (log === null) return [];
  const isHive = folders[0]!.startsWith('aws-account-id=');
  if (region === undefined) {
    if (regions.length === 0) return foldersOf(source, prefix);
    return regions.map((name) => `${prefix}${isHive ? 'aws-region=' : ''}${name}/`);
  }
  if (regions.length > 0 && !regions.includes(region)) return [];
  const base = segments.slice(0, top).join('/');
  const folder: LogFolder = { log, base: `${base}/`, service, hive: isHive, streams: [], firstDay: null };
  const known = found.get(keyOf(folder)) ?? folder;
  found.set(keyOf(folder), known);
  const stream = `${base}/${folders.slice(0, 3).join('/')}/`;
  // One start may lie below another.
  if (!known.streams.some((other) => other.prefix === stream))
    known.streams.push({ account: owner, region, prefix: stream, samples: [] });
  return [];
}

async function foldersOf(source: ObjectSource, prefix: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { folders } of source.browse(prefix)) all.push(...folders);
  return all;
}

/** A folder that says a part of a date, padded or not. */
const datePart = /(?:^|\/)(?:year=|month=|day=|hour=)?(\d{1,4})\/$/;
const numberOf = (prefix: string): number => Number(datePart.exec(prefix)?.[1]);

const dated = async (source: ObjectSource, prefix: string): Promise<string[]> =>
  (await foldersOf(source, prefix)).filter((folder) => datePart.test(folder)).sort((a, b) => numberOf(a) - numberOf(b));

/** The earliest day of any stream: each is asked for its years, only those of the earliest year for months … */
async function firstDay(source: ObjectSource, { streams }: LogFolder): Promise<string | null> {
  let prefixes = streams.map(({ prefix }) => prefix);
  const parts: string[] = [];
  for (const digits of [4, 2, 2]) {
    const firsts = (await inTurn(prefixes, (prefix) => dated(source, prefix))).flatMap((folders) =>
      folders.slice(0, 1),
    );
    if (firsts.length === 0) return null;
    const first = Math.min(...firsts.map(numberOf));
    parts.push(String(first).padStart(digits, '0'));
    prefixes = firsts.filter((prefix) => numberOf(prefix) === first);
  }
  return parts.join('-');
}

/** One object of each flow log, in each format, of the stream's first and last day, from the first page of either. */
async function samples(source: ObjectSource, stream: string): Promise<ObjectRef[]> {
  const found = new Map<string, ObjectRef>();
  for (const end of [-1, 0]) {
    let prefix: string | undefined = stream;
    // Year, month, day and perhaps hour.
    for (let depth = 0; prefix !== undefined && depth < 5; depth++) {
      let deeper: string[] = [];
      for await (const { folders, objects } of source.browse(prefix)) {
        for (const object of objects)
          if (classify(object.key).kind === 'log' && object.size > 0) {
            const which = `${fileName(object.key).flowLog} ${object.key.endsWith('.parquet')}`;
            if (!found.has(which)) found.set(which, object);
          }
        deeper = folders;
        break;
      }
      prefix = deeper
        .filter((folder) => datePart.test(folder))
        .sort((a, b) => numberOf(a) - numberOf(b))
        .at(end);
    }
  }
  return [...found.values()];
}

/** What each item gives, in the items' order, several at once. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += width)
    results.push(...(await Promise.all(items.slice(at, at + width).map(work))));
  return results;
}
