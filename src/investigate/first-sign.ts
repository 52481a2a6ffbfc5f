import type { Row } from '../model/question.js';
import type { Closure } from '../queries/closure.js';
import { text } from './findings.js';
import type { Reason } from './investigation.js';
import { attackToolOf } from './signs.js';
import { earliest, iso } from './times.js';
import { type RowsOf, reasonsOf } from './verdict.js';

/** When the first sign of abuse was, of those that the verdict rests on; ISO 8601, null where there is none. */
export function firstSignOf(rowsOf: RowsOf, closure: Closure): string | null {
  const first = (rows: readonly Row[]) => earliest(rows.map((row) => iso(text(row, 'first_seen') || null)));
  const times: Readonly<Record<string, (reason: Reason) => string | null>> = {
    'denied-burst': () => first(rowsOf('denied-burst')),
    'key-clients': () => first(rowsOf('key-clients').filter((row) => attackToolOf(text(row, 'user_agent')) !== null)),
    'actions-used': ({ actions }) =>
      first(rowsOf('actions-used').filter((row) => actions.includes(text(row, 'event_name')))),
    'sts-children': () =>
      earliest(closure.credentials.filter(({ depth }) => depth >= 2).map(({ issuedAt }) => iso(issuedAt))),
    'guardduty-findings': () => first(rowsOf('guardduty-findings')),
  };
  return earliest(reasonsOf(rowsOf, closure).map((reason) => times[reason.question]?.(reason) ?? null));
}
