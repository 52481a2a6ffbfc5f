import type { ObjectRef } from '../model/object.js';

/** Where log objects come from. Errors are KeytrailErrors: `source_…`, `no_credentials`, `bad_object`, `aws_failed`. */
export interface ObjectSource {
  /** For people: `s3://bucket/prefix` or the directory. */
  readonly description: string;
  /** All objects, page by page, in the byte order of their keys. */
  list(): AsyncIterable<ObjectRef[]>;
  /**
   * The stored bytes, still compressed. What is read is what was listed: `bad_object` when it changed since.
   * Iterate the answer, to its end or not: that is what releases the connection or file. An abort throws the
   * signal's reason.
   */
  read(object: ObjectRef, signal?: AbortSignal): Promise<AsyncIterable<Buffer>>;
  close(): Promise<void>;
}

/** As in the aws CLI; what is absent is left to the SDK's own chain. */
export interface AwsSettings {
  region?: string;
  profile?: string;
  endpointUrl?: string;
}
