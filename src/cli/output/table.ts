import { printable } from '../../model/printable.js';
import type { CellValue, ColumnType, Row } from '../../model/question.js';
import { fitToWidth, type Paint, painter, textWidth } from '../../model/terminal.js';

export interface TableStyle {
  /** Columns of the terminal; `Infinity` cuts nothing. */
  width: number;
  colour: boolean;
}

export interface TableColumn {
  name: string;
  type: ColumnType;
}

const gap = '  ';
/** A text column is squeezed no further; below that the rows are set as records. */
const narrowest = 8;
/** Where nothing is cut, a longer text stands out of its column: one such must not pad every row. */
const widest = 300;

function textOf(value: CellValue | undefined, width: number): string {
  if (value === null || value === undefined) return '-';
  return printable(String(value), width);
}

/** The widths wanted, with the widest lowered to one common width so that all fit; null where they can't. */
function squeeze(wanted: readonly number[], least: readonly number[], room: number): number[] | null {
  if (least.reduce((sum, width) => sum + width, 0) > room) return null;
  let widths = [...wanted];
  let ceiling = Math.max(0, ...wanted);
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    ceiling--;
    widths = wanted.map((width, index) => Math.max(Math.min(width, ceiling), least[index]!));
  }
  return widths;
}

/** One block a row, one line a column: for terminals too narrow for the table. */
function records(columns: readonly TableColumn[], rows: readonly Row[], width: number, paint: Paint): string {
  const label = Math.max(...columns.map(({ name }) => textWidth(name)));
  const room = Math.max(narrowest, width - label - gap.length);
  return rows
    .map((row) =>
      columns
        .map(
          ({ name }) => `${paint('bold', fitToWidth(name, label))}${gap}${fitToWidth(textOf(row[name], room), room)}`,
        )
        .map((line) => `${line.trimEnd()}\n`)
        .join(''),
    )
    .join('\n');
}

/**
 * Rows under their column names, in at most `width` columns. Numbers stand right, null is `-`, cells too long are
 * cut with `…`. Times and numbers are never cut; where the rest can't be squeezed any more, every row becomes a
 * block of `name  value` lines. An infinite width cuts and squeezes nothing.
 */
export function table(columns: readonly TableColumn[], rows: readonly Row[], { width, colour }: TableStyle): string {
  const paint = painter(colour);
  const names = columns.map(({ name }) => printable(name));
  const cells = rows.map((row) => columns.map(({ name }) => textOf(row[name], width)));
  const wanted = columns.map((_, index) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[index]!)), textWidth(names[index]!)),
  );
  const least = columns.map(({ type }, index) =>
    type === 'string' ? Math.min(wanted[index]!, narrowest) : wanted[index]!,
  );
  const widths = squeeze(wanted, least, width - gap.length * (columns.length - 1));
  if (widths === null) return records(columns, rows, width, paint);
  const right = columns.map(({ type }) => type === 'integer' || type === 'double');
  const padded = Number.isFinite(width) ? widths : widths.map((most) => Math.min(most, widest));
  const fit = (text: string, column: number): string =>
    !Number.isFinite(width) && textWidth(text) > widest
      ? text
      : fitToWidth(text, padded[column]!, right[column] ? 'right' : 'left');
  const line = (texts: readonly string[]) => texts.map(fit).join(gap).trimEnd();
  return `${[paint('bold', line(names)), ...cells.map(line)].join('\n')}\n`;
}
