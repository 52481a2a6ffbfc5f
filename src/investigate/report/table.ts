import type { CellValue, Column, Row } from '../../model/question.js';
import { numeral } from '../findings.js';
import { html, type Markup, nothing } from './markup.js';
import { isShort, literal, timeText } from './words.js';

/** More rows than these make a page slow to open; the JSON file has all. */
export const maxRows = 250;

/** A column whose contents mean trouble when there are any. */
const troubles: ReadonlySet<string> = new Set(['failed', 'refused', 'error_code']);
/** Columns that hold an address, which may be one that is marked. */
const addresses: ReadonlySet<string> = new Set(['source_ip', 'srcaddr']);
const isNumber = ({ type }: Column): boolean => type === 'integer' || type === 'double';

function cell(value: CellValue | undefined, column: Column, marked: ReadonlySet<string>): Markup {
  if (value === null || value === undefined || value === '') return html`<td class="none">–</td>`;
  const isTrouble =
    (troubles.has(column.name) && value !== 0) || (addresses.has(column.name) && marked.has(String(value)));
  const trouble = isTrouble ? ' trouble' : '';
  if (isNumber(column))
    return html`<td class="number${trouble}">${typeof value === 'number' && !column.name.includes('port') ? numeral(value) : String(value)}</td>`;
  if (column.type === 'timestamp') return html`<td class="time">${timeText(String(value))}</td>`;
  return html`<td class="text${isShort(String(value)) ? '' : ' long'}${trouble}">${literal(String(value))}</td>`;
}

/** Splits off the columns that hold the same in every row, or nothing: they are said once, not five hundred times. */
function lift(columns: readonly Column[], rows: readonly Row[]): { varying: Column[]; constant: Column[] } {
  const cellOf = (row: Row, { name }: Column) => row[name] ?? '';
  const isConstant = (column: Column) => {
    const value = cellOf(rows[0]!, column);
    return value === '' || rows.length > 1 ? rows.every((row) => cellOf(row, column) === value) : false;
  };
  // An event's id is for looking it up in the JSON file; what happened comes first.
  const varying = columns
    .filter((column) => !isConstant(column))
    .sort((a, b) => Number(a.name === 'event_id') - Number(b.name === 'event_id'));
  return varying.length === 0
    ? { varying: [...columns], constant: [] }
    : { varying, constant: columns.filter(isConstant) };
}

function constants(columns: readonly Column[], row: Row): Markup {
  if (columns.length === 0) return nothing;
  const said = columns.map(({ name, type }, index) => {
    const value = String(row[name] ?? '');
    const shown = type === 'timestamp' ? timeText(value) : literal(value);
    return html`${index === 0 ? '' : '; '}${name} ${value === '' ? 'empty' : shown}`;
  });
  return html`<p class="aside">In every row: ${said}.</p>`;
}

/** A table that scrolls sideways by itself on a narrow screen, and can be reached by keyboard for it. */
export function frame(label: string, table: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

/** Rows under the columns of their question, at most `maxRows` of them; addresses in `marked` stand out. */
export function dataTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly Row[],
  marked: ReadonlySet<string>,
): Markup {
  if (rows.length === 0) return nothing;
  const { varying, constant } = lift(columns, rows);
  const head = varying.map(
    (column) =>
      html`<th scope="col"${isNumber(column) ? html` class="number"` : nothing} title="${column.description}">${column.name}</th>`,
  );
  const body = rows.slice(0, maxRows).map(
    (row) => html`<tr>${varying.map((column) => cell(row[column.name], column, marked))}</tr>
`,
  );
  return html`${constants(constant, rows[0]!)}${frame(
    caption,
    html`<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table>`,
  )}`;
}

/** The sentence that says what a bounded table leaves out. */
export function leftOut(rows: number): Markup {
  if (rows <= maxRows) return nothing;
  return html`<p class="aside">${numeral(maxRows)} of ${numeral(rows)} rows are shown; the other ${numeral(rows - maxRows)} are in the JSON file.</p>`;
}
