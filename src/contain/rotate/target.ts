/** What an application signs with. */
export interface KeyPair {
  accessKeyId: string;
  secretAccessKey: string;
}

/** What a target holds at the moment; null where it has no such member, variable or line. */
export type HeldPair = { [Member in keyof KeyPair]: string | null };

/** Ids of what was there before a write: enough to restore it, and no secret. */
export type Prior = Record<string, string>;

export interface Inspection {
  heldKeyId: string | null;
  /** What the reader of the plan must know, each a sentence. */
  notes: string[];
}

/** A place from which an application reads its key. Its methods throw KeytrailErrors whose text holds no secret. */
export interface Target {
  /** As given with `--to`, with what was left out filled in. */
  readonly id: string;
  /** The call that writes it, for the plan. */
  readonly call: string;
  /** How it is undone; null where it can't be. */
  readonly undo: string | null;
  /** Reads whether it can be written, before anything is changed. Throws `usage` where it can't. */
  inspect(): Promise<Inspection>;
  read(): Promise<HeldPair>;
  prior(): Promise<Prior>;
  /** What else is in the place stays as it is. */
  write(pair: KeyPair): Promise<void>;
  /** Only where `undo` is not null. Restores what `prior` told of. */
  restore(prior: Prior): Promise<void>;
}

export const holds = (held: HeldPair, pair: KeyPair): boolean =>
  held.accessKeyId === pair.accessKeyId && held.secretAccessKey === pair.secretAccessKey;
