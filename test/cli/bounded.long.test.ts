import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { maxDeadLetterBytes } from '../../src/model/event.js';
import { runCli } from './run-cli.js';

const megabyte = 1024 * 1024;
/** DuckDB's own memory is the most of it. */
const maxRssMb = 600;
const tellRss = 'data:text/javascript,process.on("exit",()=>console.error("rss",process.resourceUsage().maxRSS))';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-bounded-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A file of one record of so many bytes, and a sound one behind it. */
async function writeObject(name: string, size: number, gzipped: boolean): Promise<void> {
  const directory = join(folder, 's3/AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02');
  await mkdir(directory, { recursive: true });
  const pack = (text: string | Buffer): Buffer => (gzipped ? gzipSync(text) : Buffer.from(text));
  const piece = pack(Buffer.alloc(4 * megabyte, 'x'));
  const parts = [
    pack('{"Records":[{"a":"'),
    ...new Array<Buffer>(size / 4 / megabyte).fill(piece),
    pack(`"},{"eventTime":"2026-03-02T08:00:00Z","eventID":"${name}"}]}`),
  ];
  const file = `111122223333_CloudTrail_us-east-1_20260302T0800Z_${name}.json${gzipped ? '.gz' : ''}`;
  await writeFile(join(directory, file), Buffer.concat(parts));
}

test('a gzip bomb of 1 GB and a record of 200 MB end in the dead letters, in bounded memory', async () => {
  await writeObject('aaaaaaaaaaaaaaaa', 1024 * megabyte, true);
  await writeObject('bbbbbbbbbbbbbbbb', 200 * megabyte, false);
  const path = join(folder, 'x.duckdb');
  const { code, stdout, stderr } = await runCli(
    ['ingest', join(folder, 's3'), '--store', `duckdb:${path}`, '--format', 'json'],
    { NODE_OPTIONS: `--max-old-space-size=64 --import=${encodeURI(tellRss)}` },
  );
  expect(code, stderr).toBe(3);
  const { objects, records } = JSON.parse(stdout);
  expect(objects).toMatchObject({ done: 2, failed: 0 });
  expect(records).toEqual({ read: 4, stored: 2, duplicates: 0, deadLettered: 2 });
  expect(Number(/^rss (\d+)$/m.exec(stderr)?.[1]) / 1024).toBeLessThan(maxRssMb);

  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const letters = await connection.runAndReadAll('SELECT reason, octet_length(raw) FROM keytrail_dead_letters');
  expect(letters.getRowsJson()).toEqual([0, 1].map(() => ['record is longer than 1 MB', String(maxDeadLetterBytes)]));
  connection.closeSync();
  instance.closeSync();
});
