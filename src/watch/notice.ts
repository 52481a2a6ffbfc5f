import { printable } from '../model/printable.js';
import type { Answer, Question, Row } from '../model/question.js';

/** What is sent when a question has new rows. */
export interface Notice {
  /** A sentence, which is what chat systems show of a webhook's message. */
  text: string;
  query: string;
  title: string;
  severity: Question['severity'];
  step: string;
  attack: Question['attack'];
  store: string;
  /** When the question was asked: ISO 8601, UTC. */
  time: string;
  params: Answer['params'];
  /** How many rows are new, and how many of them are not below for want of room. */
  fresh: number;
  omitted: number;
  rows: Row[];
  /** What to do now. */
  next: string;
  missing: string[];
}

/** SNS takes 262,144 bytes with the attributes; of a message, as JSON. */
export const maxNoticeBytes = 200_000;
const maxCell = 2000;

const short = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? printable(value, maxCell) : value]),
  );

/** A message about new rows: as many of them, from the first on, as a message has room for. */
export function noticeOf(
  question: Question,
  answer: Answer,
  fresh: readonly Row[],
  store: string,
  time: string,
): Notice {
  const { id, title, severity, step, attack, next } = question;
  const many = `${fresh.length.toLocaleString('en-US')} new ${fresh.length === 1 ? 'row' : 'rows'}`;
  const notice: Notice = {
    text: `${id}: ${many}. ${title} (severity ${severity}). ${next.rows}`,
    query: id,
    title,
    severity,
    step,
    attack,
    store,
    time,
    params: answer.params,
    fresh: fresh.length,
    omitted: 0,
    rows: [],
    next: next.rows,
    missing: answer.coverage.missing,
  };
  let bytes = Buffer.byteLength(JSON.stringify(notice));
  for (const row of fresh.map(short)) {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    if (bytes > maxNoticeBytes) break;
    notice.rows.push(row);
  }
  notice.omitted = fresh.length - notice.rows.length;
  return notice;
}
