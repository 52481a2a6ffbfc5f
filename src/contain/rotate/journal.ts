import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { KeytrailError, reasonOf } from '../../errors.js';
import { readBytes } from '../../model/read-file.js';
import type { Prior } from './target.js';

/** What is written down about a rotation: ids, never a secret. */
export type RotateRecord =
  | { event: 'begun'; keyId: string; userName: string; account: string; caller: string; targets: string[] }
  /** Before CreateAccessKey: the keys that the user has then. */
  | { event: 'create-intent'; keysBefore: string[] }
  | { event: 'created'; accessKeyId: string }
  /** The request failed, and what it may have made was looked for and deleted. */
  | { event: 'not-created' }
  /** It is used nowhere: its secret was lost, or no target took it. */
  | { event: 'delete-intent'; accessKeyId: string; detail: string }
  | { event: 'deleted'; accessKeyId: string }
  | { event: 'write-intent'; target: string; prior: Prior }
  | { event: 'written'; target: string }
  | { event: 'failed'; target: string; detail: string }
  | { event: 'restore-intent'; target: string }
  | { event: 'restored'; target: string }
  /** Nothing of this rotation is left in the account. */
  | { event: 'closed'; detail: string };

/** Times are ISO 8601 UTC with milliseconds. */
export type RotateEntry = RotateRecord & { time: string };

/** What was done under one rotation, line by line. */
export interface RotateJournal {
  readonly path: string;
  readonly entries: readonly RotateEntry[];
  /** Returns once the line is on disk. Throws `interrupted` where another process wrote the same journal. */
  append(record: RotateRecord): Promise<void>;
  /** One that nothing was written to is removed. */
  close(): Promise<void>;
}

/** Where a rotation stands, since it was begun or last closed. */
export interface Standing {
  begun: Extract<RotateEntry, { event: 'begun' }> | null;
  /** A key may have been created of which nothing more is known. */
  openIntent: Extract<RotateEntry, { event: 'create-intent' }> | null;
  /** The new key, unless it was deleted. */
  newKeyId: string | null;
  /** Every key that was made, those too that were deleted. */
  made: readonly string[];
  /** What each target held before it was first written, in the order of writing. */
  priors: ReadonlyMap<string, Prior>;
}

export function standingOf(entries: readonly RotateEntry[]): Standing {
  const last = entries.findLastIndex(({ event }) => event === 'closed');
  let begun: Standing['begun'] = null;
  let openIntent: Standing['openIntent'] = null;
  let newKeyId: string | null = null;
  const made: string[] = [];
  const priors = new Map<string, Prior>();
  for (const entry of entries.slice(last + 1)) {
    if (entry.event === 'begun') begun ??= entry;
    if (entry.event === 'write-intent' && !priors.has(entry.target)) priors.set(entry.target, entry.prior);
    if (entry.event === 'create-intent') openIntent = entry;
    if (entry.event === 'not-created') openIntent = null;
    if (entry.event === 'created' || entry.event === 'deleted') {
      openIntent = null;
      newKeyId = entry.event === 'created' ? entry.accessKeyId : null;
      if (entry.event === 'created') made.push(entry.accessKeyId);
    }
  }
  return { begun, openIntent, newKeyId, made, priors };
}

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const members: Record<RotateRecord['event'], Record<string, unknown>> = {
  begun: { keyId: text, userName: text, account: text, caller: text, targets: texts },
  'create-intent': { keysBefore: texts },
  created: { accessKeyId: text },
  'not-created': {},
  'delete-intent': { accessKeyId: text, detail: text },
  deleted: { accessKeyId: text },
  'write-intent': { target: text, prior: { type: 'object', additionalProperties: text } },
  written: { target: text },
  failed: { target: text, detail: text },
  'restore-intent': { target: text },
  restored: { target: text },
  closed: { detail: text },
};
const isEntry = new Ajv().compile<RotateEntry>({
  oneOf: Object.entries(members).map(([event, own]) => {
    const properties: Record<string, unknown> = { event: { const: event }, ...own, time: text };
    return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  }),
});

/**
 * Opens a journal, or starts one that only its owner may read. A last line that a crash cut short is dropped: its call
 * was not made. Throws `plan_invalid` for a file that is no journal of a rotation, or can't be written.
 */
export async function openRotateJournal(path: string, now: () => Date): Promise<RotateJournal> {
  const file = await open(path, 'a+', 0o600).catch((error: unknown) => {
    throw new KeytrailError('plan_invalid', `the journal ${path} can't be opened: ${reasonOf(error)}`, {
      hint: 'Name a file that you can write to after --journal: nothing is done without a journal.',
      cause: error,
    });
  });
  try {
    const { entries, bytes } = parseJournal(readBytes(path), path);
    await file.truncate(bytes);
    await file.sync();
    await syncFolder(dirname(resolve(path)));
    return new FileJournal(file, path, entries, bytes, now);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The entries of a journal, for who only reads: no file is made or changed. Throws `plan_invalid` for a file that is no
 * journal of a rotation, or can't be read.
 */
export async function readRotateJournal(path: string): Promise<RotateEntry[]> {
  let content: Buffer;
  try {
    content = readBytes(path);
  } catch (error) {
    throw new KeytrailError('plan_invalid', `the journal ${path} can't be read: ${reasonOf(error)}`, {
      hint: 'Name the journal that contain rotate wrote.',
      cause: error,
    });
  }
  return parseJournal(content, path).entries;
}

/** The entries, and the length of the whole lines that hold them. */
function parseJournal(content: Buffer, path: string): { entries: RotateEntry[]; bytes: number } {
  const bytes = content.lastIndexOf('\n') + 1;
  const entries = content.subarray(0, bytes).toString('utf8').split('\n').slice(0, -1).map(parseEntry);
  const wrong = entries.indexOf(null);
  if (wrong < 0 && (bytes > 0 || content.length === 0)) return { entries: entries as RotateEntry[], bytes };
  throw new KeytrailError('plan_invalid', `${path} is no journal of a rotation (line ${Math.max(wrong, 0) + 1})`, {
    hint: 'Name another file; or restore it from a backup, if it was one.',
  });
}

function parseEntry(line: string): RotateEntry | null {
  try {
    const entry: unknown = JSON.parse(line);
    return isEntry(entry) ? entry : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

class FileJournal implements RotateJournal {
  constructor(
    private readonly file: FileHandle,
    readonly path: string,
    readonly entries: RotateEntry[],
    private bytes: number,
    private readonly now: () => Date,
  ) {}

  async append(record: RotateRecord): Promise<void> {
    const { size } = await this.file.stat();
    if (size !== this.bytes)
      throw new KeytrailError('interrupted', `another command is writing ${this.path}`, {
        hint: 'Let it finish, then run this one again.',
      });
    const entry: RotateEntry = { ...record, time: this.now().toISOString() };
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    await this.file.appendFile(line);
    await this.file.sync();
    this.bytes += line.length;
    this.entries.push(entry);
  }

  async close(): Promise<void> {
    await this.file.close();
    if (this.entries.length === 0) await rm(this.path, { force: true });
  }
}

/** A new file is found after a crash only once its folder is on disk. Windows can't open one. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
