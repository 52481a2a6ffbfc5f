import type { KeyClient } from '../model/trace.js';
import type { ApplyResult } from './apply.js';
import type { Plan } from './plan.js';
import type { PlannedAction } from './step.js';
import { playbook } from './steps/index.js';
import { keptText, type UndoResult } from './undo.js';

/** The plan as Markdown that also reads well in a terminal. Text from AWS and the logs is made harmless. */
export function renderPlan(plan: Plan): string {
  const lines = [
    `# Containment of ${code(plan.keyId)}`,
    '',
    `- Owner: ${code(plan.principal.arn)}`,
    `- Account: ${code(plan.accountId)}`,
    `- Planned by ${code(plan.caller)} at ${plan.createdAt}, valid until ${plan.expiresAt}`,
    `- Keys: ${listed(plan.state.accessKeys.map((key) => `${code(key.id)} ${plain(key.status)}`))}`,
    `- Groups: ${listed(plan.state.groups.map(code))}`,
    `- Last use: ${lastUse(plan)}`,
    `- Plan hash: ${plan.planHash}`,
    '',
    ...refused(plan),
    '## What uses the key',
    '',
    ...clientLines(plan),
    '',
    '## Actions',
    '',
    ...plan.actions.flatMap((action, index) => actionLines(action, index + 1)),
    ...(plan.actions.length === 0 ? ['None.', ''] : []),
    '## What this does not stop',
    '',
    '- Sessions of roles that the key has assumed: they live until they expire.',
    '- What the key has made: users, keys, roles, functions.',
    '- Whoever else may change IAM here can lift the deny within seconds; apply the plan again to re-assert it.',
  ];
  return `${lines.join('\n')}\n`;
}

/** What `undoPlan` would do, last action first; `reactivate` names the keys to set Active again. */
export function renderUndoPlan(plan: Plan, reactivate: readonly string[]): string {
  const lines = [
    `# Undo of the containment of ${code(plan.keyId)}`,
    '',
    `- Owner: ${code(plan.principal.arn)}`,
    `- Account: ${code(plan.accountId)}`,
    `- Planned by ${code(plan.caller)} at ${plan.createdAt}`,
    `- Plan hash: ${plan.planHash}`,
    '',
    '## What undo would do, last action first',
    '',
    ...[...plan.actions].reverse().map((action, index) => `${index + 1}. ${plain(undoText(action, reactivate))}`),
    ...(plan.actions.length === 0 ? ['Nothing.'] : []),
    '',
    'What the journal does not record as applied, and what someone else has changed since, is left as it is.',
  ];
  return `${lines.join('\n')}\n`;
}

function undoText({ title, changes, undo }: PlannedAction, reactivate: readonly string[]): string {
  const { reversible, how, onlyIfNamed: name } = undo;
  if (changes.every(({ from, to }) => from === to)) return `Nothing: it was so before the plan (${title})`;
  if (!reversible || name === null) return how;
  return reactivate.includes(name) ? `Set ${name} Active again, because it was named` : keptText(name);
}

/** What came of `applyPlan`. */
export function renderApply(result: ApplyResult): string {
  const state = result.state === 'contained' && !result.changed ? 'contained; nothing was left to do' : result.state;
  return [`Result: ${state}`, ...result.actions.map(resultLine), ''].join('\n');
}

/** What came of `undoPlan`. */
export function renderUndo(result: UndoResult): string {
  const state = result.state === 'undone' && !result.changed ? 'nothing was left to undo' : result.state;
  return [`Result: ${state}`, ...result.actions.map(resultLine), ''].join('\n');
}

function resultLine({ title, outcome, detail }: { title: string; outcome: string; detail: string }): string {
  return `- ${outcome}: ${plain(title)}${detail === '' ? '' : ` (${plain(detail)})`}`;
}

function refused({ refusals }: Plan): string[] {
  if (refusals.length === 0) return [];
  return [
    '## Refused: this plan will not be applied',
    '',
    ...refusals.map(({ reason, hint }) => `- ${plain(reason)}. ${plain(hint)}`),
    '',
  ];
}

function actionLines(action: PlannedAction, number: number): string[] {
  const step = playbook.find(({ id }) => id === action.step);
  const done = action.changes.every(({ from, to }) => from === to);
  return [
    `${number}. ${plain(action.title)}${done ? ' (in place already)' : ''}`,
    `   - Call: ${code(`${action.call.service}:${action.call.call} ${JSON.stringify(action.call.input)}`)}`,
    ...(step === undefined ? [] : [`   - Why: ${step.reason}`]),
    ...action.breaks.map((sentence) => `   - Breaks: ${plain(sentence)}`),
    `   - Undo: ${plain(action.undo.how)}`,
    '',
  ];
}

function clientLines({ clients, clientsLeftOut, clientsFrom }: Plan): string[] {
  if (clients.length === 0)
    return [
      clientsFrom === 'logs'
        ? 'The logs asked hold no call of this key: unused, or used where logs are missing.'
        : 'Not known: no store was named.',
    ];
  const more = clientsLeftOut === 0 ? [] : [`- and ${clientsLeftOut} more`];
  return [...clients.map(clientLine), ...more];
}

function clientLine({ source_ip, user_agent, events, last_seen }: KeyClient): string {
  const from = `${code(source_ip ?? 'unknown address')} with ${code(user_agent ?? 'no user agent')}`;
  return `- ${from}: ${events} events${last_seen === null ? '' : `, last ${plain(last_seen)}`}`;
}

function lastUse({ state }: Plan): string {
  if (state.lastUsed === null) return 'never, as far as IAM knows';
  const { time, service, region } = state.lastUsed;
  return `${plain(time)}, ${code(service)} in ${code(region)}`;
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

/** Between back quotes Markdown shows text as it is, so the text must not hold one. */
function code(text: string): string {
  return `\`${escaped(text).replaceAll('`', '\\u{60}')}\``;
}

/** Outside of code, characters that start a link, HTML or a table cell are escaped too. */
function plain(text: string): string {
  return escaped(text).replace(/[<>[\]`|]/g, (character) => `\\${character}`);
}

/** Control, format (bidirectional and zero-width) and line-separating characters and lone surrogates, spelt out. */
function escaped(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
