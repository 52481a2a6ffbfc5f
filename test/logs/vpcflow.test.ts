import { expect, it } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { contractOf } from '../../src/model/contract.js';
import { maxDeadLetterBytes } from '../../src/model/event.js';
import { projector } from '../../src/model/project.js';
import { chunksOf, randomChunks, seeded } from '../s3/chunks.js';
import { type Collected, collect, originOf } from './collect.js';

const header =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const row = '2 111122223333 eni-0123 10.0.0.1 10.0.0.2 49152 443 6 20 4249 1722519900 1722519960 ACCEPT OK';
const origin = originOf('vpcflow');

function parse(...lines: string[]): Promise<Collected> {
  return collect(chunksOf([lines.join('\n') + '\n']), origin);
}

async function recordsOf(...lines: string[]): Promise<Record<string, unknown>[]> {
  const { events, rejected, error } = await parse(...lines);
  expect(error).toBeNull();
  expect(rejected).toEqual([]);
  return events.map(({ record }) => record);
}

async function reasonsOf(...lines: string[]): Promise<string[]> {
  return (await parse(...lines)).rejected.map(({ reason }) => reason);
}

it('turns a row into an event', async () => {
  const { events } = await parse(header, row);
  expect(events).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      time: '2024-08-01T13:45:00Z',
      bytes: row.length,
      position: 0,
      record: {
        version: 2,
        'account-id': '111122223333',
        'interface-id': 'eni-0123',
        srcaddr: '10.0.0.1',
        dstaddr: '10.0.0.2',
        srcport: 49152,
        dstport: 443,
        protocol: 6,
        packets: 20,
        bytes: 4249,
        start: 1722519900,
        end: 1722519960,
        action: 'ACCEPT',
        'log-status': 'OK',
        'aws-account-id': '111122223333',
        'aws-region': 'us-east-1',
      },
    },
  ]);
});

it('keeps the account and Region null where the key has none', async () => {
  const { events } = await collect(chunksOf([`${header}\n${row}`]), { ...origin, account: null, region: null });
  expect(events[0]!.record).toMatchObject({ 'aws-account-id': null, 'aws-region': null });
});

it('keeps numbers that no double holds, as they are', async () => {
  const [record] = await recordsOf('start bytes packets', '1722519900 9007199254740993 0018446744073709551615');
  expect([String(record!.bytes), String(record!.packets)]).toEqual(['9007199254740993', '18446744073709551615']);
  expect(projector(contractOf('vpcflow'))(record!).unmapped).toBe(
    '{"bytes":9007199254740993,"packets":18446744073709551615}',
  );
});

it('names fields by the header, whatever their order, and keeps unknown ones', async () => {
  expect(
    await recordsOf('end tcp-flags constructor next-big-thing srcaddr', '1722519960 19 built 42 10.0.0.1'),
  ).toEqual([
    {
      end: 1722519960,
      'tcp-flags': 19,
      constructor: 'built',
      'next-big-thing': '42',
      srcaddr: '10.0.0.1',
      'aws-account-id': '111122223333',
      'aws-region': 'us-east-1',
    },
  ]);
});

it('takes the header anywhere, more than once, and the latest one counts', async () => {
  const records = await recordsOf(row, header, row, header, 'start dstport', '1722519900 22', header, row);
  expect(records.map((record) => [record.dstport, Object.keys(record).length])).toEqual([
    [443, 16],
    [443, 16],
    [22, 4],
    [443, 16],
  ]);
});

it('takes no row for a header, though its values be chosen to look like one', async () => {
  const records = await recordsOf(
    'instance-tag start action log-status srcaddr',
    'version 1722519900 ACCEPT OK srcaddr',
    'start 1722519900 - - -',
  );
  expect(records.map((record) => record['instance-tag'])).toEqual(['version', 'start']);
});

it('reads - as null, and takes the end of the window where there is no start', async () => {
  const nodata = '2 111122223333 eni-0123 - - - - - - - 1722519900 1722519960 - NODATA';
  const [record] = await recordsOf(header, nodata);
  expect(record).toMatchObject({ srcaddr: null, srcport: null, bytes: null, action: null, 'log-status': 'NODATA' });
  const { events } = await parse('start end', '- 1722519960', '1722519900 -');
  expect(events.map(({ time }) => time)).toEqual(['2024-08-01T13:46:00Z', '2024-08-01T13:45:00Z']);
});

it('tolerates CRLF, blank lines, a byte order mark, spare blanks and a missing last line end', async () => {
  const plain = (await parse(header, row, row)).events;
  const text = `\ufeff${header}\r\n\r\n\n   \n${row}\r\n${row}`;
  expect((await collect(chunksOf([text]), origin)).events).toEqual(plain);
  const [spaced] = await recordsOf(header, ` ${row.replaceAll(' ', '  ')}\t`);
  expect(spaced).toEqual(plain[0]!.record);
});

it('gives the same wherever chunks end', async () => {
  const text = Buffer.from(`\ufeff${header}\r\n${`${row}\r\n`.repeat(50)}wrong row\n\n${row} é`);
  const expected = await collect(chunksOf([text]), origin);
  expect(expected.parsed).toHaveLength(52);
  for (let seed = 1; seed <= 40; seed++) {
    expect(await collect(randomChunks(text, seeded(seed)), origin)).toEqual(expected);
  }
});

it('reads nothing from nothing, or from a header alone', async () => {
  for (const text of ['', '\n\n', header, `\ufeff${header}\r\n`]) {
    expect((await collect(chunksOf([text]), origin)).parsed).toEqual([]);
  }
});

it('without a header takes only rows of the default format', async () => {
  expect(await recordsOf(row)).toEqual(await recordsOf(header, row));
  const reasons = await reasonsOf(`${row} extra`, row.replace(/^2/, '5'), '1 2 3');
  expect(reasons[0]).toMatch(/\b15 fields.*\b14\b/);
  expect(reasons[1]).toMatch(/not of version 2/);
  expect(reasons[2]).toMatch(/\b3 fields.*\b14\b/);
});

it('rejects a row with too few or too many fields, naming both numbers', async () => {
  expect(await reasonsOf('srcaddr start', '10.0.0.1', row)).toEqual([
    'the row has 1 fields, and the header names 2',
    'the row has 14 fields, and the header names 2',
  ]);
});

it('rejects numbers that are none', async () => {
  const wrong = ['-1', '1.5', '0x10', '1e3', '1_000', '', '443a', '١', 'NaN'].filter(Boolean);
  for (const port of wrong) {
    expect(await reasonsOf('start dstport', `1722519900 ${port}`), port).toEqual(['dstport is not a whole number']);
  }
});

it('rejects a row without a time', async () => {
  expect(await reasonsOf('start srcaddr', '- 10.0.0.1')).toEqual(['the row has neither start nor end']);
  expect(await reasonsOf('srcaddr dstport', '10.0.0.1 22')).toEqual(['the row has neither start nor end']);
  expect(await reasonsOf('start srcaddr', '9007199254740991 a')).toEqual([
    '9007199254740991 seconds since 1970 is not a time',
  ]);
  expect((await parse('start', '253402300799')).events[0]!.time).toBe('9999-12-31T23:59:59Z');
});

it('rejects the rows under a header that names a field twice, rather than lose one', async () => {
  expect(await reasonsOf('start srcaddr srcaddr', '1722519900 a b')).toEqual([
    'the header names srcaddr, which is taken already',
  ]);
  expect(await reasonsOf('start aws-region', '1722519900 a')).toEqual([
    'the header names aws-region, which is taken already',
  ]);
});

it('bounds a line, and goes on behind it', async () => {
  const { events, rejected } = await parse(header, 'x'.repeat(64 * 1024 + 1), 'y'.repeat(3 * 1024 * 1024), row);
  expect(rejected.map(({ reason, raw, position }) => [reason, raw.length, position])).toEqual([
    ['line is longer than 64 KB', 64 * 1024 + 1, 0],
    ['line is longer than 64 KB', maxDeadLetterBytes, 1],
  ]);
  expect(events.map(({ position }) => position)).toEqual([2]);
});

it('gives every row an id of its own, which a copy in another bucket shares', async () => {
  const ids = (await parse(header, row, row, row.replace('443', '22'))).events.map(({ id }) => id);
  expect(new Set(ids).size).toBe(3);
  expect((await parse(header, '', row, row, row.replace('443', '22'))).events.map(({ id }) => id)).toEqual(ids);
  const elsewhere = await collect(chunksOf([`${header}\n${row}`]), originOf('vpcflow', 'AWSLogs/another/file'));
  expect(ids).not.toContain(elsewhere.events[0]!.id);
  const changed = (await parse(header, row, row.replace('ACCEPT', 'REJECT'))).events.map(({ id }) => id);
  expect(changed[0]).toBe(ids[0]);
  expect(changed[1]).not.toBe(ids[1]);
});

it('reads what a cut-off object still holds, then says that it is cut off', async () => {
  async function* cut(): AsyncIterable<Buffer> {
    yield Buffer.from(`${header}\n${row}\n2 1111222`);
    throw new KeytrailError('bad_object', 'gzip data ends early');
  }
  const { events, rejected, error } = await collect(cut(), origin);
  expect(events).toHaveLength(1);
  expect(rejected).toEqual([
    {
      rejected: true,
      position: 1,
      reason: 'the object ends in the middle of this record',
      raw: Buffer.from('2 1111222'),
      whole: false,
      header: expect.stringMatching(/^version account-id /),
    },
  ]);
  expect(error).toMatchObject({ code: 'bad_object' });
});

it('gives the rows of a file the same ids, gzipped or not', async () => {
  const ids = async (path: string) =>
    (await collect(chunksOf([`${header}\n${row}`]), originOf('vpcflow', path))).events;
  const [plain] = await ids('AWSLogs/a/file.log');
  const [gzipped] = await ids('AWSLogs/a/file.log.gz');
  expect(gzipped?.id).toBe(plain?.id);
});
