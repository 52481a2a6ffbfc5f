import { type DuckDBValue, listValue } from '@duckdb/node-api';
import type { ParameterValue } from '../../model/question.js';
import { replaceNames } from '../sql/bind.js';

const parameterOf = (value: string | number): DuckDBValue => (typeof value === 'number' ? BigInt(value) : value);

/** As so many values, a list is a filter of the scan: where none of its rows fits, no other column is read. */
const fewValues = 32;

/**
 * Binds a statement for DuckDB. A long list is one parameter, whatever its length: a closure of 100,000 keys as so many
 * placeholders would take minutes to plan. `IN (:list)` becomes `IN (SELECT unnest($1))`.
 */
export function bindDuckDb(
  sql: string,
  values: Record<string, ParameterValue>,
): { sql: string; values: DuckDBValue[] } {
  const bound: DuckDBValue[] = [];
  const text = replaceNames(sql, values, (value) => {
    if (!Array.isArray(value)) return `$${bound.push(parameterOf(value))}`;
    if (value.length === 0) return 'NULL';
    if (value.length <= fewValues) return value.map((one) => `$${bound.push(parameterOf(one))}`).join(', ');
    return `SELECT unnest($${bound.push(listValue(value.map(parameterOf)))})`;
  });
  return { sql: text, values: bound };
}
