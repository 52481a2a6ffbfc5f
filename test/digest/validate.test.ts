import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listedKeys } from '../../src/digest/keys.js';
import type { ValidationReport } from '../../src/digest/report.js';
import { type ValidateOptions, validate } from '../../src/digest/validate.js';
import { openSource } from '../../src/s3/source.js';
import { tamperings } from './tampering.js';
import {
  type Bucket,
  edit,
  found,
  hour,
  keyList,
  type SigningKey,
  signingKey,
  start,
  Trail,
  writeCopy,
} from './trail.js';

const key = signingKey();
const otherKey = signingKey();
let bucket: Bucket;
let root: string;

beforeEach(async () => {
  bucket = new Map();
  root = await mkdtemp(join(tmpdir(), 'keytrail-digest-'));
});
afterEach(() => rm(root, { recursive: true }));

const iso = (hours: number): string => new Date(start + hours * hour).toISOString();

async function check(options: Partial<ValidateOptions> = {}, ...keys: SigningKey[]): Promise<ValidationReport> {
  await writeCopy(bucket, root);
  const source = await openSource(root);
  const list = { name: 'keys.json', content: keyList(...(keys.length === 0 ? [key] : keys)) };
  try {
    return await validate({ source, keys: listedKeys([list]), now: () => new Date(iso(100)), ...options });
  } finally {
    await source.close();
  }
}

describe('a copy in a directory', () => {
  test.each(tamperings)('$what', async ({ prepare }) => {
    const { findings, notes = [], unsigned } = prepare(bucket, key, 'trail-bucket');
    // The signature of a digest is in the next one: it goes with it.
    const lost = unsigned === undefined ? [] : [['digest-unverified', unsigned]];
    const report = await check();
    expect(found(report).sort()).toEqual([...findings, ...lost].sort());
    expect(report.notes.map(({ kind }) => kind).filter((kind) => kind !== 'digest-unsigned')).toEqual(notes);
  });

  test('says that the newest digest’s signature is not in a copy', async () => {
    const { digests } = new Trail(bucket, key).hours(5);
    const report = await check();
    expect(report.digests).toEqual({ valid: 4, invalid: 0, unverified: 1, missing: 0 });
    expect(report.logs).toMatchObject({ valid: 8, unverified: 2 });
    expect(report.notes).toMatchObject([
      {
        kind: 'digest-unsigned',
        object: digests[4],
        detail: expect.stringMatching(/^newest digest: its signature is not in a copy/),
      },
    ]);
  });

  test('proves nothing when it has one digest only', async () => {
    new Trail(bucket, key).hours(1);
    expect((await check()).findings).toMatchObject([{ kind: 'digest-unverified', detail: /not in a copy/ }]);
  });

  test('is found below other folders than the bucket’s', async () => {
    const trail = new Trail(bucket, key, { prefix: 'old/prefix/' }).hours(3);
    bucket.delete(trail.logs[1]![0]!);
    bucket = new Map([...bucket].map(([name, object]) => [name.replace('old/prefix/', 'evidence/'), object]));
    const report = await check();
    expect(found(report)).toEqual([['log-deleted', trail.logs[1]![0]]]);
    expect(report.findings[0]!.detail).toMatch(/deleted, or never copied/);
  });
});

describe('keys', () => {
  test('another key under the same fingerprint: every signature is wrong', async () => {
    const { digests } = new Trail(bucket, key).hours(4);
    const report = await check({}, { ...otherKey, fingerprint: key.fingerprint });
    expect(found(report).slice(0, 3)).toEqual(digests.slice(0, 3).map((digest) => ['digest-invalid', digest]));
    expect(report.digests.valid).toBe(0);
    expect(report.logs).toMatchObject({ valid: 0, unverified: 8 });
  });

  test('a key that is not there is named once, and log files are still compared', async () => {
    const { logs } = new Trail(bucket, key).hours(4);
    bucket.delete(logs[1]![0]!);
    const report = await check({}, otherKey);
    expect(report.findings.map(({ kind }) => kind)).toEqual(['digest-unverified', 'log-deleted']);
    expect(report.findings[0]!.detail).toContain(key.fingerprint);
    expect(report.findings[0]!.detail).toContain('3 more digests');
    expect(report.findings[1]!.detail).toContain('the digest is itself unverified');
  });

  test('a file that is no list of keys is named', () => {
    for (const content of [
      '{',
      '[]',
      'null',
      '{"PublicKeyList":[{}]}',
      '{"PublicKeyList":[{"Fingerprint":"x","Value":"AAAA"}]}',
    ])
      expect(() => listedKeys([{ name: 'a.json', content }])).toThrow(/"a\.json" holds no public keys/);
  });

  test('AWS’s own sample of list-public-keys, which has both encodings, is read', async () => {
    const publicKeyList = [
      { Fingerprint: '31e8b5433410dfb61a9dc45cc65b22ff', Value: 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A' + pkcs1 },
      { Fingerprint: '00', Value: pkcs1 },
    ];
    const keys = listedKeys([{ name: 'sample', content: JSON.stringify({ publicKeyList }) }]);
    const [one, two] = [await keys.find('31E8B5433410DFB61A9DC45CC65B22FF', '', 0, 0), await keys.find('00', '', 0, 0)];
    expect(one!.equals(two!)).toBe(true);
  });
});

const pkcs1 = key.value;

describe('several accounts, Regions and trails', () => {
  beforeEach(() => {
    for (const account of ['111122223333', '444455556666'])
      for (const region of ['eu-west-1', 'us-east-1'])
        new Trail(bucket, region === 'us-east-1' ? key : otherKey, { account, region }).hours(4);
  });
  const victim = (): string => [...bucket.keys()].find((name) => name.includes('444455556666_CloudTrail_eu-west-1'))!;

  test('each chain is checked with its own keys, and what is wrong is told of one', async () => {
    bucket.delete(victim());
    const report = await check({}, key, otherKey);
    expect(report.chains.map(({ account, region, digests }) => [account, region, digests.valid])).toEqual([
      ['111122223333', 'eu-west-1', 3],
      ['111122223333', 'us-east-1', 3],
      ['444455556666', 'eu-west-1', 3],
      ['444455556666', 'us-east-1', 3],
    ]);
    expect(report.findings).toMatchObject([
      { kind: 'log-deleted', account: '444455556666', region: 'eu-west-1', trail: 'management_events' },
    ]);
  });

  test('accounts and Regions narrow it', async () => {
    bucket.delete(victim());
    const report = await check({ accounts: ['444455556666'], regions: ['us-east-1'] }, key, otherKey);
    expect(report.findings).toEqual([]);
    expect(report.logs).toMatchObject({ valid: 6, unverified: 2, uncovered: 0 });
  });

  test('a trail alone is checked without calling the log files of others uncovered', async () => {
    new Trail(bucket, key, { name: 'data_events', region: 'us-east-1' }).hours(4);
    const both = await check({ accounts: ['111122223333'] }, key, otherKey);
    expect(both.findings).toEqual([]);
    const report = await check({ trail: 'data_events' }, key, otherKey);
    expect(report.findings).toEqual([]);
    expect(report.chains.map(({ trail }) => trail)).toEqual(['data_events']);
    expect(report.logs).toMatchObject({ valid: 6, unverified: 2 });
  });

  test('an account without digests has its log files counted', async () => {
    new Trail(bucket, key, { account: '777788889999' }).log(start);
    const report = await check({}, key, otherKey);
    expect(report.findings).toMatchObject([{ kind: 'no-digest', account: '777788889999', detail: /1 log files/ }]);
  });
});

describe('a period', () => {
  test('what lies outside of it is not looked at, nor is the digest before it missed', async () => {
    const { logs, digests } = new Trail(bucket, key).hours(12);
    for (const gone of [logs[0]![0]!, logs[11]![0]!, digests[2]!]) bucket.delete(gone);
    const report = await check({ from: iso(4), to: iso(8) });
    expect(report.findings).toEqual([]);
    // Two digests more than the period has hours: the last may name log files of its last minutes.
    expect(report.chains).toMatchObject([{ from: iso(4).replace('.000', ''), to: iso(10).replace('.000', '') }]);
  });

  test('its hours before the first digest and after the last are gaps', async () => {
    new Trail(bucket, key).hours(3);
    expect(found(await check({ from: iso(-4), to: iso(9) }))).toEqual([
      ['gap', '-4..0'],
      ['gap', '3..9'],
    ]);
  });

  test('a copy that ends early is missed up to the end asked for only', async () => {
    new Trail(bucket, key).hours(3);
    expect((await check({ to: iso(4.5) })).findings).toEqual([]);
  });

  test('nothing at all is an error that says what to look at', async () => {
    new Trail(bucket, key).hours(3);
    await expect(check({ from: iso(50) })).rejects.toMatchObject({ code: 'source_not_found', hint: /--from/ });
  });
});

describe('hostile digests', () => {
  const contents: [what: string, bytes: Buffer, reason: RegExp][] = [
    ['no gzip and no JSON', Buffer.from('hello'), /no JSON/],
    ['a gzip bomb', gzipSync(Buffer.alloc(11 * 1024 * 1024, ' ')), /larger than 10 MB/],
    ['half a gzip', gzipSync('{"digestEndTime":"2026-03-02T10:17:28Z"}').subarray(0, 30), /ends early/],
    ['an array', gzipSync('[]'), /no JSON object/],
    ['no fields', gzipSync('{"__proto__":{"digestS3Bucket":"x"}}'), /is missing/],
    ['invalid UTF-8', gzipSync(Buffer.from([0x7b, 0xff, 0x7d])), /no JSON/],
  ];
  test.each(contents)('%s is a finding', async (_what, bytes, reason) => {
    const { digests } = new Trail(bucket, key).hours(4);
    bucket.get(digests[1]!)!.bytes = bytes;
    const invalid = (await check()).findings.filter(({ kind }) => kind === 'digest-invalid');
    expect(invalid).toMatchObject([{ object: digests[1], detail: expect.stringMatching(reason) }]);
  });

  const changes: [what: string, from: string | RegExp, to: string, reason: RegExp][] = [
    ['a time', /"digestEndTime":"[^"]*"/, '"digestEndTime":"yesterday"', /digestEndTime is no time/],
    ['the log files', /"logFiles":\[.*\]/, '"logFiles":{}', /logFiles is no array/],
    ['a hash algorithm', '"hashAlgorithm":"SHA-256"', '"hashAlgorithm":"MD5"', /logFiles\[0\] is not SHA-256/],
    ['a hash', /"hashValue":"[^"]*"/, '"hashValue":"00"', /logFiles\[0\] is no SHA-256/],
    ['a key', /"digestS3Object":"[^"]*"/, '"digestS3Object":7', /digestS3Object is no text/],
  ];
  test.each(changes)('%s that can’t be is a finding', async (_what, from, to, reason) => {
    const { digests } = new Trail(bucket, key).hours(4);
    edit(bucket, digests[1]!, (content) => content.replace(from, to));
    const invalid = (await check()).findings.filter(({ kind }) => kind === 'digest-invalid');
    expect(invalid).toMatchObject([{ object: digests[1], detail: expect.stringMatching(reason) }]);
  });

  test('a path that leads out of the directory reads nothing there', async () => {
    const trail = new Trail(bucket, key).hours(3);
    edit(bucket, trail.digests[2]!, (content) => content.replaceAll(trail.logs[2]![0]!, '../../../../etc/passwd'));
    expect(found(await check()).sort()).toEqual([
      ['log-deleted', '../../../../etc/passwd'],
      ['log-uncovered', trail.logs[2]![0]],
    ]);
  });

  test('log files in another bucket are told as not checked', async () => {
    const trail = new Trail(bucket, key).hours(3);
    edit(bucket, trail.digests[2]!, (content) =>
      content.replace(
        `"s3Bucket":"trail-bucket","s3Object":"${trail.logs[2]![0]}`,
        '"s3Bucket":"theirs","s3Object":"AWSLogs/x',
      ),
    );
    const elsewhere = (await check()).findings.filter(({ kind }) => kind === 'log-elsewhere');
    expect(elsewhere).toMatchObject([{ object: 's3://theirs/AWSLogs/x', detail: /in another bucket, not checked/ }]);
  });

  test('a thousand log files beside the digests are counted, a hundred named', async () => {
    const trail = new Trail(bucket, key).hours(3);
    for (let at = 0; at < 150; at++) trail.log(start + hour + at * 1000);
    const report = await check();
    expect(report.logs.uncovered).toBe(150);
    expect(report.findings).toHaveLength(101);
    expect(report.findings.map(({ detail }) => detail)).toContain('50 more log files are not covered by a digest');
  });
});

test('two runs give the same report', async () => {
  const trail = new Trail(bucket, key).hours(6);
  for (const gone of [trail.logs[0]![1]!, trail.logs[3]![0]!, trail.digests[4]!]) bucket.delete(gone);
  expect(JSON.stringify(await check())).toBe(JSON.stringify(await check()));
});
