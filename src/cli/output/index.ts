import { printable } from '../../model/printable.js';
import type { Answer, Question, Row } from '../../model/question.js';
import { painter } from '../../model/terminal.js';
import { activityLine } from './activity.js';
import { csv } from './csv.js';
import { jsonText } from './json.js';
import { type TableStyle, table } from './table.js';

export type Format = 'table' | 'json' | 'csv' | 'ndjson';

export interface Formatted {
  /** For standard output; ends in a line feed, or is empty. */
  out: string;
  /** For standard error, a line each, where `out` has no place for them. */
  notes: string[];
}

/** What a reader must know of these rows. */
export const rowNotes = ({ rows, truncated }: Answer, question: Pick<Question, 'next'>): string[] =>
  [
    ...(rows.length === 0 ? [`no rows. ${question.next.none}`] : []),
    ...(truncated ? [`the limit of ${rows.length} rows was reached: there may be more. Give a higher --limit.`] : []),
  ].map((note) => printable(note));

/** What the evidence lacks. */
export const missingNotes = ({ coverage }: Answer): string[] =>
  coverage.missing.map((sentence) => printable(`note: ${sentence}`));

/**
 * An answer in a format. `table` is for people, with what the evidence lacks below it; `json` is the whole answer;
 * `csv` and `ndjson` are the rows alone, so that programs can read them, and `notes` says the rest.
 */
export function formatAnswer(
  answer: Answer,
  question: Pick<Question, 'next' | 'order'>,
  format: Format,
  style: TableStyle,
): Formatted {
  const { columns, rows } = answer;
  if (format === 'json') return { out: `${jsonText(answer, 2)}\n`, notes: [] };
  const notes = [...rowNotes(answer, question), ...missingNotes(answer)];
  if (format === 'csv')
    return {
      out: csv(
        columns.map(({ name }) => name),
        rows,
      ),
      notes,
    };
  if (format === 'ndjson') return { out: rows.map((row) => `${jsonText(row)}\n`).join(''), notes };
  const paint = painter(style.colour);
  const shown = rows.length === 0 ? '' : table(columns, rows, style);
  const below = [activityLine(answer, question, style), ...notes].filter((line) => line !== null);
  return { out: shown + below.map((line) => `${paint('dim', line)}\n`).join(''), notes: [] };
}

/** Rows that are no answer, such as a list of questions: these columns of them, as text. */
export function formatTable(names: readonly string[], rows: readonly Row[], style: TableStyle): string {
  return table(
    names.map((name) => ({ name, type: rows.some((row) => typeof row[name] === 'number') ? 'integer' : 'string' })),
    rows,
    style,
  );
}
