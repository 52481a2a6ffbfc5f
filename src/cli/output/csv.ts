import { printable } from '../../model/printable.js';
import type { CellValue, Row } from '../../model/question.js';

function field(value: CellValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = `${/^[=+\-@\t\r]/.test(value) ? "'" : ''}${printable(value)}`;
  return text === '' || /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Rows as CSV (RFC 4180): a header, CRLF after every line, null as nothing and the empty text as `""`.
 * CSV is for spreadsheets and terminals, so hostile text is made harmless in it: text that begins with `=`, `+`,
 * `-`, `@`, tab or carriage return gets a leading apostrophe, so that no spreadsheet runs it as a formula; control and
 * bidirectional characters are spelt out (`\u001b`), so that a row is always one line.
 * JSON and NDJSON carry every text as it is.
 */
export function csv(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns.map(field), ...rows.map((row) => columns.map((name) => field(row[name])))];
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('');
}
