import { printable } from '../../model/printable.js';
import type { CellValue, ColumnType, Row } from '../../model/question.js';
import { fitToWidth, foldToWidth, type Paint, painter, textWidth } from '../../model/terminal.js';

export interface TableStyle {
  /** Columns of the terminal; `Infinity` cuts nothing. */
  width: number;
  colour: boolean;
  /** Whether the terminal shows more than ASCII. */
  unicode?: boolean;
  /** Texts too long for their column go on below it instead of being cut: for sentences, which are read to their end. */
  wrap?: boolean;
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
/** No sentence is as long; a cell that is was not meant to be read. */
const longest = 2000;

function textOf(value: CellValue | undefined, width: number): string {
  if (value === null || value === undefined) return '-';
  return printable(String(value), width);
}

/** Of these columns those that fit into `width` columns of the terminal, when `spare` are left out one after the other. */
export function fittingColumns(
  names: readonly string[],
  rows: readonly Row[],
  spare: readonly string[],
  width: number,
): string[] {
  const widthOf = new Map(
    names.map((name) => [
      name,
      rows.reduce((most, row) => Math.max(most, textWidth(textOf(row[name], widest))), textWidth(name)),
    ]),
  );
  let kept = [...names];
  for (const name of spare) {
    if (kept.reduce((sum, each) => sum + widthOf.get(each)!, gap.length * (kept.length - 1)) <= width) break;
    kept = kept.filter((each) => each !== name);
  }
  return kept;
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

/**
 * How far each column may be squeezed: texts to a few columns, but what has no blanks (ids, ARNs, addresses) not at all,
 * the short ones first, as long as all of it has room. Numbers and times are never squeezed.
 */
function leastOf(columns: readonly TableColumn[], cells: readonly string[][], wanted: readonly number[], room: number) {
  const least = columns.map(({ type }, index) =>
    type === 'string' ? Math.min(wanted[index]!, narrowest) : wanted[index]!,
  );
  let spare = least.reduce((left, width) => left - width, room);
  const ids = columns
    .map((_, index) => index)
    .filter((index) => wanted[index]! > least[index]! && cells.every((row) => !row[index]!.includes(' ')))
    .sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  for (const index of ids) {
    const more = wanted[index]! - least[index]!;
    if (more > spare) break;
    spare -= more;
    least[index] = wanted[index]!;
  }
  return least;
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
 * cut with `…`, or go on below with `wrap`. Times and numbers are never cut, ids only where they have no room; where the rest can't be squeezed any more, every row becomes a
 * block of `name  value` lines. An infinite width cuts and squeezes nothing.
 */
export function table(columns: readonly TableColumn[], rows: readonly Row[], style: TableStyle): string {
  const { width, colour } = style;
  const isBounded = Number.isFinite(width);
  const wrap = style.wrap && isBounded;
  const paint = painter(colour);
  const names = columns.map(({ name }) => printable(name));
  const cells = rows.map((row) => columns.map(({ name }) => textOf(row[name], wrap ? longest : width)));
  const wanted = columns.map((_, index) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[index]!)), textWidth(names[index]!)),
  );
  const room = width - gap.length * (columns.length - 1);
  const widths = squeeze(wanted, isBounded ? leastOf(columns, cells, wanted, room) : wanted, room);
  if (widths === null) return records(columns, rows, width, paint);
  const right = columns.map(({ type }) => type === 'integer' || type === 'double');
  const padded = isBounded ? widths : widths.map((most) => Math.min(most, widest));
  const fit = (text: string, column: number): string =>
    !isBounded && textWidth(text) > widest ? text : fitToWidth(text, padded[column]!, right[column] ? 'right' : 'left');
  const line = (texts: readonly string[]) => texts.map(fit).join(gap).trimEnd();
  const lines = (texts: readonly string[]): string => {
    if (!wrap) return line(texts);
    const folded = texts.map((text, column) => foldToWidth(text, padded[column]!));
    const height = Math.max(...folded.map(({ length }) => length));
    return Array.from({ length: height }, (_, at) => line(folded.map((parts) => parts[at] ?? ''))).join('\n');
  };
  return `${[paint('bold', line(names)), ...cells.map(lines)].join('\n')}\n`;
}
