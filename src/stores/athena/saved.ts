import { KeytrailError } from '../../errors.js';
import type { BoundQuestion, ParameterValue } from '../../model/question.js';
import { literal, replaceNames } from '../sql/bind.js';
import { scopedSql } from '../sql/scope.js';
import { trinoDialect } from '../sql/trino-dialect.js';
import { renderAthena } from './render.js';

/** A text that Athena keeps under a name, for people. */
export interface Saved {
  name: string;
  description: string;
  sql: string;
}

/** Athena API reference: NamedQuery, PreparedStatement. */
const maxName = 128;
const maxDescription = 1024;
const maxSqlBytes = 262_144;

function fitting(saved: Saved): Saved {
  const bytes = Buffer.byteLength(saved.sql);
  if (saved.name.length > maxName || bytes > maxSqlBytes)
    throw new KeytrailError(
      'bad_contract',
      `${saved.name} has ${bytes} bytes, Athena keeps ${maxSqlBytes} under a name of ${maxName} characters`,
      { hint: 'Shorten athena.sql or the folder’s name.' },
    );
  return { ...saved, description: saved.description.slice(0, maxDescription) };
}

/** A question for the console's saved queries; `bound` has example values where a parameter has no default. */
export const namedQuery = (bound: BoundQuestion): Saved =>
  fitting({
    name: `keytrail: ${bound.question.id}`,
    description: bound.question.question.trim(),
    sql: renderAthena(bound),
  });

/** What a value of the scope is called on the command line; what isn't here is no parameter of a prepared statement. */
const scopeNames: Readonly<Record<string, string>> = { scope_from: 'from', scope_to: 'to', scope_keys: 'key' };

/**
 * A question for `EXECUTE … USING`, with a `?` for each text: one key, the times (which flow logs have as numbers) and
 * the question's own. Integers are those of `bound`, for Athena takes `?` in WHERE alone. A list is one value. The
 * description names the parameters in their order; one that the text reads twice is given twice.
 */
export function preparedStatement(bound: BoundQuestion): Saved {
  const { question } = bound;
  // A key stands where there may be one: who wants all of them has the named query.
  const scope = { ...bound.scope, keyIds: question.key === 'none' ? [] : ['key'] };
  const { sql, values } = scopedSql({ ...bound, scope }, trinoDialect);
  const own = new Map(question.parameters.map(({ name, type }) => [name, type]));
  const order: string[] = [];
  const names = Object.fromEntries(Object.keys(values).map((name) => [name, name]));
  const statement = replaceNames(sql, names, (given) => {
    const name = given as string;
    const shown = Object.hasOwn(scopeNames, name) ? scopeNames[name] : name;
    const isText = own.get(name)?.startsWith('string') ?? Object.hasOwn(scopeNames, name);
    if (!isText) return written(values[name]!);
    order.push(shown!);
    return '?';
  });
  const using = order.length > 0 ? `USING ${order.join(', ')}. ` : 'No parameters. ';
  return fitting({
    name: `keytrail_${question.id.replaceAll('-', '_')}`,
    description: `${using}${question.question.trim()}`,
    sql: statement,
  });
}

const written = (value: ParameterValue): string =>
  Array.isArray(value) ? value.map(literal).join(', ') || 'NULL' : literal(value);
