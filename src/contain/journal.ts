import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Ajv } from 'ajv';
import { KeytrailError, reasonOf } from '../errors.js';
import { readBytes } from '../model/read-file.js';
import { hashOf } from './canonical.js';
import type { Facts } from './fact.js';
import type { Plan } from './plan.js';

/** What is written about one action: `intent` before the call, `done` or `failed` after it. Never a secret. */
export interface JournalRecord {
  phase: 'apply' | 'undo';
  event: 'intent' | 'done' | 'failed';
  /** `PlannedAction.id`. */
  action: string;
  /** The fact as it was before the first call: what undo restores. */
  prior: Facts;
  /** The fact as the plan sets it, with the time of the change in place. */
  goal: Facts;
  /** For the reader: the call, or what went wrong. */
  detail: string;
  /** ARN of who ran the command. */
  caller: string;
  /** ISO 8601 UTC. */
  time: string;
}

/** A record in its place: `prev` is the hash of the entry before (of the plan, for the first). */
export interface JournalEntry extends JournalRecord {
  seq: number;
  prev: string;
  hash: string;
}

/**
 * What was done under one plan. The chain shows accidents and edits within the file; it is not a signature: whoever
 * can write the file can also write a new chain.
 */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Returns once the entry is on disk. Throws `interrupted` where another process wrote the same journal. */
  append(record: JournalRecord): Promise<void>;
  close(): Promise<void>;
}

/** The entry that evidence was sealed: of no action of the plan, and no containment. */
export const evidenceAction = 'evidence';

const text = { type: 'string' };
const facts = { type: 'object', additionalProperties: { type: ['string', 'null'] } };
const properties = {
  seq: { type: 'integer' },
  prev: text,
  phase: { enum: ['apply', 'undo'] },
  event: { enum: ['intent', 'done', 'failed'] },
  action: text,
  prior: facts,
  goal: facts,
  detail: text,
  caller: text,
  time: text,
  hash: text,
};
const isEntry = new Ajv({ allowUnionTypes: true }).compile<JournalEntry>({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

export function journalPathOf(planPath: string): string {
  return `${planPath}.journal.jsonl`;
}

/**
 * Opens the journal of a plan, or starts one. A last line that a crash cut short is dropped: its call was not made.
 * Throws `plan_invalid` where the chain is broken or belongs to another plan.
 */
export async function openJournal(path: string, plan: Pick<Plan, 'planHash'>): Promise<Journal> {
  const file = await open(path, 'a+', 0o600).catch((error: unknown) => {
    throw new KeytrailError('plan_invalid', `the journal ${path} can't be opened: ${reasonOf(error)}`, {
      hint: 'Keep the plan in a directory that you can write to: nothing is done without a journal.',
      cause: error,
    });
  });
  try {
    const { entries, bytes } = parseJournal(readBytes(path), plan.planHash, path);
    await file.truncate(bytes);
    await file.sync();
    await syncDirectory(dirname(path));
    return new FileJournal(file, path, plan.planHash, entries, bytes);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The entries of a journal, for who only reads: no file is made or changed. Null where there is none.
 * Throws `plan_invalid` where the chain is broken, belongs to another plan or can't be read.
 */
export async function readJournal(path: string, plan: Pick<Plan, 'planHash'>): Promise<JournalEntry[] | null> {
  try {
    return parseJournal(readBytes(path), plan.planHash, path).entries;
  } catch (error) {
    if (error instanceof KeytrailError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new KeytrailError('plan_invalid', `the journal ${path} can't be read: ${reasonOf(error)}`, {
      hint: 'Give yourself the right to read it.',
      cause: error,
    });
  }
}

class FileJournal implements Journal {
  constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly planHash: string,
    readonly entries: JournalEntry[],
    private bytes: number,
  ) {}

  async append(record: JournalRecord): Promise<void> {
    const { size } = await this.file.stat();
    if (size !== this.bytes) {
      throw new KeytrailError('interrupted', `another command is writing ${this.path}`, {
        hint: 'Let it finish, then run this one again.',
      });
    }
    const unhashed = { seq: this.entries.length, prev: this.entries.at(-1)?.hash ?? this.planHash, ...record };
    const entry: JournalEntry = { ...unhashed, hash: hashOf(unhashed) };
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    await this.file.appendFile(line);
    await this.file.sync();
    this.bytes += line.length;
    this.entries.push(entry);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** The entries, and the length of the whole lines that hold them. */
function parseJournal(content: Buffer, planHash: string, path: string): { entries: JournalEntry[]; bytes: number } {
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.subarray(0, bytes).toString('utf8').split('\n').slice(0, -1);
  const entries: JournalEntry[] = [];
  for (const line of lines) {
    const entry = parseEntry(line);
    const prev: string = entries.at(-1)?.hash ?? planHash;
    if (entry === null || entry.prev !== prev || entry.seq !== entries.length) {
      throw broken(path, entries.length + 1, entries.length === 0 && entry !== null);
    }
    entries.push(entry);
  }
  return { entries, bytes };
}

function parseEntry(line: string): JournalEntry | null {
  try {
    const entry: unknown = JSON.parse(line);
    if (!isEntry(entry)) return null;
    const { hash, ...unhashed } = entry;
    return hash === hashOf(unhashed) ? entry : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function broken(path: string, line: number, otherPlan: boolean): KeytrailError {
  const what = otherPlan ? 'belongs to another plan' : `was altered at line ${line}`;
  return new KeytrailError('plan_invalid', `the journal ${path} ${what}`, {
    hint: 'Restore it from a backup; or move it away, make a new plan and undo by hand what the old one did.',
  });
}

/** A new file is found after a crash only once its directory is on disk. Windows can't open one. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
