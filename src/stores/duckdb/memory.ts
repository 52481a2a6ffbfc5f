import type { DuckDBConnection } from '@duckdb/node-api';
import { reasonOf } from '../../errors.js';

/** Questions join and sort. */
export const askingLimit = '1GB';
/**
 * The first does for a batch and the pages that it touches; DuckDB fills what it is given with pages that it may want
 * again. After a crash, what is in the log is in memory too, and a commit may need more.
 */
const writingLimits = ['64MB', '256MB', askingLimit] as const;
/** Pages of 256 KB are pinned for each column of each table. Where that is too much, a checkpoint ends the database. */
const checkpointLimit = '256MB';

/** What is written between two checkpoints: it is in memory as well as in the write-ahead log. */
const checkpointBytes = 32 * 1024 * 1024;
/** What a row takes beside the bytes of its record. */
const bytesPerRow = 512;

const limit = (connection: DuckDBConnection, size: string) => connection.run(`SET memory_limit = '${size}'`);

/** It says so in several ways; an invalidated database is past helping. */
const hadTooLittle = (error: unknown): boolean =>
  /out of memory|could not allocate block|failed to pin block/i.test(reasonOf(error)) &&
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
    await this.#limit();
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
    if (this.#level === 0) await limit(this.connection, checkpointLimit);
    await this.connection.run('CHECKPOINT');
    await this.#limit();
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
        if (!hadTooLittle(error) || this.#level === writingLimits.length - 1) throw error;
        this.#level++;
        await this.#limit();
      }
    }
  }

  async #limit(): Promise<void> {
    await limit(this.connection, writingLimits[this.#level]!);
  }
}
