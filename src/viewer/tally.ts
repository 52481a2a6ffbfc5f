import type { Panel } from '../dashboards/types.js';
import type { CellValue, Row } from '../model/question.js';

/** What of a row is measured: a column summed up, its different values, or (without a column) the row itself. */
export type Measured = Pick<Panel, 'y' | 'measure'>;

const isNothing = (value: CellValue | undefined): boolean => value === null || value === undefined || value === '';

/** How the values of rows are taken together. */
interface Taking {
  add(value: CellValue): void;
  join(other: this): void;
  readonly value: number;
}

class Sum implements Taking {
  value = 0;
  add(value: CellValue): void {
    this.value += Number(value);
  }
  join({ value }: Sum): void {
    this.value += value;
  }
}

class Highest implements Taking {
  value = 0;
  add(value: CellValue): void {
    this.value = Math.max(this.value, Number(value));
  }
  join({ value }: Highest): void {
    this.value = Math.max(this.value, value);
  }
}

class Distinct implements Taking {
  readonly #seen = new Set<CellValue>();
  add(value: CellValue): void {
    this.#seen.add(value);
  }
  join(other: Distinct): void {
    for (const value of other.#seen) this.#seen.add(value);
  }
  get value(): number {
    return this.#seen.size;
  }
}

const takings = { sum: Sum, max: Highest, distinct: Distinct } as const;

/** A measure of rows, as they come; of no value it is 0. */
export class Tally {
  readonly #taking: Taking;

  constructor(private readonly measured: Measured) {
    this.#taking = new takings[measured.y === null ? 'sum' : measured.measure]();
  }

  add(row: Row): void {
    const { y } = this.measured;
    const value = y === null ? 1 : (row[y] ?? null);
    if (!isNothing(value)) this.#taking.add(value);
  }

  /** So that the smaller ones can be told together; a value of several counts once. */
  join(other: Tally): void {
    this.#taking.join(other.#taking);
  }

  get value(): number {
    return this.#taking.value;
  }
}

/** Whether the values of several can be put on one another. */
export const adds = ({ y, measure }: Measured): boolean => y === null || measure === 'sum';

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
