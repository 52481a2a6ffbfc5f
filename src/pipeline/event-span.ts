import { contractOf, positionIn } from '../model/contract.js';
import type { LogEvent } from '../model/event.js';
import { type LedgerEntry, maxHours } from '../model/object.js';
import { kindAt, sliceKinds, textAt } from '../model/slices.js';

/** Of `YYYY-MM-DDTHH`. */
const hourLength = 13;

/** When the events of an object happened: the first, the last, and how many in each hour. */
export class EventSpan {
  #first: string | null = null;
  #last: string | null = null;
  readonly #hours = new Map<string, number>();
  /** The hour of the event before, as its time begins: most are of the same. */
  #hour = '';
  #name = '';

  /** `time`: `YYYY-MM-DDTHH:mm:ssZ`. */
  add(time: string): void {
    this.#reach(time);
    if (this.#hour === '' || !time.startsWith(this.#hour)) {
      this.#hour = time.slice(0, hourLength);
      this.#name = `${this.#hour}:00:00Z`;
    }
    this.#count(this.#name, 1);
  }

  addEntry({ firstEvent, lastEvent, hours }: Pick<LedgerEntry, 'firstEvent' | 'lastEvent' | 'hours'>): void {
    for (const time of [firstEvent, lastEvent]) if (time !== null) this.#reach(time);
    for (const { hour, records } of hours) this.#count(hour, records);
  }

  entry(): Pick<LedgerEntry, 'firstEvent' | 'lastEvent' | 'hours'> {
    const hours = [...this.#hours].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      firstEvent: this.#first,
      lastEvent: this.#last,
      hours: hours.map(([hour, records]) => ({ hour, records })),
    };
  }

  #reach(time: string): void {
    if (this.#first === null || time < this.#first) this.#first = time;
    if (this.#last === null || time > this.#last) this.#last = time;
  }

  #count(hour: string, records: number): void {
    const before = this.#hours.get(hour);
    if (before !== undefined || this.#hours.size < maxHours) this.#hours.set(hour, (before ?? 0) + records);
  }
}

/** Seconds from an object's first event to its delivery; clocks that differ make it no less than none. */
export const lagOf = (firstEvent: string | null, delivered: string | null): number | null =>
  firstEvent === null || delivered === null
    ? null
    : Math.max(0, Math.round((Date.parse(delivered) - Date.parse(firstEvent)) / 1000));

const trail = contractOf('cloudtrail');
const managementAt = positionIn(trail, 'managementEvent');
const categoryAt = positionIn(trail, 'eventCategory');
const statusAt = positionIn(contractOf('vpcflow'), 'log-status');

export function isDataEvent(event: LogEvent): boolean {
  const { slices } = event;
  if (!slices) return event.record.managementEvent === false || event.record.eventCategory === 'Data';
  return kindAt(slices, managementAt) === sliceKinds.false || textAt(slices, categoryAt) === 'Data';
}

/** A flow row that says evidence was lost. */
export const isSkipData = (event: LogEvent): boolean =>
  (event.slices ? textAt(event.slices, statusAt) : event.record['log-status']) === 'SKIPDATA';
