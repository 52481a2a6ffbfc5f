import { printable } from '../model/printable.js';
import type { CellValue, Column, Row } from '../model/question.js';
import { address, type Query } from './address.js';
import { html, type Markup, nothing } from './html.js';
import { numeral } from './layout.js';
import type { LeadOf } from './links.js';
import type { RecordLog } from './record.js';

/** A cell's text on a page of rows, and what is told of it when pointed at; record and exports have the whole. */
const longestCell = 100;
const longestTitle = 1000;
/** Up to here a text stands on one line. */
const oneLine = 44;
/** Enough of an event's id to tell rows apart. */
const shortId = 8;

/** The columns that lead to a record: of which log, by which column's value if not its own, and where its time stands. */
const recordNamedBy: Readonly<Record<string, { log: RecordLog; id?: string; at?: string }>> = {
  event_id: { log: 'cloudtrail', at: 'event_time' },
  other_event_id: { log: 'cloudtrail' },
  finding_id: { log: 'guardduty', at: 'updated_at' },
  state_id: { log: 'config', id: 'resource_id', at: 'captured_at' },
};

const isNumber = ({ type }: Column): boolean => type === 'integer' || type === 'double';

export interface TableOptions {
  caption: string;
  /** The case, for links. */
  about: Query;
  leads: LeadOf;
  /** Absent: the order is the answer's and stays so. */
  order?: Order;
}

export interface Order {
  /** `-name` is descending; null: the order of the answer. */
  sort: string | null;
  /** The address of this page in another order. */
  sorted(sort: string): string;
}

function heading(column: Column, order: Order | undefined): Markup {
  const { name, description } = column;
  const number = isNumber(column) ? html` class="number"` : nothing;
  if (!order) return html`<th scope="col"${number} title="${description}">${name}</th>`;
  const { sort, sorted } = order;
  const direction = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : null;
  const to = direction === 'ascending' ? `-${name}` : name;
  const mark =
    direction === null ? nothing : html` <span aria-hidden="true">${direction === 'ascending' ? '▲' : '▼'}</span>`;
  return html`<th scope="col"${number}${direction === null ? nothing : html` aria-sort="${direction}"`}><a href="${sorted(to)}" title="${description}">${name}${mark}</a></th>`;
}

function cell(value: CellValue | undefined, column: Column, row: Row, { about, leads }: TableOptions): Markup {
  if (value === null || value === undefined || value === '') return html`<td class="none">–</td>`;
  if (isNumber(column)) {
    const text = typeof value === 'number' && !column.name.includes('port') ? numeral(value) : String(value);
    return html`<td class="number">${text}</td>`;
  }
  const text = String(value);
  if (column.type === 'timestamp') return html`<td class="time">${text}</td>`;
  const record = recordNamedBy[column.name];
  const name = record === undefined ? null : row[record.id ?? column.name];
  if (record && typeof name === 'string' && name !== '') {
    const at = record.at === undefined ? undefined : (row[record.at] ?? undefined);
    const link = address(['record'], {
      ...about,
      log: record.log,
      id: name,
      at: at === undefined ? undefined : String(at),
    });
    const short = printable(text.slice(0, shortId));
    // The name begins with what is seen, for who speaks to the page.
    return html`<td class="text"><a href="${link}" aria-label="${short}: record ${printable(text, 80)}">${short}</a></td>`;
  }
  const shown = printable(text, longestCell);
  const lead = leads(column.name, text);
  const long = shown.length > oneLine ? ' long' : '';
  const trouble = column.name === 'error_code' ? ' trouble' : '';
  if (lead === null)
    return html`<td class="text${long}${trouble}"${shown.endsWith('…') ? html` title="${printable(text, longestTitle)}"` : nothing}>${shown}</td>`;
  return html`<td class="text${long}"><a href="${lead.to}" title="${lead.hint}">${shown}</a></td>`;
}

/** A page of rows under the columns of their question; `empty` are those that say nothing in the whole answer. */
export function dataTable(
  columns: readonly Column[],
  rows: readonly Row[],
  empty: ReadonlySet<string>,
  options: TableOptions,
): Markup {
  const shown = columns.filter(({ name }) => !empty.has(name));
  const body = rows.map(
    (row) => html`<tr>${shown.map((column) => cell(row[column.name], column, row, options))}</tr>
`,
  );
  const left = empty.size === 0 ? nothing : html`<p class="aside">Empty in every row: ${[...empty].join(', ')}.</p>`;
  return html`<div class="scroll" role="region" aria-label="${options.caption}" tabindex="0"><table><caption>${options.caption}</caption>
<thead><tr>${shown.map((column) => heading(column, options.order))}</tr></thead><tbody>
${body}</tbody></table></div>${left}`;
}

/** The columns without a value in any row, where others have some. */
export function emptyColumns(columns: readonly Column[], rows: readonly Row[]): Set<string> {
  const empty = columns.filter(({ name }) =>
    rows.every((row) => row[name] === null || row[name] === '' || row[name] === undefined),
  );
  return empty.length === columns.length ? new Set() : new Set(empty.map(({ name }) => name));
}
