import type { LogName } from './event.js';
import type { HourCount } from './object.js';

/** An hour of a stream: the objects that have records of it, and how many those are. */
export interface StreamHour extends HourCount {
  objects: number;
}

/** What the ledger has of one stream of files: a log of an account in a Region; of flow logs, each by itself. */
export interface Stream {
  log: LogName;
  /** As the objects' keys say; null where they don't. */
  account: string | null;
  region: string | null;
  flowLog: string | null;
  objects: { done: number; failed: number; unfinished: number };
  records: { read: number; stored: number; duplicates: number; deadLettered: number };
  firstEvent: string | null;
  lastEvent: string | null;
  lastDelivered: string | null;
  /** Seconds from an object's first event to its delivery; null where no object tells. */
  lag: { mean: number | null; max: number | null };
  /** Objects that were delivered later than that. */
  late: number;
  dataEvents: number;
  skipData: number;
  /** In order; hours without a record are absent. */
  hours: StreamHour[];
}

/** What streams are wanted, and what counts as late. */
export interface StreamScope {
  /** Event time: inclusive, exclusive; `YYYY-MM-DDTHH:mm:ssZ`. */
  from: string;
  to: string;
  accounts: readonly string[];
  regions: readonly string[];
  logs: readonly LogName[];
  /** Seconds. */
  lateAfter: number;
}

const parts = ({ log, account, region, flowLog }: Stream): string[] => [
  log,
  account ?? '',
  region ?? '',
  flowLog ?? '',
];

/** By log, account, Region and flow log, so that every store says the same. */
export function inStreamOrder(streams: readonly Stream[]): Stream[] {
  return [...streams].sort((a, b) => {
    const [left, right] = [parts(a), parts(b)];
    const at = left.findIndex((part, i) => part !== right[i]);
    return at < 0 ? 0 : left[at]! < right[at]! ? -1 : 1;
  });
}
