import { accessKeyFacts } from '../model/access-key.js';
import { rowOrder } from '../model/cell.js';
import type { BoundQuestion, Row } from '../model/question.js';

/** The answer of `key-account` for keys that no record names: their ids tell the account all the same. */
export function withUnseen({ question, scope, values }: BoundQuestion, rows: Row[]): Row[] {
  if (question.id !== 'key-account') return rows;
  const seen = new Set(rows.map((row) => row.access_key_id));
  const unseen = scope.keyIds.flatMap((access_key_id): Row[] => {
    const { account } = accessKeyFacts(access_key_id);
    if (seen.has(access_key_id) || account === null) return [];
    return [
      {
        access_key_id,
        decoded_account_id: account,
        account_id: null,
        agrees: null,
        events: 0,
        first_seen: null,
        last_seen: null,
      },
    ];
  });
  return [...rows, ...unseen].sort(rowOrder(question.order)).slice(0, Number(values.limit));
}
