import type { Enrichment } from '../enrich/enrich.js';
import { parsers } from '../logs/parser.js';
import { isRejected, type LogEvent, type LogName } from '../model/event.js';
import { type DeadLetter, type LedgerEntry, objectId } from '../model/object.js';
import { classify } from '../s3/layout.js';
import type { Store } from '../stores/store.js';
import { EventSpan, isDataEvent, isSkipData, lagOf } from './event-span.js';

export interface ReplayOptions {
  store: Store;
  /** Null: of every log. */
  log: LogName | null;
  now: () => Date;
  enrichment?: Pick<Enrichment, 'enrich'>;
  /** Called after each page of letters. */
  onProgress?: (summary: Readonly<ReplaySummary>) => void;
  /** When aborted, the page under way is finished and no other is begun. */
  signal?: AbortSignal;
}

export interface ReplaySummary {
  /** `read` = `stored` + `duplicates` + `left`. */
  letters: { read: number; stored: number; duplicates: number; left: number };
  /** Why letters are left, and how many for each reason. */
  reasons: Record<string, number>;
}

const beginningOnly = 'only its beginning was kept: ingest the object again';
const maxReasons = 1000;

/** What became of the letters of one object in one run. */
interface Tally {
  letter: DeadLetter;
  left: number;
  stored: number;
  duplicates: number;
  /** Events that are in the store now and were not counted before this page. */
  fresh: LogEvent[];
}

/**
 * Reads the dead letters again and stores what has become readable, or is not refused any more; the rest stays, with
 * the reason of today. Events come first, then the ledger, then the letters' end: whatever dies in between, the next
 * replay finds the events there already and sets the counts right.
 */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { store, log, signal } = options;
  const summary: ReplaySummary = { letters: { read: 0, stored: 0, duplicates: 0, left: 0 }, reasons: {} };
  await store.prepare();
  let page = await store.deadLetters(log, null);
  let open: Tally | null = null;
  while (page.length > 0 && !signal?.aborted) {
    const next = await store.deadLetters(log, page.at(-1)!);
    open = await replayPage(page, open, next[0] ?? null, options, summary);
    page = next;
    options.onProgress?.(summary);
  }
  return summary;
}

/** Returns the tally of the object that goes on in the next page. */
async function replayPage(
  page: readonly DeadLetter[],
  open: Tally | null,
  following: DeadLetter | null,
  options: ReplayOptions,
  summary: ReplaySummary,
): Promise<Tally | null> {
  const { store, now } = options;
  const tallies = new Map<string, Tally>();
  if (open) tallies.set(placeOf(open.letter), open);
  const tallyOf = (letter: DeadLetter): Tally => {
    const place = placeOf(letter);
    const tally = tallies.get(place) ?? { letter, left: 0, stored: 0, duplicates: 0, fresh: [] };
    tallies.set(place, tally);
    return tally;
  };
  const settled: string[] = [];
  const changed: DeadLetter[] = [];
  const leave = (letter: DeadLetter, reason: string): void => {
    tallyOf(letter).left++;
    summary.letters.left++;
    const known = reason in summary.reasons || Object.keys(summary.reasons).length < maxReasons;
    const name = known ? reason : 'other reasons';
    summary.reasons[name] = (summary.reasons[name] ?? 0) + 1;
    if (reason !== letter.reason && reason !== beginningOnly)
      changed.push({ ...letter, reason, time: now().toISOString() });
  };

  const readable = new Map<LogName, { letter: DeadLetter; event: LogEvent }[]>();
  for (const letter of page) {
    summary.letters.read++;
    const event = eventOf(letter, options.enrichment);
    if (typeof event === 'string') leave(letter, event);
    else {
      const some = readable.get(letter.log);
      if (some) some.push({ letter, event });
      else readable.set(letter.log, [{ letter, event }]);
    }
  }
  for (const [log, some] of readable) {
    const outcomes = await store.write(
      log,
      some.map(({ event }) => event),
    );
    for (const [i, { letter, event }] of some.entries()) {
      const outcome = outcomes[i]!;
      if (typeof outcome === 'object') {
        leave(letter, outcome.refused);
        continue;
      }
      const counted = outcome === 'stored' ? 'stored' : 'duplicates';
      summary.letters[counted]++;
      const tally = tallyOf(letter);
      tally[counted]++;
      tally.fresh.push(event);
      settled.push(letter.id);
    }
  }

  const last = page.at(-1)!;
  const goesOn = following !== null && placeOf(following) === placeOf(last) ? placeOf(last) : null;
  await record([...tallies], goesOn, store, now());
  if (changed.length > 0) await store.writeDeadLetters(changed);
  if (settled.length > 0) await store.removeDeadLetters(settled);
  if (goesOn === null) return null;
  return { ...tallies.get(goesOn)!, stored: 0, duplicates: 0, fresh: [] };
}

const placeOf = ({ bucket, key, version }: DeadLetter): string => JSON.stringify([bucket, key, version]);

function eventOf(letter: DeadLetter, enrichment: ReplayOptions['enrichment']): LogEvent | string {
  if (!letter.whole) return beginningOnly;
  const found = classify(letter.key, letter.log);
  if (found.kind !== 'log') return `its key is that of ${found.what}`;
  const parsed = parsers[letter.log].again(letter, found.origin);
  if (isRejected(parsed)) return parsed.reason;
  const event = letter.eventId === null ? parsed : { ...parsed, id: letter.eventId };
  return enrichment ? { ...event, enrichment: enrichment.enrich(letter.log, event.record) } : event;
}

/** Brings the ledger's lines up to what is in the store now, once all letters of an object were seen: exactly. */
async function record(
  tallies: readonly [string, Tally][],
  goesOn: string | null,
  store: Store,
  now: Date,
): Promise<void> {
  const lines = await store.entries(tallies.map(([, { letter }]) => objectId(letter)));
  const entries = tallies.flatMap(([place, tally]) => {
    const line = lines.get(objectId(tally.letter));
    // Letters of a version that was overwritten, or that is being read again: their counts are in no line.
    if (!line || line.version !== tally.letter.version || line.state === 'claimed') return [];
    const left = place === goesOn ? line.deadLettered - tally.stored - tally.duplicates : tally.left;
    return left === line.deadLettered ? [] : [settledLine(line, Math.max(0, left), tally, now)];
  });
  if (entries.length > 0) await store.record(entries);
}

/** `read` stays what it is: what left the dead letters is stored, or was found stored. */
function settledLine(line: LedgerEntry, left: number, { stored, fresh }: Tally, now: Date): LedgerEntry {
  const gained = line.deadLettered - left;
  const storedNow = Math.max(0, Math.min(stored, gained));
  // After a replay that died, what it had counted is not counted again.
  const events = gained > 0 ? fresh.slice(-gained) : [];
  const span = new EventSpan();
  span.addEntry(line);
  for (const { time } of events) span.add(time);
  return {
    ...line,
    ...span.entry(),
    lag: lagOf(span.entry().firstEvent, line.delivered),
    stored: line.stored + storedNow,
    duplicates: line.duplicates + gained - storedNow,
    deadLettered: left,
    dataEvents: line.dataEvents + events.filter(isDataEvent).length,
    skipData: line.skipData + events.filter(isSkipData).length,
    updated: now.toISOString(),
  };
}
