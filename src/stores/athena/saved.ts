import { KeytrailError } from '../../errors.js';
import { logNames } from '../../model/event.js';
import type { BoundQuestion, ParameterValue } from '../../model/question.js';
import { literal, replaceNames } from '../sql/bind.js';
import { scopedSql } from '../sql/scope.js';
import { trinoDialect } from '../sql/trino-dialect.js';
import { renderAthena } from './render.js';
import { partitionsOf } from './tables.js';

/** A text that Athena keeps under a name, for people. */
export interface Saved {
  name: string;
  description: string;
  sql: string;
}

/** A question to keep, and the parameters for which it has no value but an example. */
export interface SavedQuestion {
  bound: BoundQuestion;
  examples: readonly string[];
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

/** Every table of keytrail's is in partitions. */
const partitions = new Map(logNames.map((log) => [log, partitionsOf(log)]));

/** A question for the console's saved queries; `examples` are the parameters whose values are no more than that. */
export function namedQuery({ bound, examples }: SavedQuestion): Saved {
  const note = examples.length > 0 ? `Put your own in: ${examples.join(', ')}. ` : '';
  return fitting({
    name: `keytrail: ${bound.question.id}`,
    description: `${note}${bound.question.question.trim()}`,
    sql: renderAthena(bound, partitions),
  });
}

/** What a value of the scope is called; what isn't here is no parameter of a prepared statement. */
const scopeNames: Readonly<Record<string, string>> = {
  scope_from: 'from',
  scope_to: 'to',
  scope_keys: 'key',
  scope_first_day: 'first_day',
  scope_last_day: 'last_day',
  baseline_from: 'baseline_from',
  baseline_first_day: 'baseline_first_day',
  baseline_last_day: 'baseline_last_day',
};
const textTypes: ReadonlySet<string> = new Set(['string', 'string[]', 'timestamp']);

/** Any bounded scope: then the text has predicates of days. */
const bounded = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };

/**
 * A question for `EXECUTE … USING`, with a `?` for each text: one key, the times (which flow logs have as numbers), the
 * days of delivery (`2026/03/02`) and the question's own. Integers are those of `bound`, for Athena takes `?` in WHERE
 * alone; null where the question needs one that isn't. A list is one value. The description names the parameters in
 * their order; one that the text reads twice is given twice.
 */
export function preparedStatement({ bound }: SavedQuestion): Saved | null {
  const { question } = bound;
  const dialect = { ...trinoDialect, partitions };
  const scope = { ...bound.scope, keyIds: question.key === 'none' ? [] : ['key'] };
  const scoped = scopedSql({ ...bound, scope: { ...scope, ...bounded } }, dialect).sql;
  // Where there need not be a key, `%` stands for all, and for none.
  const anyKey = question.key === 'optional';
  const sql = anyKey
    ? scoped.replace(/(AND|WHERE) (.+) IN \(:scope_keys\)/g, "$1 COALESCE($2, '') LIKE :scope_keys")
    : scoped;
  const { values } = scopedSql({ ...bound, scope }, dialect);
  const own = new Map(question.parameters.map(({ name, type }) => [name, type]));
  const order: string[] = [];
  let needsNumber = false;
  const names = Object.fromEntries(Object.keys(values).map((name) => [name, name]));
  const statement = replaceNames(sql, names, (given) => {
    const name = given as string;
    if (own.get(name.replace(/_epoch$/, '')) === 'timestamp' && name.endsWith('_epoch')) needsNumber = true;
    const shown = Object.hasOwn(scopeNames, name) ? scopeNames[name] : undefined;
    if (shown === undefined && !textTypes.has(own.get(name) ?? '')) return written(values[name]!);
    order.push(shown ?? name);
    return '?';
  });
  if (needsNumber) return null;
  const using = order.length > 0 ? `USING ${order.join(', ')}. ` : 'No parameters. ';
  return fitting({
    name: `keytrail_${question.id.replaceAll('-', '_')}`,
    description: `${using}${anyKey ? 'A key of % means all. ' : ''}${question.question.trim()}`,
    sql: statement,
  });
}

const written = (value: ParameterValue): string =>
  Array.isArray(value) ? value.map(literal).join(', ') || 'NULL' : literal(value);
