import type { Readable } from 'node:stream';
import type { ListObjectsV2CommandOutput, S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { KeytrailError } from '../errors.js';
import type { ObjectRef } from '../model/object.js';
import { s3Failure } from './aws-errors.js';
import type { AwsSettings, Level, ObjectSource } from './object-source.js';
import { isUnreachable, Patience } from './patience.js';

type Sdk = typeof import('@aws-sdk/client-s3');

const connectMs = 10_000;
/** Idle time of a connection; generous, since a slow store holds up reading. */
const idleMs = 120_000;

/** A bucket, or what lies under a prefix of it. The SDK is loaded here, so that directories do without it. */
export async function openBucket(bucket: string, prefix: string, aws: AwsSettings): Promise<ObjectSource> {
  const sdk = await import('@aws-sdk/client-s3');
  return new BucketSource(sdk, await openClient(sdk, aws), bucket, prefix);
}

async function openClient(sdk: Sdk, aws: AwsSettings): Promise<S3Client> {
  const config: S3ClientConfig = {
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: connectMs, socketTimeout: idleMs },
  };
  if (aws.region !== undefined) config.region = aws.region;
  if (aws.endpointUrl !== undefined) {
    config.endpoint = aws.endpointUrl;
    // Other servers than AWS seldom have a host name for each bucket.
    config.forcePathStyle = true;
  }
  if (aws.profile !== undefined) {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    config.profile = aws.profile;
    config.credentials = fromNodeProviderChain({ profile: aws.profile });
  }
  const client = new sdk.S3Client(config);
  const region = await client.config.region().catch(() => null);
  if (region !== null) return client;
  // Any Region will do to ask: S3 answers where the bucket is, and followRegionRedirects goes there.
  client.destroy();
  return new sdk.S3Client({ ...config, region: 'us-east-1' });
}

class BucketSource implements ObjectSource {
  readonly description: string;
  readonly lists: { readonly bucket: string; readonly prefix: string };
  readonly #patience: Patience;

  constructor(
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {
    this.description = `s3://${bucket}/${prefix}`;
    this.lists = { bucket, prefix };
    this.#patience = new Patience(() => client.config.maxAttempts());
  }

  async *list(prefix = this.prefix): AsyncIterable<ObjectRef[]> {
    for await (const { objects } of this.pages(prefix)) if (objects.length > 0) yield objects;
  }

  browse(prefix: string): AsyncIterable<Level> {
    return this.pages(prefix, '/');
  }

  private async *pages(prefix: string, delimiter?: string): AsyncIterable<Level> {
    let token: string | undefined;
    do {
      const page = await this.page(prefix, token, delimiter);
      const encoded = page.EncodingType === 'url';
      yield {
        folders: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => (encoded ? decodeKey(Prefix) : Prefix)),
        objects: (page.Contents ?? []).map((found) => this.refer(found, encoded)),
      };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  private async page(prefix: string, token?: string, delimiter?: string): Promise<ListObjectsV2CommandOutput> {
    const command = new this.sdk.ListObjectsV2Command({
      Bucket: this.bucket,
      Prefix: prefix,
      Delimiter: delimiter,
      ContinuationToken: token,
      // XML can't carry every character that a key may have.
      EncodingType: 'url',
    });
    return this.#patience.with(() =>
      this.client.send(command).catch((error: unknown) => {
        throw s3Failure(error, `bucket ${this.bucket}`);
      }),
    );
  }

  private refer(found: NonNullable<ListObjectsV2CommandOutput['Contents']>[number], encoded: boolean): ObjectRef {
    const key = found.Key ?? '';
    return {
      bucket: this.bucket,
      key: encoded ? decodeKey(key) : key,
      version: unquoted(found.ETag ?? ''),
      size: found.Size ?? 0,
      lastModified: (found.LastModified ?? new Date(0)).toISOString(),
    };
  }

  async read(object: ObjectRef, signal?: AbortSignal): Promise<AsyncIterable<Buffer>> {
    return this.whole(object, await this.get(object, 0, signal), signal);
  }

  /** The rest of an object from a byte on. */
  private async get(object: ObjectRef, from: number, signal: AbortSignal | undefined): Promise<Readable> {
    const send = async (versionId?: string): Promise<Readable> => {
      const command = new this.sdk.GetObjectCommand({
        Bucket: object.bucket,
        Key: object.key,
        VersionId: versionId,
        IfMatch: `"${object.version}"`,
        Range: from > 0 ? `bytes=${from}-` : undefined,
      });
      const { Body, $metadata } = await this.client.send(command, signal === undefined ? {} : { abortSignal: signal });
      if (from === 0 || $metadata.httpStatusCode === 206) return Body as Readable;
      (Body as Readable).destroy();
      throw new KeytrailError('aws_failed', `${nameOf(object)} can't be read from its middle on`);
    };
    return this.#patience.with(async () => {
      try {
        // By version only where it must be: that needs a permission of its own, s3:GetObjectVersion.
        return await send().catch((error: unknown) => {
          if (object.versionId === undefined || !isGone(error)) throw error;
          return send(object.versionId);
        });
      } catch (error) {
        signal?.throwIfAborted();
        throw s3Failure(error, nameOf(object));
      }
    }, signal);
  }

  /** An object's bytes; where the connection breaks they are read on from there. */
  private async *whole(object: ObjectRef, first: Readable, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
    let body = first;
    let read = 0;
    let tries = 0;
    for (;;) {
      try {
        for await (const chunk of chunks(body, nameOf(object), signal)) {
          read += chunk.length;
          tries = 0;
          yield chunk;
        }
        return;
      } catch (error) {
        if (!(await this.#patience.pause(error, tries, signal)))
          throw tries > 0 && isUnreachable(error) ? broken(object, read, error) : error;
        tries++;
        body = await this.get(object, read, signal).catch((other: unknown) => {
          throw other instanceof KeytrailError && other.code === 'aws_failed' ? broken(object, read, error) : other;
        });
      }
    }
  }

  async find(key: string, versionId: string | null): Promise<ObjectRef | null> {
    if (!key.startsWith(this.prefix)) return null;
    const input = { Bucket: this.bucket, Key: key, ...(versionId === null ? {} : { VersionId: versionId }) };
    try {
      const found = await this.client.send(new this.sdk.HeadObjectCommand(input));
      return {
        bucket: this.bucket,
        key,
        version: unquoted(found.ETag ?? ''),
        ...(versionId === null ? {} : { versionId }),
        size: found.ContentLength ?? 0,
        lastModified: (found.LastModified ?? new Date(0)).toISOString(),
      };
    } catch (error) {
      if (isGone(error)) return null;
      throw s3Failure(error, nameOf({ bucket: this.bucket, key }));
    }
  }

  async metadata(object: ObjectRef, signal?: AbortSignal): Promise<Record<string, string>> {
    const command = new this.sdk.HeadObjectCommand({
      Bucket: object.bucket,
      Key: object.key,
      IfMatch: `"${object.version}"`,
    });
    try {
      const answer = await this.client.send(command, signal === undefined ? {} : { abortSignal: signal });
      return answer.Metadata ?? {};
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Failure(error, nameOf(object));
    }
  }

  async close(): Promise<void> {
    this.client.destroy();
  }
}

const nameOf = ({ bucket, key }: Pick<ObjectRef, 'bucket' | 'key'>): string =>
  `object ${JSON.stringify(`s3://${bucket}/${key}`)}`;

/** S3 answers, but does not give the rest: the fault of one object. */
const broken = (object: ObjectRef, read: number, cause: unknown): KeytrailError =>
  new KeytrailError('bad_object', `${nameOf(object)} ends after ${read} of ${object.size} bytes, however often read`, {
    hint: 'Ingest it again later.',
    cause,
  });

/** Overwritten (412), or deleted (404; a HEAD of a delete marker's version: 405). */
function isGone(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === 404 || status === 405 || status === 412;
}

async function* chunks(body: Readable, what: string, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
  const abort = (): void => {
    body.destroy();
  };
  signal?.addEventListener('abort', abort);
  try {
    for await (const chunk of body) {
      signal?.throwIfAborted();
      yield chunk as Buffer;
    }
    signal?.throwIfAborted();
  } catch (error) {
    signal?.throwIfAborted();
    throw s3Failure(error, what);
  } finally {
    signal?.removeEventListener('abort', abort);
    body.destroy();
  }
}

/** Keys come as in a URL's query, where `+` is a space; text that isn't encoded so is taken as it is. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}

function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/s, '$1');
}
