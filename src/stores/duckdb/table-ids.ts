import type { DuckDBConnection } from '@duckdb/node-api';
import { IdFilter } from './id-filter.js';

/** Batches that look among all ids of a table; then a filter of these is made, which costs about as much as all those. */
const looksBeforeFilter = 4;
const idsAtOnce = 65_536;

/**
 * Which ids a table has that nobody else writes to. To look among all of them for each batch would cost more the more
 * there are, and no zone map narrows random ids down: after a few batches a filter in memory says of nearly all new ids
 * that they are new.
 */
export class TableIds {
  #filter: IdFilter | null = null;
  #looks = 0;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly table: string,
  ) {}

  /** Those of the ids that the table has. None has a line feed in it. */
  async among(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const isNew = this.#looks === 0 && (await this.#count()) === 0;
    if (isNew || this.#looks === looksBeforeFilter) this.#filter ??= await this.#filled();
    this.#looks++;
    const filter = this.#filter;
    const possible = filter === null ? ids : ids.filter((id) => filter.mayHave(id));
    if (possible.length === 0) return new Set();
    // As one text: to be asked for them chunk by chunk costs more than the search.
    const found = await this.connection.runAndReadAll(
      `SELECT DISTINCT id FROM ${this.table} WHERE id IN (SELECT unnest(string_split($1, chr(10))))`,
      [possible.join('\n')],
    );
    return new Set((found.getRows() as [string][]).map(([id]) => id));
  }

  /** Before they are inserted; what is not inserted after all only costs a look in vain. */
  add(ids: readonly string[]): void {
    if (this.#filter) for (const id of ids) this.#filter.add(id);
  }

  async #count(): Promise<number> {
    const found = await this.connection.runAndReadAll(`SELECT max(rowid) + 1 FROM ${this.table}`);
    return Number((found.getRows() as [bigint | null][])[0]![0] ?? 0);
  }

  async #filled(): Promise<IdFilter> {
    const filter = new IdFilter();
    const rows = await this.#count();
    for (let from = 0; from < rows; from += idsAtOnce) {
      const found = await this.connection.runAndReadAll(
        `SELECT string_agg(id, chr(10)) FROM ${this.table} WHERE rowid >= ${from} AND rowid < ${from + idsAtOnce}`,
      );
      filter.addLines((found.getRows() as [string | null][])[0]![0] ?? '');
    }
    return filter;
  }
}
