import { createHash } from 'node:crypto';
import {
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { KeytrailError, reasonOf } from '../../errors.js';
import { ask } from '../aws.js';
import { checkName } from './manifest.js';
import type { EvidenceSink } from './sink.js';

export interface ObjectLock {
  /** GOVERNANCE yields to who has s3:BypassGovernanceRetention; COMPLIANCE to nobody, not even root. */
  mode: 'GOVERNANCE' | 'COMPLIANCE';
  until: Date;
}

export interface BucketOptions {
  s3: S3Client;
  bucket: string;
  /** Without slashes at its ends; not empty. */
  prefix: string;
  /** Null: objects are as the bucket's own default says. */
  lock: ObjectLock | null;
}

/** A prefix of a bucket. Throws `usage` where a lock is asked for and the bucket has none to give. */
export async function bucketSink(options: BucketOptions): Promise<EvidenceSink> {
  if (options.lock !== null) await checkLock(options.s3, options.bucket);
  return new BucketSink(options);
}

async function checkLock(s3: S3Client, bucket: string): Promise<void> {
  const hint = 'Take a bucket made with object lock, or leave --object-lock out.';
  const answer = await ask('s3:GetBucketObjectLockConfiguration', () =>
    s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket })),
  ).catch((error: unknown) => {
    if (!isNamed(error, 'ObjectLockConfigurationNotFoundError')) throw error;
    return null;
  });
  if (answer?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled') return;
  throw new KeytrailError('usage', `the bucket ${bucket} has no object lock`, { hint });
}

class BucketSink implements EvidenceSink {
  readonly location: string;

  constructor(private readonly options: BucketOptions) {
    this.location = `s3://${options.bucket}/${options.prefix}`;
  }

  async put(name: string, content: Buffer): Promise<void> {
    checkName(name);
    const { s3, bucket, prefix, lock } = this.options;
    const key = `${prefix}/${name}`;
    const checksum = createHash('sha256').update(content).digest('base64');
    try {
      await ask('s3:PutObject', () =>
        s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: content,
            ContentType: name.endsWith('.json') ? 'application/json' : 'text/plain',
            // S3 refuses where there is such an object, and where the bytes that arrive are others.
            IfNoneMatch: '*',
            ChecksumAlgorithm: 'SHA256',
            ChecksumSHA256: checksum,
            ...(lock === null ? {} : { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: lock.until }),
          }),
        ),
      );
    } catch (error) {
      if (!isNamed(error, 'PreconditionFailed')) throw error;
      // Of a request whose answer was lost, S3 tells the repetition that the object is there: it is ours.
      if (!(await this.wasRepeated(error, key, checksum))) throw taken(`s3://${bucket}/${key}`, error);
    }
  }

  private async wasRepeated(error: KeytrailError, key: string, checksum: string): Promise<boolean> {
    const { attempts } = (error.cause as { $metadata?: { attempts?: number } }).$metadata ?? {};
    if ((attempts ?? 1) < 2) return false;
    const { s3, bucket } = this.options;
    const found = await ask('s3:GetObject', () =>
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' })),
    );
    return found.ChecksumSHA256 === checksum;
  }
}

function isNamed(error: unknown, name: string): error is KeytrailError {
  return error instanceof KeytrailError && error.cause instanceof Error && error.cause.name === name;
}

function taken(place: string, cause: KeytrailError): KeytrailError {
  return new KeytrailError('usage', `${place} is there: evidence is never written over (${reasonOf(cause.cause)})`, {
    hint: 'Name another prefix after --out.',
    cause,
  });
}
