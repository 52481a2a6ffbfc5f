import { reasonOf } from '../../errors.js';
import type { Contract } from '../../model/contract.js';
import type { LogEvent } from '../../model/event.js';
import { firstOfEach, mayDiffer, otherContent, settleLike } from '../content.js';
import type { Outcome } from '../store.js';
import { type BulkItem, bulk } from './bulk.js';
import { Bytes } from './bytes.js';
import type { Connection } from './client.js';
import { differingFrom } from './differing.js';
import { documentMapper, isTime } from './document.js';
import { documentVersion, indexBase, monthlyIndex } from './names.js';
import { slicedDocument } from './sliced.js';

/** OpenSearch's limit; one longer id would fail the whole request. */
const maxIdBytes = 512;
/** Of an id that is the same in JSON. */
const plainId = /^[ !#-[\]-~]+$/;
const tail = Buffer.from('"}}\n');
const startBytes = 4 * 1024 * 1024;
const lineFeed = 0x0a;

/**
 * Makes the function behind `Store.write` for one log. A document's place is the month of its event's time and the
 * event's id. CloudTrail never changes an eventTime, and a flow row's id is made of its text: the same event always
 * comes to the same place. A record that has the id of another and a time in another month is another record, and is
 * kept beside it: to drop one of the two would be to lose it. In the same month it is refused, and kept as a dead letter.
 */
export function eventWriter(connection: Connection, contract: Contract, prefix: string, retryMs: number) {
  const map = documentMapper(contract);
  const write = slicedDocument(contract);
  const base = indexBase(contract, prefix);

  const documentOf = (event: LogEvent): Record<string, unknown> => {
    const document = map(event);
    document.keytrail = { ...(document.keytrail as object | undefined), schema: documentVersion };
    return document;
  };

  // By month: what the first line of a document begins with.
  const heads = new Map<string, { index: string; head: Buffer }>();
  const headOf = (time: string) => {
    const month = time.slice(0, 7);
    let found = heads.get(month);
    if (!found) {
      const index = monthlyIndex(base, time);
      found = { index, head: Buffer.from(`{"create":{"_index":"${index}","_id":"`) };
      heads.set(month, found);
    }
    return found;
  };

  const toItem = (event: LogEvent, out: Bytes): BulkItem | { refused: string } => {
    const { slices, time, id } = event;
    if (write !== null && slices !== undefined && id.length <= maxIdBytes && plainId.test(id)) {
      const { index, head } = headOf(time);
      const from = out.length;
      out.reserve(head.length + maxIdBytes + tail.length);
      out.put(head);
      out.text(id);
      out.put(tail);
      if (write(event, slices, out)) {
        out.byte(lineFeed);
        return { index, id, lines: { bytes: out, from, to: out.length }, document: () => documentOf(event) };
      }
      out.length = from;
    }
    if (!isTime(time)) return { refused: `event time ${time} is no date` };
    if (id === '' || Buffer.byteLength(id) > maxIdBytes) return { refused: 'its id is empty or too long' };
    const index = monthlyIndex(base, time);
    try {
      const document = documentOf(event);
      return { index, id, document: () => document };
    } catch (error) {
      return { refused: `no document can be made of it: ${reasonOf(error)}` };
    }
  };

  return async (events: readonly LogEvent[]): Promise<Outcome[]> => {
    const outcomes: Outcome[] = new Array(events.length);
    let waiting = firstOfEach(events);
    while (waiting.size > 0) {
      const out = new Bytes(Buffer.allocUnsafeSlow(startBytes));
      const items: BulkItem[] = [];
      const firsts: number[] = [];
      // A first one that is refused gives way to the next.
      const left = new Map<number, number[]>();
      const leave = ([next, ...more]: number[]): void => {
        if (next !== undefined) left.set(next, more);
      };
      for (const [first, others] of waiting) {
        const item = toItem(events[first]!, out);
        if ('refused' in item) {
          outcomes[first] = item;
          leave(others ?? []);
        } else {
          items.push(item);
          firsts.push(first);
        }
      }
      const results = await bulk(connection, items, { action: 'create', retryMs });
      const there = mayDiffer(contract.log) ? items.filter((_, number) => results[number] === 'exists') : [];
      const differing = await differingFrom(connection, contract, there, retryMs);
      for (const [number, first] of firsts.entries()) {
        const result = results[number]!;
        if (typeof result === 'object') outcomes[first] = result;
        else if (differing.has(items[number]!)) outcomes[first] = { refused: otherContent };
        else outcomes[first] = result === 'written' ? 'stored' : 'duplicate';
        const others = waiting.get(first);
        if (!others) continue;
        // What is refused for itself says nothing of the next.
        leave(typeof result === 'object' ? others : settleLike(contract.log, events, first, others, outcomes));
      }
      waiting = left;
    }
    return outcomes;
  };
}
