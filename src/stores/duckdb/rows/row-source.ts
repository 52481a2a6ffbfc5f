import { type DuckDBConnection, type DuckDBDataChunk, DuckDBTableFunction } from '@duckdb/node-api';
import { reasonOf } from '../../../errors.js';
import type { Member } from './vectors.js';

/** What fills chunks with rows. */
export interface Chunks {
  readonly members: readonly Member[];
  /** Fills a chunk, of no rows where there are no more. */
  fill(output: DuckDBDataChunk): void;
  /** How many rows there are to come. */
  readonly left: number;
}

/**
 * Makes rows a table function, `name()`: DuckDB asks for a chunk when it is ready to take one, so that nothing is
 * staged, and works on it in a thread of its own.
 */
export function provide(connection: DuckDBConnection, name: string, source: Chunks): void {
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name,
      bindFunction: (info) => {
        for (const member of source.members) info.addResultColumn(member.name, member.column.type);
        info.setCardinality(source.left, true);
      },
      initFunction: (info) => info.setMaxThreads(1),
      mainFunction: (info, output) => {
        try {
          source.fill(output);
        } catch (error) {
          info.setError(reasonOf(error));
        }
      },
    }),
  );
}
