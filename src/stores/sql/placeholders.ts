import { KeytrailError } from '../../errors.js';
import type { BoundQuestion } from '../../model/question.js';
import { bindSql, literal } from './bind.js';
import { type Dialect, scopedSql } from './scope.js';
import { trinoDialect } from './trino-dialect.js';

function integer(value: number): string {
  if (!Number.isSafeInteger(value))
    throw new KeytrailError('bad_parameter', `${value} is no whole number`, { hint: 'Give a whole number.' });
  return literal(value);
}

/**
 * A question in Trino's dialect, with a `?` for each of `texts`. Integers are written into the text: Athena allows `?`
 * in WHERE alone (user guide: Use parameterized queries), while questions compute with their integers in SELECT,
 * HAVING and LIMIT. An integer is checked to be one, so no text gets into the SQL that way. Throws `bad_parameter`.
 */
export function withPlaceholders(
  bound: BoundQuestion,
  dialect: Dialect = trinoDialect,
): { sql: string; texts: string[] } {
  const scoped = scopedSql(bound, dialect);
  const { sql, values } = bindSql(scoped.sql, scoped.values, (_, value) =>
    typeof value === 'number' ? integer(value) : '?',
  );
  return { sql, texts: values.filter((value) => typeof value === 'string') };
}
