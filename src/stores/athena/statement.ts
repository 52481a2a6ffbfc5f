import { KeytrailError } from '../../errors.js';
import { printable } from '../../model/printable.js';
import type { BoundQuestion } from '../../model/question.js';
import { literal } from '../sql/bind.js';
import type { Partitions } from '../sql/partitions.js';
import { withPlaceholders } from '../sql/placeholders.js';
import { trinoDialect } from '../sql/trino-dialect.js';

/** What StartQueryExecution takes: `sql` with a `?` for each of `parameters`, which are quoted literals. */
export interface Statement {
  sql: string;
  parameters: string[];
}

/** Bytes of QueryString and characters of one of ExecutionParameters (Athena API reference: StartQueryExecution). */
const maxSqlBytes = 262_144;
const maxParameterLength = 1024;

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

/** A question as Athena takes it, over tables in such partitions. Throws `bad_parameter` where a value or the whole is larger than that. */
export function statementOf(bound: BoundQuestion, partitions: Partitions = new Map()): Statement {
  const { sql, texts } = withPlaceholders(bound, { ...trinoDialect, partitions });
  const bytes = Buffer.byteLength(sql);
  if (bytes > maxSqlBytes)
    throw new KeytrailError(
      'bad_parameter',
      `${bound.question.id} has ${bytes} bytes with its parameters, Athena takes ${maxSqlBytes}`,
      { hint: 'Ask of fewer keys, accounts or values at once.' },
    );
  return { sql, parameters: texts.map(quoted) };
}
