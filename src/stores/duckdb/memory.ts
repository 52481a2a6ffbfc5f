import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * What questions need, which join and sort; and whatever adds to a table. To give that little and more when DuckDB asks
 * for it is not safe: a commit that fails for memory leaves rows behind in the open file, and a checkpoint ends it.
 */
export const ampleLimit = '1GB';
/** DuckDB fills what it is given with pages that it may want again: this many MB of them stay when a write begins. */
const keptMb = 16;
/** What reads has so much beside what can't be let go, the indexes of the tables: they grow with their rows. */
const roomMb = 32;
/** For a look at whole rows of a table, not only at their ids. */
const comparingLimit = '256MB';

/**
 * A checkpoint writes the last group of a table again, and needs more memory than all of it, beyond any limit: with
 * DuckDB's own 122,880 rows that is 400 MB for dead letters. Only what is attached can have another size.
 */
export const rowGroupSize = 8192;
/** Of records larger than usual a batch has fewer. */
export const batchBytes = 16 * 1024 * 1024;

/**
 * What is written between two checkpoints, which becomes a group of rows: it is in memory as well as in the write-ahead
 * log, and a checkpoint has all of it in memory at once, several times as large as it was read.
 */
const checkpointRows = 12_288;
const checkpointBytes = 32 * 1024 * 1024;

const limit = (connection: DuckDBConnection, size: string) => connection.run(`SET memory_limit = '${size}'`);

/**
 * Drops most of the pages that were read or written, and are in the file; never more than pages: a limit below the rest
 * would have DuckDB write that to the disk. Returns what it holds then, in MB.
 */
async function dropPages(connection: DuckDBConnection): Promise<number> {
  const held = await connection.runAndReadAll(
    "SELECT sum(memory_usage_bytes) / 1e6, sum(memory_usage_bytes) FILTER (tag = 'BASE_TABLE') / 1e6 FROM duckdb_memory()",
  );
  const [all, pages] = held.getRows()[0] as [number, number];
  const kept = Math.ceil(all - Math.max(0, pages - keptMb));
  // Pages that are in use can't be dropped: then the limit stays as it was.
  if (kept < all) await limit(connection, `${kept}MB`).catch(() => undefined);
  return kept;
}

/** For what looks for ids and stages rows. */
export async function memoryForReading(connection: DuckDBConnection): Promise<void> {
  const kept = await dropPages(connection);
  await limit(connection, `${kept + roomMb}MB`).catch(() => undefined);
}

/** For what adds to a table. */
export async function memoryForWriting(connection: DuckDBConnection): Promise<void> {
  await limit(connection, ampleLimit);
}

export async function memoryForComparing(connection: DuckDBConnection): Promise<void> {
  await limit(connection, comparingLimit);
}

/** While events are written: one thread, and checkpoints between transactions rather than in them. */
export class Writing {
  #rows = 0;
  #bytes = 0;
  /** Whether there are events since the last checkpoint that are no whole group. */
  #loose = false;
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
    await memoryForWriting(this.connection);
  }

  /**
   * Before the last checkpoint: what many short runs have left are small groups, which it may put together, some of them:
   * as many as there are would take hundreds of MB at once.
   */
  async tidy(): Promise<void> {
    if (this.#checkpoints === 0) await this.connection.run('SET max_vacuum_tasks = 1');
  }

  /**
   * Before a batch of so many events. Rows that are no whole group hold a block of 256 KB for each of the table's columns
   * until a checkpoint: as much memory as a whole group takes, and not to be had beside one.
   */
  async batch(events: number): Promise<void> {
    if (this.#loose && events >= rowGroupSize / 2) await this.#checkpoint();
  }

  /** After a batch of which so much is new. A whole group is in the file already. */
  async stored(rows: number, bytes: number): Promise<void> {
    if (rows === 0 || rows >= rowGroupSize) return;
    this.#loose = true;
    await this.added(rows, bytes);
  }

  /** After a transaction that added so much. */
  async added(rows: number, bytes: number): Promise<void> {
    this.#rows += rows;
    this.#bytes += bytes;
    if (this.#rows >= checkpointRows || this.#bytes >= checkpointBytes) await this.#checkpoint();
  }

  async #checkpoint(): Promise<void> {
    this.#rows = 0;
    this.#bytes = 0;
    this.#loose = false;
    this.#checkpoints++;
    await dropPages(this.connection);
    await memoryForWriting(this.connection);
    await this.connection.run('CHECKPOINT');
  }
}
