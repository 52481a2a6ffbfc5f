import type { Field } from '../../model/contract.js';
import type { LogName } from '../../model/event.js';

/** What engines that read the files where they lie share: the types of their views, and how a column is shown. */
export const viewTypes: Readonly<Record<Field['type'], string>> = {
  string: 'VARCHAR',
  timestamp: 'VARCHAR',
  json: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
};

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The member of a file's one object that lists its records; null: each line is a record. */
export const lists: Readonly<Record<Exclude<LogName, 'vpcflow'>, string | null>> = {
  cloudtrail: 'records',
  config: 'configurationitems',
  guardduty: null,
};

/** What a column of the view is made of: times to the second, so that they compare as text. */
export const shown = (expression: string, type: Field['type']): string =>
  type === 'timestamp' ? `regexp_replace(${expression}, '\\.[0-9]+Z$', 'Z')` : expression;

export const select = (columns: readonly string[], from: string): string =>
  `SELECT\n  ${columns.join(',\n  ')}\nFROM ${from}`;

/** The column of a record, and the one of the view that is made of it: the outermost of those that nest. */
export function topColumns(fields: readonly Field[]): { name: string; source: string; type: Field['type'] }[] {
  const top = new Map<string, { name: string; source: string; type: Field['type'] }>();
  for (const { column, raw, type } of fields) {
    const [name = '', source = ''] = [column, raw.toLowerCase()].map((path) => path.split(/\[\]|\./)[0]);
    top.set(name, { name, source, type });
  }
  return [...top.values()];
}
