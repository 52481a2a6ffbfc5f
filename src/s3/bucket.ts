import type { Readable } from 'node:stream';
import type { ListObjectsV2CommandOutput, S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { ObjectRef } from '../model/object.js';
import { s3Failure } from './aws-errors.js';
import type { AwsSettings, Level, ObjectSource } from './object-source.js';

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

  constructor(
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {
    this.description = `s3://${bucket}/${prefix}`;
    this.lists = { bucket, prefix };
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
    try {
      return await this.client.send(command);
    } catch (error) {
      throw s3Failure(error, `bucket ${this.bucket}`);
    }
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
    const what = `object ${JSON.stringify(`s3://${object.bucket}/${object.key}`)}`;
    const send = async (versionId?: string): Promise<Readable> => {
      const command = new this.sdk.GetObjectCommand({
        Bucket: object.bucket,
        Key: object.key,
        VersionId: versionId,
        IfMatch: `"${object.version}"`,
      });
      return (await this.client.send(command, signal === undefined ? {} : { abortSignal: signal })).Body as Readable;
    };
    try {
      // By version only where it must be: that needs a permission of its own, s3:GetObjectVersion.
      const body = await send().catch((error: unknown) => {
        if (object.versionId === undefined || !isGone(error)) throw error;
        return send(object.versionId);
      });
      return chunks(body, what, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Failure(error, what);
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
      throw s3Failure(error, `object ${JSON.stringify(`s3://${this.bucket}/${key}`)}`);
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
      throw s3Failure(error, `object ${JSON.stringify(`s3://${object.bucket}/${object.key}`)}`);
    }
  }

  async close(): Promise<void> {
    this.client.destroy();
  }
}

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
