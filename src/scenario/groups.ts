import { rowOrder } from '../model/cell.js';
import type { Row } from '../model/question.js';
import { timeText } from './identifiers.js';

interface Group {
  key: Row;
  count: number;
  failed: number;
  packets: number;
  bytes: number;
  first: number;
  last: number;
}

/** Counts things by their key: memory goes with the number of keys. */
export class Groups {
  readonly #groups = new Map<string, Group>();

  add(key: Row, time: number, more: { failed?: boolean; packets?: number; bytes?: number } = {}): void {
    const name = JSON.stringify(key);
    let group = this.#groups.get(name);
    if (!group) {
      group = { key, count: 0, failed: 0, packets: 0, bytes: 0, first: time, last: time };
      this.#groups.set(name, group);
    }
    group.count++;
    if (more.failed) group.failed++;
    group.packets += more.packets ?? 0;
    group.bytes += more.bytes ?? 0;
    group.first = Math.min(group.first, time);
    group.last = Math.max(group.last, time);
  }

  /** In the question's order. `cells` adds what was counted to the key. */
  rows(order: readonly string[], cells: (group: Readonly<Group>) => Row, least = 1): Row[] {
    return [...this.#groups.values()]
      .filter(({ count }) => count >= least)
      .map((group) => ({
        ...group.key,
        ...cells(group),
        first_seen: timeText(group.first),
        last_seen: timeText(group.last),
      }))
      .sort(rowOrder(order));
  }
}
