import type { ObjectRef } from '../model/object.js';

/** Where log objects come from. Errors are KeytrailErrors: `source_…`, `no_credentials`, `bad_object`, `aws_failed`. */
export interface ObjectSource {
  /** For people: `s3://bucket/prefix` or the directory. */
  readonly description: string;
  /** What is listed of a bucket; absent for a directory. */
  readonly lists?: { readonly bucket: string; readonly prefix: string };
  /** What every key of a directory's listing begins with, where it is a part of a copy. */
  readonly start?: string;
  /** All objects, or those whose keys begin with a prefix within the source, page by page, in the byte order of keys. */
  list(prefix?: string): AsyncIterable<ObjectRef[]>;
  /** What lies under a prefix up to the next slash, page by page. */
  browse(prefix: string): AsyncIterable<Level>;
  /**
   * From now on what a listing has to leave out is told, and the rest is listed; before, what can't be read ends the
   * listing with an error. Absent for a bucket, which has nothing of the kind.
   */
  tell?(listener: (found: LeftOut) => void): void;
  /**
   * The stored bytes, still compressed. What is read is what was listed: `bad_object` when it changed since.
   * Iterate the answer, to its end or not: that is what releases the connection or file. An abort throws the
   * signal's reason.
   */
  read(object: ObjectRef, signal?: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /**
   * The user-defined metadata of what was listed (`x-amz-meta-…`: names in lower case, without that prefix). Absent
   * where there is none, as in a directory.
   */
  metadata?(object: ObjectRef, signal?: AbortSignal): Promise<Record<string, string>>;
  /**
   * The object under a key as S3 has it now, or in a version; null when there is none, or it is not among what is
   * listed. Absent for a directory.
   */
  find?(key: string, versionId: string | null): Promise<ObjectRef | null>;
  close(): Promise<void>;
}

/** No object, such as a link; or a file or folder that may be one or hold some, and why it can't be listed. */
export type LeftOut = { key: string; what: string } | { key: string; reason: string };

/** A page of one level: objects, and longer prefixes that end in a slash. */
export interface Level {
  folders: string[];
  objects: ObjectRef[];
}

/** As in the aws CLI; what is absent is left to the SDK's own chain. */
export interface AwsSettings {
  region?: string;
  profile?: string;
  endpointUrl?: string;
}
