import { printable } from '../../model/printable.js';
import { painter } from '../../model/terminal.js';
import type { Outcome, Unasked } from '../../queries/pack.js';
import { activityLine } from './activity.js';
import { type Format, type Formatted, missingNotes, rowNotes } from './index.js';
import { jsonText } from './json.js';
import { type TableStyle, table } from './table.js';

const plural = (count: number): string => `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;

function failures(outcomes: readonly Outcome[], unasked: readonly Unasked[]): string[] {
  return [
    ...outcomes.flatMap(({ question, error }) => (error ? [`${question.id} failed: ${error.message}`] : [])),
    ...unasked.map(({ question, reason }) => `${question.id} was not asked: ${reason}`),
  ].map((line) => printable(line));
}

/** What the evidence lacks, each sentence once. */
const missing = (outcomes: readonly Outcome[]): string[] => [
  ...new Set(outcomes.flatMap(({ answer }) => (answer ? missingNotes(answer) : []))),
];

/** Those with rows first: what is there must not be looked for between what is not. */
function tables(outcomes: readonly Outcome[], unasked: readonly Unasked[], style: TableStyle): string {
  const paint = painter(style.colour);
  const withKey = outcomes.some(({ answer }) => [answer?.params.key ?? []].flat().length > 0);
  const sections: string[] = [];
  const empty: string[] = [];
  for (const { question, answer } of outcomes) {
    if (!answer) continue;
    const { columns, rows } = answer;
    const notes = rowNotes(answer, question);
    if (rows.length === 0) empty.push(`${question.id}: ${notes.join(' ')}`);
    else {
      const heading = paint('bold', `${question.id}: ${question.title}`);
      const lines = [activityLine(answer, question, style), ...notes].filter((line) => line !== null);
      const below = lines.map((line) => `${paint('dim', line)}\n`).join('');
      const whose = question.key === 'none' && withKey ? ', of everybody: it is not asked by key' : '';
      sections.push(`${heading} (${plural(rows.length)}${whose})\n${table(columns, rows, style)}${below}`);
    }
  }
  const rest = [empty, failures(outcomes, unasked), missing(outcomes)].filter((lines) => lines.length > 0);
  return [...sections, ...rest.map((lines) => lines.map((line) => `${paint('dim', line)}\n`).join(''))].join('\n');
}

/**
 * The answers to several questions. `table` sets them one below the other, `json` is one object of them all, `ndjson` is
 * rows that name their question.
 */
export function formatPack(
  outcomes: readonly Outcome[],
  unasked: readonly Unasked[],
  format: Exclude<Format, 'csv'>,
  style: TableStyle,
): Formatted {
  if (format === 'table') return { out: tables(outcomes, unasked, style), notes: [] };
  if (format === 'json') {
    const whole = {
      answers: outcomes.flatMap(({ answer }) => (answer ? [answer] : [])),
      failed: outcomes.flatMap(({ question, error }) =>
        error ? [{ query: question.id, code: error.code, message: error.message }] : [],
      ),
      unasked: unasked.map(({ question, reason }) => ({ query: question.id, reason })),
    };
    return { out: `${jsonText(whole, 2)}\n`, notes: [] };
  }
  const lines = outcomes.flatMap(({ question, answer }) =>
    (answer?.rows ?? []).map((row) => `${jsonText({ query: question.id, ...row })}\n`),
  );
  const notes = outcomes.flatMap(({ question, answer }) =>
    answer ? rowNotes(answer, question).map((note) => `${question.id}: ${note}`) : [],
  );
  return { out: lines.join(''), notes: [...notes, ...failures(outcomes, unasked), ...missing(outcomes)] };
}
