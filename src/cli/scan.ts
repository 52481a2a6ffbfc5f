import { KeytrailError, reasonOf } from '../errors.js';
import { contractOf } from '../model/contract.js';
import type { LogName } from '../model/event.js';
import { allTime, type BoundQuestion, type Scope } from '../model/question.js';
import { chosen } from '../pipeline/chosen.js';
import { openSource } from '../s3/source.js';
import type { Engine, LogPlace, Scan } from '../stores/store.js';
import type { Context } from './context.js';
import type { ScanFlags } from './question-flags.js';
import { awsSettings, defaults, openFlaggedEngine, parseInterval } from './settings.js';

const units: Record<string, number> = { MB: 1e6, GB: 1e9, TB: 1e12 };
/** Source: "Amazon Athena pricing", SQL queries; the same in most Regions. */
const dollarsPerTb = 5;
/** Athena counts no query for less. */
export const leastBytes = 10e6;
/** How many objects are listed before it is called too much: a thousand come with a request. */
const mostObjects = 300_000;

/** Bytes of `500MB`, `100GB` or `2TB`; infinite for `none`. Throws `usage`. */
export function parseSize(flag: string, text: string): number {
  if (text === 'none') return Number.POSITIVE_INFINITY;
  const found = /^([1-9]\d{0,5})(MB|GB|TB)$/.exec(text);
  if (found) return Number(found[1]) * units[found[2]!]!;
  throw new KeytrailError('usage', `${flag} ${JSON.stringify(text)} is no size`, {
    hint: 'For example 500MB, 100GB, 2TB or none.',
  });
}

function sizeText(bytes: number): string {
  const [unit, size] = Object.entries(units).findLast(([, size]) => bytes >= size) ?? ['MB', 1e6];
  return `${(bytes / size).toLocaleString('en-US', { maximumFractionDigits: 1 })} ${unit}`;
}

const priceText = (bytes: number): string => {
  const dollars = (bytes / 1e12) * dollarsPerTb;
  return dollars < 0.01 ? 'less than 0.01 USD' : `about ${dollars.toFixed(2)} USD`;
};

/** Adds up what the answers cost, where they cost. */
class Meter {
  #bytes = 0;
  #asked = 0;
  #reused = 0;

  readonly onScan = ({ bytes, reused }: Scan): void => {
    this.#asked++;
    if (reused) this.#reused++;
    else this.#bytes += Math.max(bytes, leastBytes);
  };

  /** Null where nothing was paid for. */
  get text(): string | null {
    if (this.#asked === 0) return null;
    const again = this.#reused > 0 ? `; ${this.#reused} of ${this.#asked} answers were given again` : '';
    return `Athena read ${sizeText(this.#bytes)}, ${priceText(this.#bytes)}${again}`;
  }
}

interface Estimate {
  bytes: number;
  /** There is more than was listed. */
  more: boolean;
}

/** Sums the objects that a question of this scope reads of a log, as long as they are fewer than `limit` bytes. */
async function estimate(
  log: LogName,
  places: readonly LogPlace[],
  scope: Scope,
  limit: number,
  flags: ScanFlags,
  context: Context,
): Promise<Estimate> {
  let bytes = 0;
  let objects = 0;
  for (const { location, pruned } of places) {
    const source = await openSource(location, awsSettings(flags, context));
    const { from, to, accounts, regions } = scope;
    const select = {
      ...(from > allTime.from ? { from } : {}),
      ...(to < allTime.to ? { to } : {}),
      accounts,
      regions,
    };
    try {
      const choice = { source, logs: [log], assume: log, now: context.now, ...(pruned ? { select } : {}) };
      for await (const page of chosen(choice, () => undefined)) {
        for (const { size } of page) bytes += size;
        objects += page.length;
        if (bytes > limit || objects > mostObjects) return { bytes, more: true };
      }
    } finally {
      await source.close();
    }
  }
  return { bytes, more: false };
}

/**
 * Refuses to ask what would read more than `--max-scan`, by the sizes of the objects in S3. A closure asks of all
 * times, twice a level; at least one level is counted. Where the catalog or the bucket may not be listed it says so,
 * and leaves it to the workgroup's own limit. Throws `scan_limit`.
 */
async function checkScan(
  engine: Engine,
  bound: readonly BoundQuestion[],
  flags: ScanFlags & { closure?: boolean },
  context: Context,
  note: (text: string) => void,
): Promise<void> {
  const limit = parseSize('--max-scan', flags.maxScan ?? defaults.maxScan);
  if (!engine.places || limit === Number.POSITIVE_INFINITY || bound.length === 0) return;
  const wanted = bound.flatMap(({ question, scope }) => question.logs.map((log) => ({ log, scope, times: 1 })));
  if (flags.closure) wanted.push({ log: 'cloudtrail', scope: { ...bound[0]!.scope, ...allTime }, times: 2 });
  const known = new Map<string, Estimate>();
  let bytes = 0;
  let more = false;
  try {
    for (const { log, scope, times } of wanted) {
      const { keyIds: _, ...range } = scope;
      const name = JSON.stringify([log, range]);
      const found = known.get(name) ?? (await estimate(log, await engine.places(log), scope, limit, flags, context));
      known.set(name, found);
      bytes += found.bytes * times;
      more ||= found.more;
      if (more || bytes > limit) break;
    }
  } catch (error) {
    if (!(error instanceof KeytrailError) || error.code === 'interrupted') throw error;
    note(`note: what Athena will read is not known (${reasonOf(error)}): only the workgroup’s limit holds\n`);
    return;
  }
  if (!more && bytes <= limit) return;
  const logs = [...new Set(wanted.map(({ log }) => contractOf(log).title))].join(', ');
  throw new KeytrailError(
    'scan_limit',
    `Athena would read ${more || bytes > limit ? 'at least ' : ''}${sizeText(bytes)} of ${logs} (${priceText(bytes)}), more than --max-scan ${flags.maxScan ?? defaults.maxScan}`,
    { hint: 'Ask of less with --from, --to, --accounts and --regions, or raise --max-scan.' },
  );
}

const minuteMs = 60_000;
/** Source: "Amazon Athena user guide: Reuse query results". */
const longestReuseMinutes = 10_080;

/** An engine to be asked. */
export interface Asking {
  engine: Engine;
  /** Throws `scan_limit` where these further questions would cost too much. */
  check(bound: readonly BoundQuestion[], closure: boolean): Promise<void>;
  /** Says what the answers cost. */
  close(): Promise<void>;
}

/** Opens what these questions are to be asked of, unless that would cost too much. */
export async function openForAsking(
  bound: readonly BoundQuestion[],
  flags: ScanFlags & { closure?: boolean },
  context: Context,
): Promise<Asking> {
  const meter = new Meter();
  const reuseMinutes = flags.reuse === undefined ? null : Math.ceil(parseInterval('--reuse', flags.reuse) / minuteMs);
  const engine = await openFlaggedEngine(flags, context, {
    onScan: meter.onScan,
    ...(reuseMinutes === null ? {} : { reuseMinutes: Math.min(reuseMinutes, longestReuseMinutes) }),
  });
  const close = async (): Promise<void> => {
    await engine.close();
    if (meter.text !== null) context.note(`${meter.text}\n`);
  };
  // The same is not known of further questions.
  let said = '';
  const note = (text: string): void => {
    if (text !== said) context.note(text);
    said = text;
  };
  try {
    await checkScan(engine, bound, flags, context, note);
    const check: Asking['check'] = (more, closure) => checkScan(engine, more, { ...flags, closure }, context, note);
    return { engine, check, close };
  } catch (error) {
    await close();
    throw error;
  }
}
