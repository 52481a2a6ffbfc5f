import type { Book, Scope } from '../../model/question.js';

/**
 * The ledger's lines of objects that may hold events of a scope, as SQL; `prefix` goes before the names of its values.
 * What could not be read may have lain anywhere, so it counts whatever the time.
 */
export const objectsOf = ({ accounts, regions }: Pick<Scope, 'accounts' | 'regions'>, prefix = ''): string =>
  [
    `(state <> 'done' OR dead_lettered > 0
      OR ((first_event IS NULL OR first_event < :${prefix}to) AND (last_event IS NULL OR last_event >= :${prefix}from)))`,
    ...placesOf({ accounts, regions }, prefix),
  ].join('\n    AND ');

const placesOf = ({ accounts, regions }: Pick<Scope, 'accounts' | 'regions'>, prefix: string): string[] => [
  ...(accounts.length > 0 ? [`account IN (:${prefix}accounts)`] : []),
  ...(regions.length > 0 ? [`region IN (:${prefix}regions)`] : []),
];

/** What a store keeps of its own work, as a view limited to a scope. When the event of a dead letter was, nobody knows. */
export function bookView(book: Book, scope: Scope): string {
  const [table, where] =
    book === 'objects'
      ? ['keytrail_ledger', objectsOf(scope, 'scope_')]
      : ['keytrail_dead_letters', placesOf(scope, 'scope_').join('\n    AND ')];
  return `${book} AS (\n  SELECT *\n  FROM ${table}${where === '' ? '' : `\n  WHERE ${where}`}\n)`;
}
