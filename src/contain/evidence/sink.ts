/** Where evidence is written to. Nothing that is there is ever written over. */
export interface EvidenceSink {
  /** For people and for a journal: a path, or `s3://bucket/prefix`. */
  readonly location: string;
  /** Durable when it resolves. `name` is one that `checkName` takes. Throws where there is a file of this name. */
  put(name: string, content: Buffer): Promise<void>;
}
