import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * What questions need, which join and sort; and whatever adds to a table. To give that little and more when DuckDB asks
 * for it is not safe: a commit that fails for memory leaves rows behind in the open file, and a checkpoint ends it.
 */
export const ampleLimit = '1GB';
/** For what reads and stages, in MB: DuckDB fills what it is given with pages that it may want again. */
const stagingMb = 64;
/** What it must have of that beside what it can't let go, the indexes of the tables: they grow with their rows. */
const roomMb = 48;
/** For a look at whole rows of a table, not only at their ids. */
const comparingLimit = '256MB';

/**
 * What is written between two checkpoints, which becomes a group of rows: it is in memory as well as in the write-ahead
 * log, and a checkpoint has all of it in memory at once, several times as large as it was read.
 */
const checkpointRows = 12_288;
const checkpointBytes = 32 * 1024 * 1024;

const limit = (connection: DuckDBConnection, size: string) => connection.run(`SET memory_limit = '${size}'`);

/** Also drops the pages that are kept and not needed. */
export async function memoryForStaging(connection: DuckDBConnection): Promise<void> {
  // Where it holds more than that, the limit stays as it was.
  await limit(connection, `${stagingMb}MB`).catch(() => undefined);
  await ampleMemory(connection);
  const held = await connection.runAndReadAll('SELECT sum(memory_usage_bytes)::DOUBLE FROM duckdb_memory()');
  const heldMb = Math.ceil(Number(held.getRows()[0]![0]) / 1e6);
  await limit(connection, `${Math.max(stagingMb, heldMb + roomMb)}MB`);
}

export async function memoryForComparing(connection: DuckDBConnection): Promise<void> {
  await limit(connection, comparingLimit);
}

export async function ampleMemory(connection: DuckDBConnection): Promise<void> {
  await limit(connection, ampleLimit);
}

/** While events are written: one thread, and checkpoints between transactions rather than in them. */
export class Writing {
  #rows = 0;
  #bytes = 0;
  #checkpoints = 0;

  constructor(private readonly connection: DuckDBConnection) {}

  async begin(): Promise<void> {
    // Each thread has buffers of its own.
    await this.connection.run('SET threads = 1');
    await this.connection.run(`SET checkpoint_threshold = '${ampleLimit}'`);
    // To make two groups of three takes a checkpoint 150 MB more.
    await this.connection.run('SET max_vacuum_tasks = 0');
  }

  async end(): Promise<void> {
    await this.tidy();
    await this.connection.run('RESET threads');
    await ampleMemory(this.connection);
  }

  /** Before the last checkpoint: what many short runs have left are small groups, which it may put together. */
  async tidy(): Promise<void> {
    if (this.#checkpoints === 0) await this.connection.run('RESET max_vacuum_tasks');
  }

  /** After a transaction that added so much. */
  async added(rows: number, bytes: number): Promise<void> {
    this.#rows += rows;
    this.#bytes += bytes;
    if (this.#rows < checkpointRows && this.#bytes < checkpointBytes) return;
    this.#rows = 0;
    this.#bytes = 0;
    this.#checkpoints++;
    await memoryForStaging(this.connection);
    await ampleMemory(this.connection);
    await this.connection.run('CHECKPOINT');
  }
}
