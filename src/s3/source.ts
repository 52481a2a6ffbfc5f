import { KeytrailError } from '../errors.js';
import { shownUrl } from '../model/location.js';
import { openBucket } from './bucket.js';
import { openDirectory } from './directory.js';
import type { AwsSettings, ObjectSource } from './object-source.js';

export type { AwsSettings, ObjectSource } from './object-source.js';

/**
 * Opens `s3://bucket/prefix` or a directory.
 * @throws KeytrailError `usage` for any other kind of address; `source_not_found` for a directory that isn't there.
 */
export async function openSource(location: string, aws: AwsSettings = {}): Promise<ObjectSource> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location);
  if (scheme === null && location !== '') return openDirectory(location);
  const [bucket = '', ...prefix] = location.slice(scheme?.[0].length).split('/');
  if (scheme?.[1]?.toLowerCase() !== 's3' || bucket === '') {
    throw new KeytrailError('usage', `can't read logs from ${JSON.stringify(shownUrl(location))}`, {
      hint: 'Name a bucket, s3://bucket/prefix, or a directory.',
    });
  }
  return openBucket(bucket, prefix.join('/'), aws);
}
