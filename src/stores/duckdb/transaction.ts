import type { DuckDBConnection } from '@duckdb/node-api';

/** Runs work in a transaction: all of it, or nothing and the error that stopped it. */
export async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    // A full disk ends the transaction by itself; what matters is why, not that there is nothing left to roll back.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
