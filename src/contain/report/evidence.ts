import { evidenceAction, type JournalEntry } from '../journal.js';
import type { IncidentReport } from './model.js';

/** The first seal that a journal records. */
export function evidenceOf(entries: readonly JournalEntry[]): IncidentReport['evidence'] {
  for (const { action, event, detail, time, caller } of entries) {
    const [, manifestSha256, place] = /^manifest ([0-9a-f]{64}) in (.+)$/s.exec(detail) ?? [];
    if (action === evidenceAction && event === 'done' && manifestSha256 !== undefined && place !== undefined)
      return { manifestSha256, place, sealedAt: time, by: caller };
  }
  return null;
}
