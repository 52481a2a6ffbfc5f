import type { DuckDBConnection } from '@duckdb/node-api';
import { reasonOf } from '../../errors.js';

/** Questions join and sort. */
export const askingLimit = '1GB';
/** A batch, and the pages that it touches. DuckDB fills what it is given with pages that it may want again. */
const writingLimit = '64MB';
/** A checkpoint pins a page of 256 KB for each column and fails for good where that is too much: 64 MB are. */
const checkpointLimit = '96MB';

/** What is written between two checkpoints: it is in memory as well as in the write-ahead log. */
const checkpointBytes = 32 * 1024 * 1024;
/** What a row takes beside the bytes of its record. */
const bytesPerRow = 512;

const limit = (connection: DuckDBConnection, size: string) => connection.run(`SET memory_limit = '${size}'`);

/** Keeps the memory of a connection that writes small, and makes the checkpoints itself: between batches, with memory of their own. */
export class WriteMemory {
  #sinceCheckpoint = 0;

  constructor(private readonly connection: DuckDBConnection) {}

  async begin(): Promise<void> {
    const { connection } = this;
    // Each thread has buffers of its own.
    await connection.run('SET threads = 1');
    await connection.run("SET checkpoint_threshold = '1GB'");
    await limit(connection, writingLimit);
  }

  async end(): Promise<void> {
    await this.connection.run('RESET threads');
    await limit(this.connection, askingLimit);
  }

  /**
   * Does a whole transaction; once more, with the memory of a question, where DuckDB says that it had too little.
   * `rows` and `bytes`: what it adds.
   */
  async write<T>(rows: number, bytes: number, work: () => Promise<T>): Promise<T> {
    const { connection } = this;
    const done = await work().catch(async (error: unknown) => {
      if (!/^out of memory/i.test(reasonOf(error))) throw error;
      await limit(connection, askingLimit);
      return work();
    });
    this.#sinceCheckpoint += rows * bytesPerRow + bytes;
    if (this.#sinceCheckpoint < checkpointBytes) return done;
    this.#sinceCheckpoint = 0;
    await limit(connection, checkpointLimit);
    await connection.run('CHECKPOINT');
    await limit(connection, writingLimit);
    return done;
  }

  /** Closing makes the last checkpoint. */
  async beforeClose(): Promise<void> {
    // After a full disk nothing runs any more; closing goes without the checkpoint, and the log is kept.
    await limit(this.connection, checkpointLimit).catch(() => undefined);
  }
}
