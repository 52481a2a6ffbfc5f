import { printable } from '../../model/printable.js';
import type { Deletable } from './delete-key.js';
import type { DeletionVerdict } from './deletion.js';

const names = [
  'inactive for long enough',
  'unused since the deny',
  'silent in complete logs',
  'replaced by a key in use',
  'no session left',
  'alarms and applications quiet',
  'owner’s word and evidence',
];

const titled = (condition: number): string => `${condition}. ${names[condition - 1] ?? ''}`;

/** Whether a key may be deleted, for people. */
export function renderDeletion({ keyId, userName, accountId }: Deletable, verdict: DeletionVerdict): string {
  const { eligible, waitHours, reasons, met } = verdict;
  const lines = [
    `${keyId} of ${userName}, account ${accountId}: ${eligible ? 'may be deleted' : 'NOT to be deleted yet'}`,
    `It must have been inactive for ${waitHours / 24} days. Deletion can't be undone.`,
    ...reasons.flatMap(({ condition, reason, hint }) => [`  ✗ ${titled(condition)}: ${reason}`, `      ${hint}`]),
    ...met.map(({ condition, found }) => `  ✓ ${titled(condition)}: ${found}`),
  ];
  return lines.map((line) => `${printable(line, 1000)}\n`).join('');
}
