import { createHash } from 'node:crypto';
import { KeytrailError } from '../errors.js';
import type { Column, Question, Row } from '../model/question.js';

/** Rows that were there before, by a question's id: each by its mark, with the time when it was last there. */
export interface Seen {
  version: 1;
  /** What was asked: marks of another store say nothing about this one. */
  store: string;
  questions: Record<string, Record<string, string>>;
}

export const nothingSeen = (store: string): Seen => ({ version: 1, store, questions: {} });

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads what `JSON.stringify` made of it; `file` names it in errors. Throws `usage`. */
export function parseSeen(text: string, file: string, store: string): Seen {
  const fail = (message: string, hint: string, cause?: unknown): never => {
    throw new KeytrailError('usage', `${file} ${message}`, { hint, cause });
  };
  let seen: unknown;
  try {
    seen = JSON.parse(text);
  } catch (error) {
    return fail('holds no JSON', 'Name another file after --state, or delete it to begin anew.', error);
  }
  const isOurs =
    isMap(seen) &&
    seen.version === 1 &&
    isMap(seen.questions) &&
    Object.values(seen.questions).every(
      (marks) => isMap(marks) && Object.values(marks).every((at) => typeof at === 'string'),
    );
  if (!isOurs) return fail('is no state of keytrail watch', 'Name another file after --state.');
  const found = seen as unknown as Seen;
  if (found.store !== store)
    fail(`is of ${found.store}, not of ${store}`, 'Give each store a state of its own: --state FILE.');
  return found;
}

/** Times that say which row it is; others, such as the last time that something was seen, move with each event. */
const isPlace = ({ name, type }: Column): boolean =>
  type === 'string' || type === 'boolean' || name === 'event_time' || name === 'window_start';

/** What makes a row the same as one that was there before: its texts and its place in time, not how often it was. */
export function markOf(question: Pick<Question, 'columns'>, row: Row): string {
  const cells = question.columns.filter(isPlace).map(({ name }) => row[name] ?? null);
  return createHash('sha256').update(JSON.stringify(cells)).digest('hex').slice(0, 32);
}

export interface Compared {
  /** Rows that were not there before, in the order of the answer. */
  fresh: Row[];
  /** What is to be remembered once they have been told of. */
  marks: Record<string, string>;
}

/** Tells new rows from old ones. What has not been there since `forget` (a time, ISO 8601) is forgotten. */
export function compare(
  question: Pick<Question, 'columns'>,
  rows: readonly Row[],
  before: Readonly<Record<string, string>>,
  now: string,
  forget: string,
): Compared {
  const kept = Object.entries(before).filter(([, at]) => at >= forget);
  const known = new Set(kept.map(([mark]) => mark));
  const marked = rows.map((row) => ({ row, mark: markOf(question, row) }));
  return {
    fresh: marked.filter(({ mark }) => !known.has(mark)).map(({ row }) => row),
    marks: Object.fromEntries([...kept, ...marked.map(({ mark }) => [mark, now] as const)]),
  };
}
