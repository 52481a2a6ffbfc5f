import { logOfService } from './layout.js';
import { type Days, daysOf, type Selection } from './selection.js';

/** How a prefix is gone about: asked for the folders in it, or listed with all that lies below. */
export type Step = { kind: 'folder'; prefix: string } | { kind: 'list'; prefix: string };

/** Folders before AWSLogs/ that are looked through one by one; what lies deeper is listed as it is. */
const foldersBefore = 5;
/** Folders between AWSLogs/ and the date: organisation, account, service, Region. */
const foldersBehind = 4;
/** Levels of folders that a walk may have to ask through. */
export const maxLevels = foldersBefore + foldersBehind + 2;

const organisation = /^o-[a-z0-9]{10,32}$/;
const account = /^\d{12}$/;
const hive = /^[a-z-]+=/;

/** Longer ranges are not taken apart: listing everything is fewer requests than asking for each month. */
const maxMonths = 24;
/** From so many days of a month on, the month is listed: the days to spare cost less than a request for each. */
const daysForMonth = 10;

/** What to do with a prefix (a folder with its slash, or any beginning of a name): nothing where it can't be wanted. */
export function stepsFor(prefix: string, selection: Selection): Step[] {
  const segments = prefix.split('/').slice(0, -1);
  const start = segments.lastIndexOf('AWSLogs');
  if (start < 0) return [{ kind: segments.length > foldersBefore ? 'list' : 'folder', prefix }];
  const folders = segments.slice(start + 1);
  if (organisation.test(folders[0] ?? '')) folders.shift();
  const [owner, service, region] = folders.map((folder) => folder.replace(hive, ''));
  if (owner === undefined) return [{ kind: 'folder', prefix }];
  // Nobody knows what lies here: it is listed, so that it is at least counted.
  if (!account.test(owner)) return [{ kind: 'list', prefix }];
  if (!wanted(owner, selection.accounts)) return [];
  if (service === undefined) return [{ kind: 'folder', prefix }];
  const log = logOfService(service);
  if (log === null || !selection.logs.includes(log)) return [];
  const days = daysOf(selection);
  if (region === undefined) {
    const narrowed = days.first !== null || (selection.regions ?? []).length > 0;
    return [{ kind: narrowed ? 'folder' : 'list', prefix }];
  }
  if (!wanted(region, selection.regions)) return [];
  const base = `${segments.slice(0, segments.length - folders.length + 3).join('/')}/`;
  return datePrefixes(base, days, folders[0]!.startsWith('aws-account-id=') ? 'hive' : service).flatMap((dated) => {
    // The location itself may be a day, or a part of its name.
    if (dated.startsWith(prefix)) return [{ kind: 'list', prefix: dated }];
    return prefix.startsWith(dated) ? [{ kind: 'list', prefix }] : [];
  });
}

const wanted = (value: string, among: readonly string[] = []): boolean => among.length === 0 || among.includes(value);

/** Months and days below a Region's folder that cover a range; the folder itself where it is too long or open. */
function datePrefixes(base: string, { first, last }: Days, style: string): string[] {
  if (first === null || last === null) return [base];
  const months = monthsOf(first, last);
  if (months.length > maxMonths) return [base];
  return months.flatMap(({ month, days }) => {
    const [year, number] = month.split('-') as [string, string];
    const wanted = days.length >= daysForMonth ? [null] : days;
    return wanted.flatMap((day) => dated(base, style, year, number, day));
  });
}

/** The folders of a month, or of a day in it. */
function dated(base: string, style: string, year: string, month: string, day: string | null): string[] {
  if (style === 'hive') return [`${base}year=${year}/month=${month}/${day === null ? '' : `day=${day}/`}`];
  const padded = `${base}${year}/${month}/${day === null ? '' : `${day}/`}`;
  if (style !== 'Config') return [padded];
  // Config pads neither month nor day; whoever copies its files may.
  const unpadded = `${base}${year}/${Number(month)}/${day === null ? '' : `${Number(day)}/`}`;
  return [...new Set([unpadded, padded])];
}

/** The days of a range by month, in order: `2026-03` and `01`, `02` … Stops when there are too many months. */
function monthsOf(first: string, last: string): { month: string; days: string[] }[] {
  const months: { month: string; days: string[] }[] = [];
  const date = new Date(`${first}T00:00:00Z`);
  for (let day = first; day <= last && months.length <= maxMonths; day = date.toISOString().slice(0, 10)) {
    const month = day.slice(0, 7);
    if (months.at(-1)?.month !== month) months.push({ month, days: [] });
    months.at(-1)!.days.push(day.slice(8));
    date.setUTCDate(date.getUTCDate() + 1);
  }
  return months;
}
