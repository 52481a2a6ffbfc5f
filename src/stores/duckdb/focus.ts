import type { DuckDBConnection } from '@duckdb/node-api';
import type { Scope } from '../../model/question.js';
import { eventsOf } from '../sql/scope.js';
import { bindDuckDb } from './bind.js';
import { dialect } from './prelude.js';

/** Some 2 KB each in memory, of the 1 GB that DuckDB has. */
const mostEvents = 100_000;

let copies = 0;

/**
 * Copies what questions see of the events of a scope and its keys into memory, where every connection finds it; gives
 * the table's name, or null where they are too many.
 */
export async function copyOf(connection: DuckDBConnection, scope: Scope): Promise<string | null> {
  const scoped = eventsOf(scope, dialect);
  const { sql, values } = bindDuckDb(scoped.sql, scoped.values);
  const table = `memory.main.events_${++copies}`;
  const made = await connection.runAndReadAll(`CREATE TABLE ${table} AS ${sql} LIMIT ${mostEvents + 1}`, values);
  if (Number(made.getRows()[0]![0]) <= mostEvents) return table;
  await dropCopy(connection, table);
  return null;
}

export async function dropCopy(connection: DuckDBConnection, table: string): Promise<void> {
  await connection.run(`DROP TABLE ${table}`);
}

/** Whether a question's own scope has the same keys and places, and no other time. */
export const isWithin = (scope: Scope, copied: Scope): boolean =>
  scope.from >= copied.from &&
  scope.to <= copied.to &&
  same(scope.keyIds, copied.keyIds) &&
  same(scope.accounts, copied.accounts) &&
  same(scope.regions, copied.regions);

const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one, place) => one === others[place]);
