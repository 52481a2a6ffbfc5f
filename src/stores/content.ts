import { isDeepStrictEqual } from 'node:util';
import type { LogEvent, LogName } from '../model/event.js';
import type { Outcome } from './store.js';

/**
 * Whether two records of a log can have one id and differ. CloudTrail's ids are what the record says of itself; those of
 * the other logs are made of the text, or name a state that several files describe.
 */
export const mayDiffer = (log: LogName): boolean => log === 'cloudtrail';

/** Why a record is refused whose id is taken by one that says something else: as a duplicate it would be lost. */
export const otherContent = 'another record with its eventID is stored, and says something else';

/**
 * The first of the events that are one, with the positions of the others, or null where there is none. What makes them
 * one is the id and the month: an id may be given twice, and to drop one of two records would be to lose it.
 */
export function firstOfEach(events: readonly LogEvent[]): Map<number, number[] | null> {
  const places = new Map<string, number>();
  const firsts = new Map<number, number[] | null>();
  for (let position = 0; position < events.length; position++) {
    const { id, time } = events[position]!;
    let place = id;
    let first = places.get(place);
    if (first !== undefined && !time.startsWith(events[first]!.time.slice(0, 7))) {
      // No id has a line feed in it.
      place = `${id}\n${time.slice(0, 7)}`;
      first = places.get(place);
    }
    if (first === undefined) {
      places.set(place, position);
      firsts.set(position, null);
      continue;
    }
    const others = firsts.get(first);
    if (others) others.push(position);
    else firsts.set(first, [position]);
  }
  return firsts;
}

/**
 * Gives the events with the id of one that is settled their outcomes, where they say the same as it does. Returns the
 * positions of the others: only the store knows what stands there for them.
 */
export function settleLike(
  log: LogName,
  events: readonly LogEvent[],
  settled: number,
  positions: readonly number[],
  outcomes: Outcome[],
): number[] {
  const outcome = outcomes[settled]!;
  return positions.filter((position) => {
    if (mayDiffer(log) && !isDeepStrictEqual(events[settled]!.record, events[position]!.record)) return true;
    outcomes[position] = typeof outcome === 'object' ? outcome : 'duplicate';
    return false;
  });
}
