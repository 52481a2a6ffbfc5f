import { contractOf } from '../../model/contract.js';
import { arnPattern, maxArnLength } from '../../model/derive.js';
import type { LogName } from '../../model/event.js';
import type { BoundQuestion, ParameterValue, Scope } from '../../model/question.js';

/** What differs between the SQL engines where the scope is written. */
export interface Dialect {
  /** Distinct ARNs of `resources` and `requestparameters`, as an array of text. */
  arns(pattern: string, maxLength: number): string;
}

const accountOfEvent = "COALESCE(NULLIF(recipientaccountid, ''), NULLIF(useridentity.accountid, ''))";
const accountOfFlow = 'COALESCE(aws_account_id, account_id)';
const regionOfFlow = 'COALESCE(aws_region, region)';

function view(log: LogName, scope: Scope, withKeys: boolean, dialect: Dialect): string {
  const { table, view: name } = contractOf(log);
  const events = log === 'cloudtrail';
  const where = events
    ? ['eventtime >= :scope_from', 'eventtime < :scope_to']
    : ['COALESCE(start, "end") >= :scope_from_epoch', 'COALESCE(start, "end") < :scope_to_epoch'];
  if (scope.accounts.length > 0) where.push(`${events ? accountOfEvent : accountOfFlow} IN (:scope_accounts)`);
  if (scope.regions.length > 0) where.push(`${events ? 'awsregion' : regionOfFlow} IN (:scope_regions)`);
  if (events && withKeys && scope.keyIds.length > 0) where.push('useridentity.accesskeyid IN (:scope_keys)');
  const columns = events
    ? ['*', `${accountOfEvent} AS account_id`, `${dialect.arns(arnPattern, maxArnLength)} AS arns`]
    : ['*', `${accountOfFlow} AS scope_account`, `${regionOfFlow} AS scope_region`];
  return `${name} AS (\n  SELECT ${columns.join(',\n    ')}\n  FROM ${table}\n  WHERE ${where.join('\n    AND ')}\n)`;
}

const epoch = (time: string): number => Math.floor(Date.parse(time) / 1000);

/**
 * The whole text of a question, `:names` still in it, and every value they stand for. The question's own
 * text reads `events` and `flows`; only here are they defined, so no question can read past its scope.
 */
export function scopedSql(
  { question, scope, values }: BoundQuestion,
  dialect: Dialect,
): { sql: string; values: Record<string, ParameterValue> } {
  const views = question.logs.map((log) => view(log, scope, question.key !== 'none', dialect));
  const own = question.sql.trim().replace(/;$/, '');
  const leading = /^WITH\s+(RECURSIVE\s+)?/i.exec(own);
  const sql = leading
    ? `WITH ${leading[1] ?? ''}${views.join(',\n')},\n${own.slice(leading[0].length)}`
    : `WITH ${views.join(',\n')}\n${own}`;
  return {
    sql,
    values: {
      ...values,
      scope_from: scope.from,
      scope_to: scope.to,
      scope_from_epoch: epoch(scope.from),
      scope_to_epoch: epoch(scope.to),
      scope_accounts: scope.accounts,
      scope_regions: scope.regions,
      scope_keys: scope.keyIds,
    },
  };
}
