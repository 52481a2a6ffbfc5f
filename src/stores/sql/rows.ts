import { KeytrailError } from '../../errors.js';
import { cell } from '../../model/cell.js';
import type { CellValue, Column, Question, Row } from '../../model/question.js';

const withoutZone = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/;

/** A value as the column's type. A time without a zone is UTC, the zone of every session. */
function cellOf(value: unknown, type: Column['type']): CellValue {
  const isLocal = type === 'timestamp' && typeof value === 'string' && withoutZone.test(value);
  return cell(isLocal ? `${value} UTC` : value, type);
}

/** Rows as Trino and Athena give them, in the order of `names`, as the question's. Throws `bad_contract`. */
export function typedRows(
  names: readonly (string | undefined)[],
  data: readonly (readonly unknown[])[],
  question: Question,
): Row[] {
  if (data.length === 0) return [];
  const places = question.columns.map(({ name, type }) => {
    const at = names.indexOf(name);
    if (at < 0)
      throw new KeytrailError('bad_contract', `${question.id}: athena.sql returns no column ${name}`, {
        hint: 'Name each column of query.yaml in the SELECT list.',
      });
    return { name, type, at };
  });
  return data.map((values) => Object.fromEntries(places.map(({ name, type, at }) => [name, cellOf(values[at], type)])));
}
