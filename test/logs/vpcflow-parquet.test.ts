import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsers } from '../../src/logs/parser.js';
import { chunksOf, randomChunks, seeded } from '../s3/chunks.js';
import { type Collected, collect, originOf } from './collect.js';

const origin = originOf('vpcflow', 'AWSLogs/111122223333/vpcflowlogs/us-east-1/2024/08/01/x.log.parquet');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-parquet-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The file that DuckDB writes of a query. */
async function written(query: string, options = ''): Promise<Buffer> {
  const file = join(folder, 'flows.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet${options})`);
  connection.closeSync();
  instance.closeSync();
  return readFile(file);
}

const read = (file: Buffer): Promise<Collected> => collect(chunksOf([file]), origin);

/** The columns with the types that AWS gives them, as a query over row numbers. */
const flows = (rows: number): string => `
  SELECT 5::INTEGER AS version, '111122223333' AS account_id, 'eni-' || (i % 7) AS interface_id,
    CASE WHEN i % 3 = 0 THEN '-' ELSE '10.0.0.' || (i % 250) END AS srcaddr, '2001:db8::1' AS dstaddr,
    CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 65536)::INTEGER END AS srcport, 443::INTEGER AS dstport,
    6::INTEGER AS protocol, i::BIGINT AS packets, (i * 1000)::BIGINT AS bytes,
    (1722519900 + i)::BIGINT AS "start", (1722519960 + i)::BIGINT AS "end", 'ACCEPT' AS action,
    'OK' AS log_status, 2::INTEGER AS tcp_flags, 'kept é' AS tomorrow_field
  FROM range(${rows}) t(i)`;

const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags tomorrow-field';
function line(i: number): string {
  const srcaddr = i % 3 === 0 ? '-' : `10.0.0.${i % 250}`;
  const srcport = i % 5 === 0 ? '-' : i % 65536;
  return `5 111122223333 eni-${i % 7} ${srcaddr} 2001:db8::1 ${srcport} 443 6 ${i} ${i * 1000} ${1722519900 + i} ${1722519960 + i} ACCEPT OK 2 kept`;
}

describe.each([
  ['snappy', ''],
  ['gzip', ', CODEC gzip'],
  ['brotli', ', CODEC brotli'],
  ['uncompressed', ', CODEC uncompressed'],
  ['gzip, version 2 pages', ', CODEC gzip, PARQUET_VERSION v2'],
  ['small row groups', ', ROW_GROUP_SIZE 2048'],
])('Parquet, %s', (_name, options) => {
  it('gives the events of a text file with the same rows, apart from their ids', async () => {
    const { parsed, events, error } = await read(await written(flows(5000), options));
    expect(error).toBeNull();
    const text = `${header}\n${Array.from({ length: 5000 }, (_, i) => line(i)).join('\n')}\n`;
    const expected = await collect(chunksOf([text]), originOf('vpcflow'));
    const comparable = ({ events }: Collected) =>
      events.map(({ time, position, record }) => ({ time, position, ...record, 'tomorrow-field': '' }));
    expect(parsed).toHaveLength(5000);
    expect(expected.events).toHaveLength(5000);
    expect(comparable({ events } as Collected)).toEqual(comparable(expected));
    expect(events[0]!.record['tomorrow-field']).toBe('kept é');
    expect(new Set(events.map(({ id }) => id)).size).toBe(5000);
  });
});

it('gives the same ids again, and others to the rows of another file or of changed content', async () => {
  const idsOf = async (query: string, path = origin.path, options = '') =>
    (await collect(chunksOf([await written(query, options)]), { ...origin, path })).events.map(({ id }) => id);
  const ids = await idsOf(flows(3));
  expect(await idsOf(flows(3), origin.path, ', CODEC gzip, ROW_GROUP_SIZE 2048')).toEqual(ids);
  const others = [
    ...(await idsOf(flows(3), 'AWSLogs/another.parquet')),
    ...(await idsOf(`SELECT * REPLACE ('REJECT' AS action) FROM (${flows(3)})`)),
  ];
  expect(new Set([...ids, ...others]).size).toBe(9);
});

it('knows Parquet by its first bytes, whatever the name, and wherever chunks end', async () => {
  const file = await written(flows(10));
  for (let seed = 1; seed <= 5; seed++) {
    const chunks = randomChunks(file, seeded(seed));
    expect((await collect(chunks, originOf('vpcflow', 'AWSLogs/x.log'))).events).toHaveLength(10);
  }
});

it('hands out batches of at most 1000', async () => {
  const sizes: number[] = [];
  const file = await written(flows(2500));
  for await (const batch of parsers.vpcflow.parse(chunksOf([file]), origin)) sizes.push(batch.length);
  expect(sizes).toEqual([1000, 1000, 500]);
});

it('reads a file without rows, and an empty one', async () => {
  expect(await read(await written(flows(0)))).toMatchObject({ parsed: [], error: null });
  expect(await read(Buffer.alloc(0))).toMatchObject({ parsed: [], error: null });
});

it('rejects rows without a time or with other values than a field takes, and reads on', async () => {
  const query = `SELECT * FROM (VALUES (NULL, 1), (1722519900, -5), (1722519900, 22)) t("start", dstport)`;
  const { rejected, events } = await read(await written(query));
  expect(rejected.map(({ reason, position }) => [reason, position])).toEqual([
    ['the row has neither start nor end', 0],
    ['dstport is not a whole number', 1],
  ]);
  expect(rejected[0]!.raw.toString()).toBe('[["start","-"],["dstport","1"]]');
  expect(events.map(({ record }) => record.dstport)).toEqual([22]);
});

it('makes of a rejected row that can be read by now the event that the file would have given', async () => {
  const rows = (time: string) => written(`SELECT ${time} AS "start", 22 AS dstport, 'a b' AS "tag_name"`);
  const { events } = await read(await rows('1722519900'));
  const { rejected } = await read(await rows("'at 1722519900'"));
  const mended = { ...rejected[0]!, raw: Buffer.from(rejected[0]!.raw.toString().replace('at ', '')) };
  expect(events).toHaveLength(1);
  expect(parsers.vpcflow.again(mended, origin)).toEqual(events[0]);
  expect(parsers.vpcflow.again(rejected[0]!, origin)).toEqual(rejected[0]);
});

it('keeps columns of any type as text', async () => {
  const query = `SELECT 1722519900::BIGINT AS "start", [1, 2] AS list_column, {'a': 5::BIGINT} AS struct_column,
    TIMESTAMP '2024-08-01 00:00:00' AS time_column, true AS flag, 1.5::DOUBLE AS ratio`;
  const { events } = await read(await written(query));
  expect(events[0]!.record).toMatchObject({
    'list-column': '[1,2]',
    'struct-column': '{"a":"5"}',
    'time-column': '2024-08-01T00:00:00.000Z',
    flag: 'true',
    ratio: '1.5',
  });
});

describe('a file that is not whole', () => {
  it('ends as bad_object', async () => {
    const file = await written(flows(10));
    const wrong = [
      file.subarray(0, 100),
      file.subarray(0, -1),
      Buffer.concat([file.subarray(0, 4), file.subarray(50)]),
      Buffer.from('PAR1'),
      Buffer.from('PAR1PAR1'),
      Buffer.from('no Parquet at all'),
    ];
    for (const bytes of wrong) {
      const { error } = await read(bytes);
      expect(error, bytes.subarray(0, 20).toString('latin1')).toMatchObject({
        code: 'bad_object',
        message: expect.stringMatching(/^the Parquet file can't be read: [ -~]+$/),
        hint: expect.stringContaining('text'),
      });
    }
  });

  it('ends as bad_object when it is larger than can be held', async () => {
    const piece = Buffer.alloc(32 * 1024 * 1024);
    parquetHead.copy(piece);
    async function* large(): AsyncIterable<Buffer> {
      for (;;) yield piece;
    }
    expect((await collect(large(), origin)).error).toMatchObject({
      code: 'bad_object',
      message: 'the Parquet file is larger than 256 MB',
    });
  });

  it('says what it is compressed with when that is not read', async () => {
    expect((await read(await written(flows(10), ', CODEC zstd'))).error).toMatchObject({
      code: 'bad_object',
      message: expect.stringContaining('ZSTD'),
    });
  });
});

const parquetHead = Buffer.from('PAR1');
