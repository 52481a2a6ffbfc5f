import { baselineFrom } from '../../model/baseline.js';
import { contractOf } from '../../model/contract.js';
import { countries } from '../../model/countries.js';
import { arnPattern, maxArnLength } from '../../model/derive.js';
import type { LogName } from '../../model/event.js';
import { findingColumns, findingKey } from '../../model/finding.js';
import type { BoundQuestion, ParameterValue, Question, Scope, View } from '../../model/question.js';
import { bookView } from './books.js';
import { type Partitions, pruning, pruningDays, type Span } from './partitions.js';

/** What differs between the SQL engines where the scope is written. */
export interface Dialect {
  /** Distinct ARNs of `resources` and `requestparameters`, as an array of text. */
  arns(pattern: string, maxLength: number): string;
  /** Absent: no table is in partitions. */
  partitions?: Partitions;
  /** A table that already is what the view `events` shows of the scope's keys and places; absent: there is none. */
  events?: string;
}

const accountOfEvent = "COALESCE(NULLIF(recipientaccountid, ''), NULLIF(useridentity.accountid, ''))";
const accountOfFlow = 'COALESCE(aws_account_id, account_id)';
const regionOfFlow = 'COALESCE(aws_region, region)';

/** How a log's table is limited to a scope, and what its view has besides the table's columns. */
interface Window {
  /** The event's time, and what the bounds are called in its terms: ISO 8601 text, or seconds. */
  time: string;
  bounds: 'scope' | 'scope_epoch';
  account: string;
  region: string;
  /** The access key of a record; null where records have none. */
  key: string | null;
  more: (dialect: Dialect) => string[];
}

const windows: Readonly<Record<LogName, Window>> = {
  cloudtrail: {
    time: 'eventtime',
    bounds: 'scope',
    account: accountOfEvent,
    region: 'awsregion',
    key: 'useridentity.accesskeyid',
    more: (dialect) => [`${accountOfEvent} AS account_id`, `${dialect.arns(arnPattern, maxArnLength)} AS arns`],
  },
  vpcflow: {
    time: 'COALESCE(start, "end")',
    bounds: 'scope_epoch',
    account: accountOfFlow,
    region: regionOfFlow,
    key: null,
    more: () => [`${accountOfFlow} AS scope_account`, `${regionOfFlow} AS scope_region`],
  },
  config: {
    time: 'configurationitemcapturetime',
    bounds: 'scope',
    account: 'awsaccountid',
    region: 'awsregion',
    key: null,
    more: () => [],
  },
  guardduty: {
    time: 'updatedat',
    bounds: 'scope',
    account: 'accountid',
    region: 'region',
    key: findingKey,
    more: findingColumns,
  },
};

type Spans = Readonly<Record<Span['name'], Span>>;

function view(
  log: LogName,
  scope: Scope,
  spans: Spans,
  withKeys: boolean,
  dialect: Dialect,
  which: View = 'scope',
): string {
  const { table, view: own } = contractOf(log);
  const name = which === 'scope' ? own : which;
  const { time, bounds, account, region, key, more } = windows[log];
  const [from, to] =
    which === 'baseline'
      ? [':baseline_from', ':scope_from']
      : bounds === 'scope'
        ? [':scope_from', ':scope_to']
        : [':scope_from_epoch', ':scope_to_epoch'];
  const where = [`${time} >= ${from}`, `${time} < ${to}`];
  const ofKeys = key !== null && withKeys && scope.keyIds.length > 0;
  if (dialect.events !== undefined && log === 'cloudtrail' && ofKeys)
    return `${name} AS (\n  SELECT *\n  FROM ${dialect.events}\n  WHERE ${where.join('\n    AND ')}\n)`;
  if (scope.accounts.length > 0) where.push(`${account} IN (:scope_accounts)`);
  if (scope.regions.length > 0) where.push(`${region} IN (:scope_regions)`);
  if (ofKeys) where.push(`${key} IN (:scope_keys)`);
  const span = which === 'baseline' ? spans.baseline : spans.scope;
  where.push(...pruning(dialect.partitions?.get(log) ?? [], span, scope));
  const columns = ['*', ...more(dialect)];
  return `${name} AS (\n  SELECT ${columns.join(',\n    ')}\n  FROM ${table}\n  WHERE ${where.join('\n    AND ')}\n)`;
}

function countriesView(): string {
  const rows = countries().map(({ code, latitude, longitude }) => `('${code}', ${latitude}, ${longitude})`);
  return `countries (code, latitude, longitude) AS (\n  VALUES ${rows.join(', ')}\n)`;
}

function otherView(which: Question['views'][number], scope: Scope, spans: Spans, dialect: Dialect): string {
  if (which === 'countries') return countriesView();
  if (which === 'objects' || which === 'letters') return bookView(which, scope);
  // Of the caller, whatever key it used: a session has another one every hour.
  return view('cloudtrail', scope, spans, false, dialect, which);
}

/** What of a question says which views it reads. */
type Scoped = Pick<Question, 'key' | 'logs' | 'views' | 'parameters' | 'sql'>;

/** All that questions see of the events of a scope and its keys. */
export function eventsOf(scope: Scope, dialect: Dialect): ReturnType<typeof scopedSql> {
  const sql = 'SELECT * FROM events';
  const question: Scoped = { key: 'optional', logs: ['cloudtrail'], views: [], parameters: [], sql };
  return scopedSql({ question, scope, values: {} }, dialect);
}

const epoch = (time: string): number => Math.floor(Date.parse(time) / 1000);

/**
 * The whole text of a question, `:names` still in it, and every value they stand for. The question's own
 * text reads `events` and `flows`; only here are they defined, so no question can read past its scope.
 */
export function scopedSql(
  { question, scope, values }: { question: Scoped } & Omit<BoundQuestion, 'question'>,
  dialect: Dialect,
): { sql: string; values: Record<string, ParameterValue> } {
  const { from, to } = scope;
  const before = question.views.includes('baseline') ? baselineFrom({ scope, values }) : from;
  const spans: Spans = {
    scope: { name: 'scope', from, to },
    baseline: { name: 'baseline', from: before, to: from },
  };
  const views = [
    ...question.logs.map((log) => view(log, scope, spans, question.key !== 'none', dialect)),
    ...question.views.map((which) => otherView(which, scope, spans, dialect)),
  ];
  // In seconds, too: Athena takes text in WHERE alone, a number anywhere.
  const moments = question.parameters.filter(({ type }) => type === 'timestamp');
  const own = question.sql.trim().replace(/;$/, '');
  const leading = /^WITH\s+(RECURSIVE\s+)?/i.exec(own);
  const sql = leading
    ? `WITH ${leading[1] ?? ''}${views.join(',\n')},\n${own.slice(leading[0].length)}`
    : `WITH ${views.join(',\n')}\n${own}`;
  return {
    sql,
    values: {
      ...values,
      ...Object.fromEntries(moments.map(({ name }) => [`${name}_epoch`, epoch(String(values[name]))])),
      baseline_from: before,
      scope_from: scope.from,
      scope_to: scope.to,
      scope_from_epoch: epoch(scope.from),
      scope_to_epoch: epoch(scope.to),
      ...pruningDays(spans.scope),
      ...pruningDays(spans.baseline),
      scope_accounts: scope.accounts,
      scope_regions: scope.regions,
      scope_keys: scope.keyIds,
    },
  };
}
