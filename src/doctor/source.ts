import { printable } from '../model/printable.js';
import { classify } from '../s3/layout.js';
import type { ObjectSource } from '../s3/source.js';
import { type LogFolder, survey } from '../s3/survey.js';
import { type Finding, fail, failed, ok, warn } from './finding.js';

/** How many streams are looked into for their last day. */
const mostStreams = 50;
const dayMs = 86_400_000;
/** A delivery is filed under the day that it comes on. */
const quietDays = 2;

/** The last folder below another, by the number that it is named by: `2026/`, `day=02/`. */
async function lastBelow(source: ObjectSource, prefix: string): Promise<string | null> {
  const numberOf = (folder: string): number => Number(/(\d+)\/$/.exec(folder)?.[1] ?? Number.NaN);
  let last: string | null = null;
  for await (const { folders } of source.browse(prefix))
    for (const folder of folders)
      if (numberOf(folder) >= 0 && (last === null || numberOf(folder) > numberOf(last))) last = folder;
  return last;
}

/** `YYYY-MM-DD` of the last day that a stream has a folder of. */
async function lastDay(source: ObjectSource, prefix: string): Promise<string | null> {
  let folder: string | null = prefix;
  const parts: string[] = [];
  for (let depth = 0; depth < 3 && folder !== null; depth++) {
    folder = await lastBelow(source, folder);
    if (folder !== null) parts.push(/(\d+)\/$/.exec(folder)![1]!.padStart(2, '0'));
  }
  return parts.length === 3 ? parts.join('-') : null;
}

async function logFinding(
  source: ObjectSource,
  { log, base, hive, streams, firstDay }: LogFolder,
  now: Date,
): Promise<Finding> {
  const what = `logs ${log}${base === 'AWSLogs/' ? '' : ` below ${printable(base, 200)}`}`;
  const days = await Promise.all(streams.slice(0, mostStreams).map(({ prefix }) => lastDay(source, prefix)));
  const last = days.reduce((a, b) => ((b ?? '') > (a ?? '') ? b : a), null);
  const count = (values: readonly string[]): number => new Set(values).size;
  const detail =
    `${count(streams.map(({ account }) => account))} accounts, ${count(streams.map(({ region }) => region))} Regions, ` +
    `${firstDay ?? 'unknown'} to ${last ?? 'unknown'}${hive ? ', Hive-style folders' : ''}`;
  if (last !== null && now.getTime() - Date.parse(last) > (quietDays + 1) * dayMs)
    return warn(
      what,
      `${detail}: nothing came since`,
      log === 'cloudtrail'
        ? 'See whether the trail still logs and delivers: aws cloudtrail get-trail-status --name TRAIL.'
        : 'See whether the delivery goes on, unless the logs are a copy.',
    );
  return ok(what, detail);
}

/** Reads the first bytes of the first log object: what only listing does not tell, such as a KMS key. */
async function readable(source: ObjectSource, prefixes: readonly string[]): Promise<Finding[]> {
  for (const prefix of prefixes)
    for await (const objects of source.list(prefix)) {
      const object = objects.find(({ key, size }) => size > 0 && classify(key).kind === 'log');
      if (object === undefined) continue;
      const what = 'reading of logs';
      try {
        for await (const _ of await source.read(object)) break;
        return [ok(what, `${printable(object.key, 300)} can be read`)];
      } catch (error) {
        return [failed(what, error)];
      }
    }
  return [];
}

/** What lies below a source, and whether it can be listed and read. Changes nothing. */
export async function sourceFindings(source: ObjectSource, now: Date): Promise<Finding[]> {
  const what = `source ${source.description}`;
  let folders: LogFolder[];
  try {
    folders = await survey(source);
  } catch (error) {
    return [failed(what, error)];
  }
  if (folders.length === 0) return [await nothing(source, what)];
  const logs = await Promise.all(folders.map((folder) => logFinding(source, folder, now)));
  const prefixes = folders.flatMap(({ streams }) => streams.map(({ prefix }) => prefix)).slice(0, mostStreams);
  return [ok(what, 'can be listed'), ...logs, ...(await readable(source, prefixes))];
}

async function nothing(source: ObjectSource, what: string): Promise<Finding> {
  for await (const objects of source.list())
    if (objects.length > 0)
      return fail(
        what,
        `no log lies there as AWS delivers it; the first object is ${printable(objects[0]!.key, 300)}`,
        'Name the prefix that AWSLogs/ lies below; records as other tools wrote them: keytrail ingest --log LOG --envelope NAME.',
      );
  return fail(what, 'nothing is there', 'Check bucket and prefix: it is the part before AWSLogs/.');
}
