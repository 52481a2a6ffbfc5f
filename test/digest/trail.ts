import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ValidationReport } from '../../src/digest/report.js';

/** A Region's key as ListPublicKeys gives it. AWS's fingerprint is the MD5 of the DER. */
export interface SigningKey {
  privateKey: KeyObject;
  fingerprint: string;
  value: string;
}

export function signingKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = publicKey.export({ format: 'der', type: 'pkcs1' });
  return { privateKey, fingerprint: createHash('md5').update(der).digest('hex'), value: der.toString('base64') };
}

/** What `aws cloudtrail list-public-keys` prints. */
export function keyList(...keys: SigningKey[]): string {
  const PublicKeyList = keys.map(({ fingerprint, value }) => ({
    Value: value,
    ValidityStartTime: '2026-02-20T00:00:00+00:00',
    ValidityEndTime: '2026-03-22T00:00:00+00:00',
    Fingerprint: fingerprint,
  }));
  return JSON.stringify({ PublicKeyList }, null, 4);
}

export interface StoredObject {
  bytes: Buffer;
  metadata: Record<string, string>;
}
/** By key. */
export type Bucket = Map<string, StoredObject>;

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const iso = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');
const compact = (time: number): string => iso(time).replace(/[-:]/g, '');
const folder = (time: number): string => iso(time).slice(0, 10).replaceAll('-', '/');

export const hour = 3_600_000;
/** The start of every trail here. */
export const start = Date.parse('2026-03-02T08:17:28Z');

interface Digest {
  key: string;
  content: string;
  signature: string;
}

/** Writes what CloudTrail writes for one trail in one account and Region: two log files an hour, and their digest. */
export class Trail {
  /** Log files by hour, in order of delivery. */
  readonly logs: string[][] = [];
  readonly digests: string[] = [];
  readonly backfills: string[] = [];
  private last: Digest | null = null;
  private lastBackfill: Digest | null = null;
  private time = start;

  constructor(
    readonly bucket: Bucket,
    private readonly key: SigningKey,
    private readonly settings: {
      name?: string;
      account?: string;
      region?: string;
      bucket?: string;
      prefix?: string;
    } = {},
  ) {}

  private get account(): string {
    return this.settings.account ?? '111122223333';
  }

  private get region(): string {
    return this.settings.region ?? 'us-east-1';
  }

  private get bucketName(): string {
    return this.settings.bucket ?? 'trail-bucket';
  }

  hours(count: number): this {
    for (let at = 0; at < count; at++) this.hour();
    return this;
  }

  private hour(): void {
    const logs = [10, 40].map((minutes) => this.log(this.time + minutes * 60_000));
    this.logs.push(logs);
    const end = this.time + hour;
    this.last = this.digest(this.time, end, logs, this.last, '');
    this.digests.push(this.last.key);
    this.time = end;
  }

  /** Nothing is logged for some hours, and the chain starts anew after them. */
  restart(hours: number): this {
    this.time += hours * hour;
    this.last = null;
    return this;
  }

  /** A digest of its own for a log file of the hour `at` that was late. */
  backfill(at: number): this {
    const from = start + at * hour;
    const logs = [this.log(from + 50 * 60_000)];
    this.lastBackfill = this.digest(from, from + hour, logs, this.lastBackfill, '_backfill');
    this.backfills.push(this.lastBackfill.key);
    return this;
  }

  /** A log file that no digest names. */
  log(time: number): string {
    const stamp = compact(Math.floor(time / 300_000) * 300_000).slice(0, 13);
    const random = sha256(`${this.account} ${this.region} ${this.settings.name} ${time}`).slice(0, 16);
    const key = `${this.root}/CloudTrail/${this.region}/${folder(time)}/${this.account}_CloudTrail_${this.region}_${stamp}Z_${random}.json.gz`;
    const record = {
      eventID: random,
      eventTime: iso(time),
      eventName: 'ListBuckets',
      recipientAccountId: this.account,
    };
    this.bucket.set(key, { bytes: gzipSync(JSON.stringify({ Records: [record] })), metadata: {} });
    return key;
  }

  private get root(): string {
    return `${this.settings.prefix ?? ''}AWSLogs/${this.account}`;
  }

  private linkTo(previous: Digest | null): Record<string, string | null> {
    return {
      previousDigestS3Bucket: previous === null ? null : this.bucketName,
      previousDigestS3Object: previous === null ? null : previous.key,
      previousDigestHashValue: previous === null ? null : sha256(previous.content),
      previousDigestHashAlgorithm: previous === null ? null : 'SHA-256',
      previousDigestSignature: previous === null ? null : previous.signature,
    };
  }

  private digest(from: number, to: number, logs: string[], previous: Digest | null, suffix: string): Digest {
    const { region, account } = this;
    const name = this.settings.name ?? 'management_events';
    const key = `${this.root}/CloudTrail-Digest/${region}/${folder(to)}/${account}_CloudTrail-Digest_${region}_${name}_us-east-1_${compact(to)}${suffix}.json.gz`;
    const content = JSON.stringify({
      awsAccountId: account,
      digestStartTime: iso(from),
      digestEndTime: iso(to),
      digestS3Bucket: this.bucketName,
      digestS3Object: key,
      digestPublicKeyFingerprint: this.key.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime: iso(to - 60_000),
      oldestEventTime: iso(from),
      ...this.linkTo(previous),
      logFiles: logs.map((log) => ({
        s3Bucket: this.bucketName,
        s3Object: log,
        hashValue: sha256(contentOf(this.bucket, log)),
        hashAlgorithm: 'SHA-256',
        newestEventTime: iso(to - 60_000),
        oldestEventTime: iso(from),
      })),
    });
    const text = `${iso(to)}\n${this.bucketName}/${key}\n${sha256(content)}\n${previous?.signature ?? 'null'}`;
    const signature = sign('sha256', Buffer.from(text), this.key.privateKey).toString('hex');
    const metadata = { signature, 'signature-algorithm': 'SHA256withRSA' };
    const generated = suffix === '' ? {} : { 'backfill-generation-timestamp': iso(to + 48 * hour) };
    this.bucket.set(key, { bytes: gzipSync(content), metadata: { ...metadata, ...generated } });
    return { key, content, signature };
  }
}

export function contentOf(bucket: Bucket, key: string): string {
  return gunzipSync(bucket.get(key)!.bytes).toString();
}

/** Changes the content of an object and leaves its metadata, as a careful intruder does. */
export function edit(bucket: Bucket, key: string, change: (content: string) => string): void {
  const before = contentOf(bucket, key);
  const after = change(before);
  if (after === before) throw new Error(`nothing was changed in ${key}`);
  bucket.set(key, { bytes: gzipSync(after), metadata: bucket.get(key)!.metadata });
}

/** A copy in a directory: files, and no metadata. */
export async function writeCopy(bucket: Bucket, root: string): Promise<void> {
  for (const [key, { bytes }] of bucket) {
    const path = join(root, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}

/** Kind and file of each finding; of one without a file, its time in hours since the trails' start. */
export const found = ({ findings }: ValidationReport): [kind: string, what: string][] =>
  findings.map(({ kind, object, from, to }) => [kind, object?.replace(/^s3:\/\/[^/]*\//, '') ?? span(from, to)]);

const span = (from: string | null, to: string | null): string =>
  [from, to].map((time) => (time === null ? '' : (Date.parse(time) - start) / hour)).join('..');
