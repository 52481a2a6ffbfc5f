import type { Panel } from '../dashboards/types.js';
import type { CellValue, Row } from '../model/question.js';

/** What of a row is measured: a column summed up, its different values, or (without a column) the row itself. */
export type Measured = Pick<Panel, 'y' | 'measure'>;

const isNothing = (value: CellValue | undefined): boolean => value === null || value === undefined || value === '';

/** A measure of rows, as they come. */
export class Tally {
  #sum = 0;
  readonly #seen = new Set<CellValue>();

  constructor(private readonly measured: Measured) {}

  add(row: Row): void {
    const { y, measure } = this.measured;
    const value = y === null ? null : (row[y] ?? null);
    if (y === null) this.#sum += 1;
    else if (measure === 'sum') this.#sum += Number(value);
    else if (!isNothing(value)) this.#seen.add(value);
  }

  /** So that the smaller ones can be told together; a value of several counts once. */
  join(other: Tally): void {
    this.#sum += other.#sum;
    for (const value of other.#seen) this.#seen.add(value);
  }

  get value(): number {
    return this.#sum + this.#seen.size;
  }
}

export const total = (measured: Measured, rows: readonly Row[]): Tally => {
  const tally = new Tally(measured);
  for (const row of rows) tally.add(row);
  return tally;
};

/** A value that rows have in common; null: they have none. */
export interface Group {
  value: string | null;
  rows: Row[];
  tally: Tally;
}

const groupKey = (value: CellValue | undefined): string | null => (isNothing(value) ? null : String(value));

/** Rows by what a column says, the largest first, the ones before the others where two are as large. */
export function groupsOf(column: string, measured: Measured, rows: readonly Row[]): Group[] {
  const groups = new Map<string | null, Group>();
  for (const row of rows) {
    const value = groupKey(row[column]);
    let group = groups.get(value);
    if (!group) {
      group = { value, rows: [], tally: new Tally(measured) };
      groups.set(value, group);
    }
    group.rows.push(row);
    group.tally.add(row);
  }
  // Sorting keeps the order of what is equal: that of the answer.
  return [...groups.values()].sort((a, b) => b.tally.value - a.tally.value);
}

/** The largest groups, and how many are left beyond them. */
export function largest(groups: readonly Group[], count: number): { groups: readonly Group[]; left: readonly Group[] } {
  return { groups: groups.slice(0, count), left: groups.slice(count) };
}
