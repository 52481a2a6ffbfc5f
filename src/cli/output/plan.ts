import { permissionOf } from '../../contain/calls.js';
import type { Plan } from '../../contain/plan.js';
import { printable } from '../../model/printable.js';
import { formatTable } from './index.js';
import type { TableStyle } from './table.js';

/** A row an action, and below them what the plan does not cover. */
export function planTable(plan: Plan, style: TableStyle): string {
  const rows = plan.actions.map(({ stage, title, calls, breaks, undo, from, to }, index) => ({
    '#': index + 1,
    stage,
    action: title,
    calls: from === to ? 'in place already' : calls.map(permissionOf).join(', '),
    breaks: breaks.join(' '),
    undo: undo.reversible ? undo.how : `can not be undone: ${undo.how}`,
  }));
  const notes = [
    ...plan.refusals.map(({ reason }) => `refused: ${reason}`),
    ...plan.leftOut.map(({ target, refusal }) => `left out: ${target.kind} ${target.name}, for ${refusal.reason}`),
    ...plan.notCovered.map((line) => `not covered: ${line}`),
    ...plan.checklist.map((line) => `by hand: ${line}`),
  ];
  const head = `${plan.identity.keyId ?? 'no key'} of ${plan.state.principal.arn}, plan ${plan.planHash}`;
  const shown = rows.length === 0 ? 'no actions\n' : formatTable(Object.keys(rows[0]!), rows, { ...style, wrap: true });
  return `${printable(head)}\n${shown}${notes.map((note) => `${printable(note)}\n`).join('')}`;
}
