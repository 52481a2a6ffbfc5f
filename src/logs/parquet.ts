import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { KeytrailError } from '../errors.js';
import { packagePath } from '../model/paths.js';
import { maxFileBytes, maxHeapMb, maxSecondsPerReply } from './parquet-limits.js';
import type { ParquetReply } from './parquet-process.js';
import { badObject } from './span.js';

/** Rows of a Parquet file, in order: a text or null for each column. */
export interface ParquetRows {
  columns: string[];
  rows: (string | null)[][];
}

/**
 * Reads a Parquet file in batches of at most 1000 rows. Such a file tells its reader how much to allocate and how
 * often to repeat a value, and no reader in JavaScript bounds that; past a size V8 ends the process, worker threads
 * and all. So a process of its own reads it, which has so much memory, so much time, and no environment.
 * @throws KeytrailError `bad_object` after every row that could be read: the file is damaged, too large, or
 * compressed in a way that is not read (Zstandard, LZ4, LZO). Errors of `bytes` pass through.
 */
export async function* parquetRows(bytes: AsyncIterable<Buffer>): AsyncIterable<ParquetRows> {
  // The build's file, from src/ too: Node starts no TypeScript.
  const reader = fork(packagePath('dist/logs/parquet-process.js'), [], {
    env: {},
    execArgv: [`--max-old-space-size=${maxHeapMb}`],
    serialization: 'advanced',
    stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
  });
  const closed = once(reader, 'close');
  try {
    await answer(reader, notStarted);
    await send(bytes, reader);
    for (;;) {
      const asked = answer(reader, gaveUp);
      reader.send('next', () => undefined);
      const reply = await asked;
      if ('fault' in reply) throw badObject(`the Parquet file can't be read: ${oneLine(reply.fault)}`, hint);
      if (!('rows' in reply)) return;
      yield reply;
    }
  } finally {
    reader.kill('SIGKILL');
    await closed;
  }
}

const hint = 'Compare the file with its source, or convert it to text: a header line, and a line for each row.';

async function send(bytes: AsyncIterable<Buffer>, reader: ChildProcess): Promise<void> {
  try {
    await pipeline(limited(bytes), reader.stdin!);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' ? gaveUp(reader.exitCode) : error;
  }
}

/** The next message, or what the process's end means. */
function answer(reader: ChildProcess, ofExit: (code: number | null) => Error): Promise<ParquetReply> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      reader.off('message', answered).off('exit', ended).off('error', failed);
      outcome();
    };
    const answered = (reply: unknown): void => settle(() => resolve(reply as ParquetReply));
    const ended = (code: number | null): void => settle(() => reject(ofExit(code)));
    const failed = (error: Error): void => settle(() => reject(error));
    const overdue = (): void =>
      settle(() => reject(badObject(`the Parquet file takes more than ${maxSecondsPerReply} seconds`, hint)));
    const timer = setTimeout(overdue, maxSecondsPerReply * 1000);
    reader.on('message', answered).on('exit', ended).on('error', failed);
    if (reader.exitCode !== null || reader.signalCode !== null) ended(reader.exitCode);
  });
}

function notStarted(): Error {
  return new KeytrailError('internal', 'the reader of Parquet files does not start', {
    hint: 'Build keytrail (npm run build), or install it again.',
  });
}

/** Out of memory, V8 aborts: by a signal, or with the code that stands for one. */
function gaveUp(code: number | null): Error {
  const why = code === null || code > 128 ? `it needs more than ${maxHeapMb} MB` : 'its reader broke off';
  return badObject(`the Parquet file can't be read: ${why}`, hint);
}

async function* limited(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > maxFileBytes)
      throw badObject(`the Parquet file is larger than ${maxFileBytes / 1024 / 1024} MB`, hint);
    yield chunk;
  }
}

/** What a reader says of hostile data may quote it. */
function oneLine(text: string): string {
  return text.replace(/[^ -~]/g, '.').slice(0, 200);
}
