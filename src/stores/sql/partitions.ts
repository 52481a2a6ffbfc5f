import type { LogName } from '../../model/event.js';
import { allTime, type ParameterValue, type Scope } from '../../model/question.js';

/** Columns of a table that come from the folders of its files; `p_day` is `yyyy/MM/dd`. */
export const partitionColumns = ['p_account', 'p_region', 'p_day'] as const;
export type PartitionColumn = (typeof partitionColumns)[number];

/** By which columns each log's table can be pruned. */
export type Partitions = ReadonlyMap<LogName, readonly PartitionColumn[]>;

const dayMs = 86_400_000;

/** A file lies under the day of its delivery, which may be the day after the event's: a day more at either end. */
const dayOf = (time: string, slack: number): string =>
  new Date(Date.parse(time) + slack * dayMs).toISOString().slice(0, 10).replaceAll('-', '/');

/** A span of time, called so in the names of its values. */
export interface Span {
  name: 'scope' | 'baseline';
  from: string;
  to: string;
}

/** Predicates that leave out the folders in which nothing of the span and the scope can lie. */
export function pruning(columns: readonly PartitionColumn[], { name, from, to }: Span, scope: Scope): string[] {
  const has = (column: PartitionColumn): boolean => columns.includes(column);
  return [
    ...(has('p_day') && from > allTime.from ? [`p_day >= :${name}_first_day`] : []),
    ...(has('p_day') && to < allTime.to ? [`p_day <= :${name}_last_day`] : []),
    ...(has('p_account') && scope.accounts.length > 0 ? ['p_account IN (:scope_accounts)'] : []),
    ...(has('p_region') && scope.regions.length > 0 ? ['p_region IN (:scope_regions)'] : []),
  ];
}

/** What stands for the names of the days in them. */
export const pruningDays = ({ name, from, to }: Span): Record<string, ParameterValue> => ({
  [`${name}_first_day`]: from > allTime.from ? dayOf(from, -1) : '',
  [`${name}_last_day`]: to < allTime.to ? dayOf(to, 1) : '',
});
