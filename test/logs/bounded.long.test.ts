import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { type LogName, maxDeadLetterBytes } from '../../src/model/event.js';
import { chunksOf } from '../s3/chunks.js';
import { collect, originOf } from './collect.js';

interface Found {
  events: number;
  reasons: string[];
  raw: number;
  error: { code: string; message: string } | null;
  rss: number;
}

const megabyte = 1024 * 1024;
const heapMb = 64;
/** The process itself takes some 60 MB, the largest step of a gzip bomb 16 MB. */
const maxRssMb = 300;

/** Reads an object in a process that has little memory. */
async function readSmall(log: LogName, bytes: Iterable<Buffer>, path = 'x'): Promise<Found> {
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, 'test/logs/read-object.mjs', log, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const sent = pipeline(Readable.from(bytes), child.stdin).catch((error: NodeJS.ErrnoException) => {
    // The reader may have had enough before the end.
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
  const printed = await text(child.stdout);
  await sent;
  return JSON.parse(printed) as Found;
}

function* repeated(before: string, piece: Buffer, times: number, after: string): Iterable<Buffer> {
  yield Buffer.from(before);
  for (let count = 0; count < times; count++) yield piece;
  yield Buffer.from(after);
}

/** Every chunk as a gzip member of its own: a thousandth of its size. */
function* zipped(chunks: Iterable<Buffer>): Iterable<Buffer> {
  const known = new Map<Buffer, Buffer>();
  for (const chunk of chunks) {
    const member = known.get(chunk) ?? gzipSync(chunk);
    known.set(chunk, member);
    yield member;
  }
}

const letters = Buffer.alloc(4 * megabyte, 'x');
const brackets = Buffer.alloc(4 * megabyte, '[');
const time = '2024-08-01T13:45:00Z';
const objects: [LogName, string, string][] = [
  ['cloudtrail', '{"Records":[{"a":"', `"},{"eventTime":"${time}"}]}`],
  ['config', '{"configurationItems":[{"a":"', `"},{"configurationItemCaptureTime":"${time}"}]}`],
  ['guardduty', '{"a":"', `"}\n{"updatedAt":"${time}"}\n`],
  ['vpcflow', 'start action\n1 ', '\n1722519900 OK\n'],
];

describe.each(objects)('%s', (log, before, after) => {
  it.each([
    ['a record of 200 MB', (chunks: Iterable<Buffer>) => chunks, 50],
    ['a gzip bomb of 1 GB', zipped, 256],
  ] as const)('%s is rejected in bounded memory, and what follows it is read', async (_what, packed, times) => {
    const found = await readSmall(log, packed(repeated(before, letters, times, after)));
    expect(found).toMatchObject({ events: 1, error: null, reasons: [expect.stringMatching(/longer than/)] });
    expect(found.raw).toBeLessThanOrEqual(maxDeadLetterBytes);
    expect(found.rss / megabyte).toBeLessThan(maxRssMb);
  });

  it('200 MB of brackets end in bounded memory', async () => {
    const found = await readSmall(log, repeated(before.replace(/"$/, ''), brackets, 50, ''));
    expect(found.events).toBe(0);
    expect(found.reasons.length + (found.error ? 1 : 0)).toBeGreaterThan(0);
    expect(found.error?.code ?? 'bad_object').toBe('bad_object');
    expect(found.rss / megabyte).toBeLessThan(maxRssMb);
  });
});

it('a Parquet file that is a gzip bomb ends when it is too large to be held', async () => {
  const found = await readSmall('vpcflow', zipped(repeated('PAR1', letters, 256, '')));
  expect(found).toMatchObject({
    events: 0,
    reasons: [],
    error: { code: 'bad_object', message: 'the Parquet file is larger than 256 MB' },
  });
});

it('a Parquet file that makes its reader repeat a value a billion times costs a process of its own, nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-bounded-'));
  const path = join(folder, 'flows.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT 1722519900::BIGINT AS "start" FROM range(200)) TO '${path}' (FORMAT parquet, CODEC uncompressed)`,
  );
  connection.closeSync();
  instance.closeSync();
  const file = await readFile(path);
  await rm(folder, { recursive: true });
  // 200 times "there is a value", as a run: becomes a run of 2^30.
  const run = file.indexOf(Buffer.from([0x90, 0x03, 0x01]));
  expect(run).toBeGreaterThan(0);
  Buffer.from([0x80, 0x80, 0x80, 0x80, 0x08]).copy(file, run);
  const { error, parsed } = await collect(chunksOf([file]), originOf('vpcflow'));
  expect(parsed).toEqual([]);
  expect(error).toMatchObject({ code: 'bad_object', message: expect.stringMatching(/needs more than 768 MB|seconds/) });
});
