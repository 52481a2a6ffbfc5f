import { contractOf, positionIn } from '../model/contract.js';
import type { LogEvent, LogName, RawRecord } from '../model/event.js';
import { textAt } from '../model/slices.js';

/** What `enrich` reads of a record, by log, with where it stands in the contract. */
const read: Partial<Record<LogName, readonly { name: string; position: number }[]>> = Object.fromEntries(
  Object.entries({ cloudtrail: ['sourceIPAddress', 'userAgent'], vpcflow: ['srcaddr', 'dstaddr'] }).map(
    ([log, names]) => [log, names.map((name) => ({ name, position: positionIn(contractOf(log as LogName), name) }))],
  ),
);

/** What `enrich` reads of an event's record, which need not be read for that. */
export function toEnrich(log: LogName, event: LogEvent): RawRecord {
  const { slices } = event;
  if (!slices) return event.record;
  const record: RawRecord = {};
  for (const { name, position } of read[log]!) record[name] = textAt(slices, position);
  return record;
}
