import type { DuckDBConnection } from '@duckdb/node-api';
import { reasonOf } from '../../errors.js';

/** Questions join and sort. */
export const askingLimit = '1GB';
/**
 * The first does for a batch and the pages that it touches; DuckDB fills what it is given with pages that it may want
 * again. After a crash, what is in the log is in memory too, and a commit may need more.
 */
const writingLimits = ['64MB', '256MB', askingLimit] as const;
/** What is written between two checkpoints: it is in memory as well as in the write-ahead log. */
const checkpointBytes = 32 * 1024 * 1024;
/** What a row takes beside the bytes of its record. */
const bytesPerRow = 512;

const limit = (connection: DuckDBConnection, size: string) => connection.run(`SET memory_limit = '${size}'`);

/** It says so in several ways; an invalidated database is past helping. */
const hadTooLittle = (error: unknown): boolean =>
  /out of memory|could not allocate block|failed to pin block|could not free up enough memory/i.test(reasonOf(error)) &&
  !/invalidated/i.test(reasonOf(error));

/** Keeps the memory of a connection that writes small, and makes the checkpoints itself, between batches. */
export class WriteMemory {
  #level = 0;
  #sinceCheckpoint = 0;

  constructor(private readonly connection: DuckDBConnection) {}

  async begin(): Promise<void> {
    const { connection } = this;
    // Each thread has buffers of its own.
    await connection.run('SET threads = 1');
    await connection.run("SET checkpoint_threshold = '1GB'");
    // What a process that died left in the log is in memory now, as much as it may be.
    await this.#checkpoint();
  }

  async end(): Promise<void> {
    await this.connection.run('RESET threads');
    await limit(this.connection, askingLimit);
  }

  /** Does a whole transaction, which adds so much; again, with more memory from then on, where it had too little. */
  async write<T>(rows: number, bytes: number, work: () => Promise<T>): Promise<T> {
    const done = await this.#do(work);
    this.#sinceCheckpoint += rows * bytesPerRow + bytes;
    if (this.#sinceCheckpoint < checkpointBytes) return done;
    this.#sinceCheckpoint = 0;
    await this.#checkpoint();
    return done;
  }

  /** Closing makes the last checkpoint. */
  async beforeClose(): Promise<void> {
    // After a full disk nothing runs any more; closing goes without the checkpoint, and the log is kept.
    await limit(this.connection, askingLimit).catch(() => undefined);
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!hadTooLittle(error) || !this.#hasMore) throw error;
        this.#level++;
        await this.#limit();
      }
    }
  }

  get #hasMore(): boolean {
    return this.#level < writingLimits.length - 1;
  }

  /**
   * A checkpoint pins pages of 256 KB for each column of each table that has changed, and where that is too much it ends
   * the database: so it may have whatever it needs. DuckDB forgets what it kept of earlier pages when the limit is low.
   */
  async #checkpoint(): Promise<void> {
    await limit(this.connection, askingLimit);
    await this.connection.run('CHECKPOINT');
    await this.#limit();
  }

  /** Sets the limit of the level, or of the first above it that what is pinned has room in. */
  async #limit(): Promise<void> {
    try {
      await limit(this.connection, writingLimits[this.#level]!);
    } catch (error) {
      if (!hadTooLittle(error) || !this.#hasMore) throw error;
      this.#level++;
      await this.#limit();
    }
  }
}
