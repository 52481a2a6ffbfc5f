import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeytrailError } from '../../src/errors.js';
import { type Envelope, envelopesOf } from '../../src/logs/envelopes.js';
import { type LogName, logNames, maxDeadLetterBytes } from '../../src/model/event.js';
import { toJson } from '../../src/model/exact-json.js';
import { inflate } from '../../src/s3/gunzip.js';
import { randomChunks, seeded } from '../s3/chunks.js';
import { type Collected, collect, originOf } from './collect.js';
import { changes, commonLength, mutated } from './mutate.js';

/** Kept, so that a failure is one again; `path` in fast-check's report leads to the very case. */
const seed = 20_260_302;
const maxSeconds = 10;

/** An object whose pieces, all of them records, are known by where they end. */
interface Sample {
  log: LogName;
  envelope?: Envelope;
  bytes: Buffer;
  ends: number[];
}

function sample(
  log: LogName,
  pieces: readonly string[],
  [before, between, after]: [string, string, string],
  envelope?: Envelope,
): Sample {
  const ends: number[] = [];
  let text = before;
  for (const [place, piece] of pieces.entries()) {
    text += place === 0 ? piece : between + piece;
    ends.push(Buffer.byteLength(text));
  }
  return { log, bytes: Buffer.from(text + after), ends, ...(envelope ? { envelope } : {}) };
}

const json = (path: string, member: string): string[] =>
  JSON.parse(readFileSync(`ingest/${path}`, 'utf8'))[member].map((record: unknown) => JSON.stringify(record));
const linesOf = (path: string): string[] => readFileSync(`ingest/${path}`, 'utf8').trimEnd().split('\n');

const trail = json('cloudtrail/samples/records.json', 'Records');
const items = json('config/samples/history.json', 'configurationItems');
const findings = linesOf('guardduty/samples/findings.jsonl');
const rows = linesOf('vpcflow/samples/flows.log');
const tgw = linesOf('vpcflow/samples/transit-gateway.log');
const defaultRow = '2 111122223333 eni-0 10.0.0.1 10.0.0.2 49152 443 6 20 4249 1722519900 1722519960 ACCEPT OK';
const events = (texts: readonly string[]): string[] =>
  texts.map((message, at) => JSON.stringify({ id: String(at), timestamp: 0, message }));

const samples: Sample[] = [
  sample('cloudtrail', trail, ['{"Records":[', ',', ']}']),
  sample('cloudtrail', trail, ['{\n  "Records": [\n    ', ',\n    ', '\n  ]\n}\n']),
  sample(
    'cloudtrail',
    trail.map((text) => JSON.stringify({ EventId: 'x', CloudTrailEvent: text })),
    ['{"Events":[', ',', ']}'],
    'lookup-events',
  ),
  sample('cloudtrail', events(trail), ['{"messageType":"DATA_MESSAGE","logEvents":[', ',', ']}'], 'cloudwatch'),
  sample('cloudtrail', trail, ['', '', ''], 'firehose'),
  sample('cloudtrail', trail, ['', '\n', '\n'], 'lines'),
  sample('cloudtrail', trail, ['', '', '']),
  sample('config', items, ['{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[', ',', ']}']),
  sample('guardduty', findings, ['', '\n', '\n']),
  sample('guardduty', findings, ['', '\r\n', ''], 'lines'),
  sample('vpcflow', rows.slice(1), [`${rows[0]}\n`, '\n', '\n']),
  sample('vpcflow', tgw.slice(1), [`${tgw[0]}\r\n`, '\r\n', '']),
  sample('vpcflow', Array(20).fill(defaultRow), ['', '\n', '\n']),
  sample('vpcflow', rows.slice(1), [`${rows[0]}\n`, '\n', '\n'], 'lines'),
  sample('vpcflow', events([defaultRow, defaultRow]), ['{"messageType":"DATA_MESSAGE","logEvents":[', ',', ']}']),
  sample('vpcflow', [`{"message":"${defaultRow}"}`, `{"message":"${defaultRow}"}`], ['', '', ''], 'firehose'),
];

async function read(bytes: Buffer, { log, envelope }: Omit<Sample, 'bytes' | 'ends'>, chunks: number) {
  const started = performance.now();
  const stream = inflate(randomChunks(bytes, seeded(chunks)));
  const found = await collect(stream, originOf(log), envelope ? { envelope } : {});
  expect((performance.now() - started) / 1000).toBeLessThan(maxSeconds);
  return found;
}

/** What holds of any bytes: nothing but bad_object is thrown, and every piece has its place, and its id or reason. */
function sound({ parsed, error }: Collected): void {
  if (error !== null && !(error instanceof KeytrailError && error.code === 'bad_object')) throw error;
  parsed.forEach((piece, place) => {
    expect(piece.position).toBe(place);
    if ('rejected' in piece) {
      expect(piece.reason).not.toBe('');
      expect(piece.raw.length).toBeLessThanOrEqual(maxDeadLetterBytes);
    } else {
      expect(piece.id).toMatch(/^[!-~]{1,200}$/);
      expect(piece.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(JSON.parse(toJson(piece.record, piece.record))).toBeTypeOf('object');
    }
  });
}

const chunks = fc.nat({ max: 1_000_000 });

it('samples are read whole before they are changed', async () => {
  for (const original of samples) {
    const { events, rejected, error } = await read(original.bytes, original, 1);
    expect([events.length, rejected.length, error]).toEqual([original.ends.length, 0, null]);
  }
});

describe.each(logNames)('20,000 objects of %s, in every envelope of its', (log) => {
  const own = samples.filter((sample) => sample.log === log);
  /** By number, so that a report of a failure stays short. */
  const one = fc.nat({ max: own.length - 1 });

  it('are of every envelope', () => {
    const envelopes = new Set(own.map(({ envelope }) => envelope));
    // What a message of CloudWatch Logs begins with shows it.
    for (const envelope of envelopesOf[log])
      expect(envelopes.has(envelope) || envelope === 'cloudwatch', envelope).toBe(true);
  });

  it('16,000 changed, plain and gzipped after: what lies before the change is read, all the rest accounted for', async () => {
    const whole = await Promise.all(own.map((original) => read(original.bytes, original, 1)));
    await fc.assert(
      fc.asyncProperty(one, changes, fc.boolean(), chunks, async (which, all, gzipped, cut) => {
        const original = own[which]!;
        const changed = mutated(original.bytes, all);
        const found = await read(gzipped ? gzipSync(changed, { level: 1 }) : changed, original, cut);
        sound(found);
        // A piece counts as untouched where what ends it is too, two bytes at most: it may have gone on.
        const same = commonLength(original.bytes, changed);
        const untouched = original.ends.filter((end) => end + 1 < same).length;
        expect(found.parsed.slice(0, untouched)).toEqual(whole[which]!.parsed.slice(0, untouched));
      }),
      { seed, numRuns: 16_000, endOnFailure: true },
    );
  });

  it('4,000 gzipped and changed then', async () => {
    const gzipped = own.map(({ bytes }) => gzipSync(bytes));
    await fc.assert(
      fc.asyncProperty(one, changes, chunks, async (which, all, cut) => {
        sound(await read(mutated(gzipped[which]!, all), own[which]!, cut));
      }),
      { seed, numRuns: 4_000, endOnFailure: true },
    );
  });
});

/** Fewer, for each is read by a process of its own. */
it('1,000 changed Parquet files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-fuzz-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const files: Buffer[] = [];
  for (const options of ['CODEC gzip', 'CODEC snappy, PARQUET_VERSION v2', 'CODEC uncompressed']) {
    const file = join(folder, 'flows.parquet');
    await connection.run(`COPY (SELECT 2::INTEGER AS version, 'eni-' || (i % 3) AS interface_id,
      CASE WHEN i % 2 = 0 THEN NULL ELSE i::INTEGER END AS dstport, (1722519900 + i)::BIGINT AS "start"
      FROM range(200) t(i)) TO '${file}' (FORMAT parquet, ${options})`);
    files.push(await readFile(file));
  }
  connection.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true });
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: files.length - 1 }), changes, chunks, async (which, all, cut) => {
      sound(await read(mutated(files[which]!, all), { log: 'vpcflow' }, cut));
    }),
    { seed, numRuns: 1_000, endOnFailure: true },
  );
});
