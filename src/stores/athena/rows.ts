import type { ResultSet } from '@aws-sdk/client-athena';
import { KeytrailError } from '../../errors.js';
import { cell } from '../../model/cell.js';
import type { CellValue, Column, Question, Row } from '../../model/question.js';

const withoutZone = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/;

/** Athena's text as the column's type; no text is null. A time without a zone is UTC, the zone of every session. */
function cellOf(text: string | undefined, type: Column['type']): CellValue {
  return cell(type === 'timestamp' && text !== undefined && withoutZone.test(text) ? `${text} UTC` : text, type);
}

/** The rows of one page of GetQueryResults; the first page begins with the columns' names. */
export function rowsOf(page: ResultSet | undefined, isFirst: boolean, question: Question): Row[] {
  const names = (page?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name }) => Name);
  const rows = (page?.Rows ?? []).map(({ Data }) => (Data ?? []).map(({ VarCharValue }) => VarCharValue));
  const isHeader = isFirst && rows[0]?.every((text, at) => text === names[at]);
  const data = isHeader ? rows.slice(1) : rows;
  if (data.length === 0) return [];
  const places = question.columns.map(({ name, type }) => {
    const at = names.indexOf(name);
    if (at < 0)
      throw new KeytrailError('bad_contract', `${question.id}: athena.sql returns no column ${name}`, {
        hint: 'Name each column of query.yaml in the SELECT list.',
      });
    return { name, type, at };
  });
  return data.map((texts) => Object.fromEntries(places.map(({ name, type, at }) => [name, cellOf(texts[at], type)])));
}
