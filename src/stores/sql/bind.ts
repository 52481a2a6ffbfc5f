import { KeytrailError } from '../../errors.js';
import type { ParameterValue } from '../../model/question.js';

/** What to leave alone (literals, quoted names, comments, `::` casts) and, last, a `:name`. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|::|:([a-z_][a-z0-9_]*)/gi;

/** Writes each `:name` of a statement as `write` says; literals, quoted names, comments and casts stay. */
export function replaceNames(
  sql: string,
  values: Record<string, ParameterValue>,
  write: (value: ParameterValue) => string,
) {
  return sql.replace(token, (whole: string, name: string | undefined) => {
    if (name === undefined) return whole;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined)
      throw new KeytrailError('bad_contract', `athena.sql reads :${name}, which query.yaml does not declare`, {
        hint: `Declare ${name} under parameters in query.yaml.`,
      });
    return write(value);
  });
}

/**
 * Replaces each `:name` by a placeholder, a list by one placeholder per member (an empty list by NULL, so that
 * `IN` finds nothing), and returns the values in placeholder order. Text never becomes SQL.
 * `placeholder` is given each value's place, from 1, and the value.
 */
export function bindSql(
  sql: string,
  values: Record<string, ParameterValue>,
  placeholder: (position: number, value: string | number) => string,
): { sql: string; values: (string | number)[] } {
  const bound: (string | number)[] = [];
  const one = (value: string | number) => {
    bound.push(value);
    return placeholder(bound.length, value);
  };
  const text = replaceNames(sql, values, (value) =>
    Array.isArray(value) ? value.map(one).join(', ') || 'NULL' : one(value),
  );
  return { sql: text, values: bound };
}

/** A value as SQL writes it. */
export const literal = (value: string | number): string =>
  typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;

/** The same with literals, for a person to paste into a console. */
export function renderSql(sql: string, values: Record<string, ParameterValue>): string {
  return replaceNames(sql, values, (value) =>
    Array.isArray(value) ? value.map(literal).join(', ') || 'NULL' : literal(value),
  );
}
