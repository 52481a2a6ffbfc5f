import type { ObjectSource } from '../s3/source.js';

/** How the objects of a source and those that digests name find each other. */
export interface Place {
  /** A copy in a directory: it has no metadata, and its keys may have lost or gained folders at their front. */
  copy: boolean;
  /** Of a listed key. Two objects with one id are one object. */
  idOf(key: string): string;
  /** Of an object that a digest names; `id` is null, and `why` says so, when it can't be in the source. */
  locate(bucket: string, key: string): { id: string } | { id: null; why: string };
  /** A listed key for people. */
  show(key: string): string;
}

export function placeOf({ lists }: ObjectSource): Place {
  if (lists === undefined) {
    return { copy: true, idOf: belowLogs, locate: (_bucket, key) => ({ id: belowLogs(key) }), show: (key) => key };
  }
  return {
    copy: false,
    idOf: (key) => key,
    locate(bucket, key) {
      if (bucket !== lists.bucket) return { id: null, why: `in another bucket (${bucket})` };
      return key.startsWith(lists.prefix) ? { id: key } : { id: null, why: `not under ${lists.prefix}` };
    },
    show: (key) => `s3://${lists.bucket}/${key}`,
  };
}

/** From `AWSLogs/` on. A prefix may name AWSLogs itself: the last one counts, as in the layout of logs. */
function belowLogs(key: string): string {
  const folders = key.split('/');
  const start = folders.lastIndexOf('AWSLogs');
  return start < 0 ? key : folders.slice(start).join('/');
}
