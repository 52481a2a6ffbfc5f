import type { Answer, Question } from '../model/question.js';
import type { Answers } from './answers.js';
import type { Frame } from './layout.js';
import type { Lender } from './lender.js';

export type ExportFormat = 'csv' | 'json' | 'ndjson';

export interface Site {
  lender: Lender;
  answers: Answers;
  version: string;
  now(): Date;
  exported(answer: Answer, question: Question, format: ExportFormat): string;
}

/** What a page is made of: its address taken apart, and what is around it. */
export interface Visit {
  path: readonly string[];
  query: URLSearchParams;
  frame: Frame;
  /** Aborted when nobody waits for the page any more. */
  signal: AbortSignal;
}
