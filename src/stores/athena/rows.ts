import type { ResultSet } from '@aws-sdk/client-athena';
import type { Question, Row } from '../../model/question.js';
import { typedRows } from '../sql/rows.js';

/** The rows of one page of GetQueryResults, which holds all as text; the first page begins with the columns' names. */
export function rowsOf(page: ResultSet | undefined, isFirst: boolean, question: Question): Row[] {
  const names = (page?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name }) => Name);
  const rows = (page?.Rows ?? []).map(({ Data }) => (Data ?? []).map(({ VarCharValue }) => VarCharValue));
  const isHeader = isFirst && rows[0]?.every((text, at) => text === names[at]);
  return typedRows(names, isHeader ? rows.slice(1) : rows, question);
}
