import { reasonOf } from '../../errors.js';
import type { Contract } from '../../model/contract.js';
import type { LogEvent } from '../../model/event.js';
import { mayDiffer, otherContent, settleLike } from '../content.js';
import type { Outcome } from '../store.js';
import { type BulkItem, bulk } from './bulk.js';
import type { Connection } from './client.js';
import { differingFrom } from './differing.js';
import { documentMapper, isTime } from './document.js';
import { documentVersion, indexBase, monthlyIndex } from './names.js';

/** OpenSearch's limit; one longer id would fail the whole request. */
const maxIdBytes = 512;

/**
 * Makes the function behind `Store.write` for one log. A document's place is the month of its event's time and the
 * event's id. CloudTrail never changes an eventTime, and a flow row's id is made of its text: the same event always
 * comes to the same place. A record that has the id of another and a time in another month is another record, and is
 * kept beside it: to drop one of the two would be to lose it. In the same month it is refused, and kept as a dead letter.
 */
export function eventWriter(connection: Connection, contract: Contract, prefix: string, retryMs: number) {
  const map = documentMapper(contract);
  const base = indexBase(contract, prefix);

  const toItem = (event: LogEvent): BulkItem | { refused: string } => {
    if (!isTime(event.time)) return { refused: `event time ${event.time} is no date` };
    if (event.id === '' || Buffer.byteLength(event.id) > maxIdBytes) return { refused: 'its id is empty or too long' };
    try {
      const document = map(event);
      document.keytrail = { ...(document.keytrail as object | undefined), schema: documentVersion };
      return { index: monthlyIndex(base, event.time), id: event.id, document };
    } catch (error) {
      return { refused: `no document can be made of it: ${reasonOf(error)}` };
    }
  };

  return async (events: readonly LogEvent[]): Promise<Outcome[]> => {
    const outcomes: Outcome[] = new Array(events.length);
    // By place, the positions that still have no outcome. A first one that is refused gives way to the next.
    const waiting = new Map<string, number[]>();
    for (const [position, { id, time }] of events.entries()) {
      const place = `${time.slice(0, 7)} ${id}`;
      const same = waiting.get(place);
      if (same) same.push(position);
      else waiting.set(place, [position]);
    }
    while (waiting.size > 0) {
      const items: BulkItem[] = [];
      const places: string[] = [];
      for (const [place, positions] of waiting) {
        const item = toItem(events[positions[0]!]!);
        if (!('refused' in item)) {
          items.push(item);
          places.push(place);
          continue;
        }
        outcomes[positions.shift()!] = item;
        if (positions.length === 0) waiting.delete(place);
      }
      const results = await bulk(connection, items, { action: 'create', retryMs });
      const differing = mayDiffer(contract.log)
        ? await differingFrom(
            connection,
            contract,
            items.filter((_, number) => results[number] === 'exists'),
            retryMs,
          )
        : new Set<BulkItem>();
      for (const [number, place] of places.entries()) {
        const result = results[number]!;
        const positions = waiting.get(place)!;
        const first = positions.shift()!;
        if (typeof result === 'object') outcomes[first] = result;
        else if (differing.has(items[number]!)) outcomes[first] = { refused: otherContent };
        else outcomes[first] = result === 'written' ? 'stored' : 'duplicate';
        // What is refused for itself says nothing of the next.
        const left =
          typeof result === 'object' ? positions : settleLike(contract.log, events, first, positions, outcomes);
        if (left.length > 0) waiting.set(place, left);
        else waiting.delete(place);
      }
    }
    return outcomes;
  };
}
