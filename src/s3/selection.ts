import type { LogName } from '../model/event.js';
import type { ObjectOrigin } from '../model/object.js';

/** Which log objects are wanted; what is absent or empty doesn't narrow anything. */
export interface Selection {
  /** Event time, inclusive, `YYYY-MM-DDTHH:mm:ssZ`. */
  from?: string;
  /** Event time, exclusive. With a `from`, it should be no later than now: days are looked for up to here. */
  to?: string;
  accounts?: readonly string[];
  regions?: readonly string[];
  logs: readonly LogName[];
}

/** First and last day, `YYYY-MM-DD`; null: open at that end. */
export interface Days {
  first: string | null;
  last: string | null;
}

const dayMs = 86_400_000;
/** A file lies under the day of its delivery, which may be the day after the event's or, for what was late, later. */
const slackDays = 1;

const toDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The days of delivery on which an event of the time range is looked for: a day more at either end. */
export function daysOf({ from, to }: Selection): Days {
  return {
    first: from === undefined ? null : toDay(Date.parse(from) - slackDays * dayMs),
    last: to === undefined ? null : toDay(Date.parse(to) - 1 + slackDays * dayMs),
  };
}

/** Why an object is not wanted, in the flags' words; null when it is. A day that the key doesn't tell is wanted. */
export function outside({ account, region, day }: ObjectOrigin, selection: Selection, days: Days): string | null {
  const { accounts = [], regions = [] } = selection;
  if (accounts.length > 0 && account !== null && !accounts.includes(account)) return 'outside --accounts';
  if (regions.length > 0 && region !== null && !regions.includes(region)) return 'outside --regions';
  if (day !== null && ((days.first !== null && day < days.first) || (days.last !== null && day > days.last)))
    return 'outside --from/--to';
  return null;
}
