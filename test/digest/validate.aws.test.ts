import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { listedKeys } from '../../src/digest/keys.js';
import type { ValidationReport } from '../../src/digest/report.js';
import { type ValidateOptions, validate } from '../../src/digest/validate.js';
import { openSource } from '../../src/s3/source.js';
import { describeWith, uniquePrefix } from '../services/index.js';
import { tamperings } from './tampering.js';
import { type Bucket, found, hour, keyList, signingKey, start, Trail } from './trail.js';

const key = signingKey();

describeWith('aws', 'a bucket', (endpoint) => {
  let s3: S3Client;
  let name: string;
  let bucket: Bucket;

  beforeAll(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
    vi.stubEnv('AWS_REGION', 'us-east-1');
    s3 = new S3Client({ endpoint, forcePathStyle: true });
  });
  afterAll(() => {
    s3.destroy();
    vi.unstubAllEnvs();
  });
  beforeEach(async () => {
    name = uniquePrefix('trail');
    bucket = new Map();
    await s3.send(new CreateBucketCommand({ Bucket: name }));
  });

  /** `hours` is the time of asking, since the trails' start. */
  async function check(hours: number, options: Partial<ValidateOptions> = {}, prefix = ''): Promise<ValidationReport> {
    for (const [Key, { bytes, metadata }] of bucket)
      await s3.send(new PutObjectCommand({ Bucket: name, Key, Body: bytes, Metadata: metadata }));
    const source = await openSource(`s3://${name}/${prefix}`, { endpointUrl: endpoint });
    const keys = listedKeys([{ name: 'keys.json', content: keyList(key) }]);
    try {
      return await validate({ source, keys, now: () => new Date(start + hours * hour), ...options });
    } finally {
      await source.close();
    }
  }

  test.each(tamperings)('$what', async ({ prepare }) => {
    const { findings, notes = [] } = prepare(bucket, key, name);
    const last = Math.max(...[...bucket.keys()].map(hoursOf));
    const report = await check(last + 1);
    expect(found(report).sort()).toEqual([...findings].sort());
    expect(report.notes.map(({ kind }) => kind)).toEqual(notes);
    expect(report.digests.unverified).toBe(0);
  });

  test('every digest and log file is checked, the newest one by its metadata', async () => {
    new Trail(bucket, key, { bucket: name }).hours(3).backfill(1);
    const report = await check(4);
    expect(report.digests).toEqual({ valid: 4, invalid: 0, unverified: 0, missing: 0 });
    expect(report.logs).toMatchObject({ valid: 7, unverified: 0, uncovered: 0 });
  });

  test('the newest digests are deleted: nothing has covered the time since', async () => {
    const { digests, logs } = new Trail(bucket, key, { bucket: name }).hours(6);
    for (const gone of [...digests.slice(3), ...logs.slice(3).flat()]) bucket.delete(gone);
    expect(found(await check(6.5))).toEqual([['gap', '3..6.5']]);
  });

  test('the newest digest lost its metadata', async () => {
    const { digests } = new Trail(bucket, key, { bucket: name }).hours(3);
    bucket.get(digests[2]!)!.metadata = {};
    const { findings } = await check(4);
    expect(findings).toMatchObject([
      { kind: 'digest-unverified', object: `s3://${name}/${digests[2]}`, detail: /its metadata holds no signature/ },
    ]);
  });

  test('the newest digest is edited', async () => {
    const { digests } = new Trail(bucket, key, { bucket: name }).hours(3);
    bucket.get(digests[2]!)!.metadata.signature = bucket.get(digests[1]!)!.metadata.signature!;
    expect(found(await check(4))).toEqual([['digest-invalid', digests[2]]]);
  });

  test('objects copied from another bucket are not where AWS put them', async () => {
    const { digests } = new Trail(bucket, key, { bucket: 'elsewhere' }).hours(2);
    const report = await check(3);
    const invalid = report.findings.filter(({ kind }) => kind === 'digest-invalid');
    expect(invalid.map(({ detail }) => detail)).toEqual(
      digests.map((digest) => `it was delivered as s3://elsewhere/${digest}, not here`),
    );
    expect(report.logs).toMatchObject({ valid: 0, deleted: 0, elsewhere: 4, uncovered: 4 });
  });

  test('log files outside of the prefix are told as not checked', async () => {
    new Trail(bucket, key, { bucket: name }).hours(2);
    const report = await check(3, {}, 'AWSLogs/111122223333/CloudTrail-Digest/');
    expect(report.digests.valid).toBe(2);
    expect(report.logs).toMatchObject({ valid: 0, deleted: 0, elsewhere: 4 });
    expect(report.findings).toHaveLength(4);
  });
});

/** Hours from the trails' start to the time in a key. */
function hoursOf(key: string): number {
  const [, date, time] = /_(\d{8})T(\d{4})/.exec(key)!;
  const text = `${date!.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time!.replace(/(..)(..)/, '$1:$2')}:00Z`;
  return (Date.parse(text) - start) / hour;
}
