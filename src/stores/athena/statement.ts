import { KeytrailError } from '../../errors.js';
import { printable } from '../../model/printable.js';
import type { BoundQuestion } from '../../model/question.js';
import { bindSql, literal } from '../sql/bind.js';
import { scopedSql } from '../sql/scope.js';
import { dialect } from './dialect.js';

/** What StartQueryExecution takes: `sql` with a `?` for each of `parameters`, which are quoted literals. */
export interface Statement {
  sql: string;
  parameters: string[];
}

/** Bytes of QueryString and characters of one of ExecutionParameters (Athena API reference: StartQueryExecution). */
const maxSqlBytes = 262_144;
const maxParameterLength = 1024;

function integer(value: number): string {
  if (!Number.isSafeInteger(value))
    throw new KeytrailError('bad_parameter', `${value} is no whole number`, { hint: 'Give a whole number.' });
  return literal(value);
}

function quoted(value: string): string {
  const text = literal(value);
  if (text.length > maxParameterLength)
    throw new KeytrailError(
      'bad_parameter',
      `"${printable(value, 40)}" has ${text.length} characters with its quotes, Athena takes ${maxParameterLength}`,
      { hint: 'Give a shorter value, or ask another store.' },
    );
  return text;
}

/**
 * A question as Athena takes it. Integers are written into the text and only strings are passed as parameters:
 * Athena allows `?` in WHERE alone (user guide: Use parameterized queries), while questions compute with their
 * integers in SELECT, HAVING and LIMIT. An integer is checked to be one, so no text gets into the SQL that way.
 * Throws `bad_parameter` where a value or the whole is larger than Athena takes.
 */
export function statementOf(bound: BoundQuestion): Statement {
  const scoped = scopedSql(bound, dialect);
  const { sql, values } = bindSql(scoped.sql, scoped.values, (_, value) =>
    typeof value === 'number' ? integer(value) : '?',
  );
  const bytes = Buffer.byteLength(sql);
  if (bytes > maxSqlBytes)
    throw new KeytrailError(
      'bad_parameter',
      `${bound.question.id} has ${bytes} bytes with its parameters, Athena takes ${maxSqlBytes}`,
      { hint: 'Ask of fewer keys, accounts or values at once.' },
    );
  return { sql, parameters: values.filter((value) => typeof value === 'string').map(quoted) };
}
