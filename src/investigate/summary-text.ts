import { printable } from '../model/printable.js';
import { cutToWidth, fitToWidth, type Paint, painter, wrapToWidth } from '../model/terminal.js';
import { plural, scopeText } from './findings.js';
import type { Investigation, VerdictLevel } from './investigation.js';
import {
  actionLines,
  clientLines,
  credentialLines,
  evidenceLines,
  issuerLines,
  type Line,
  lackingLines,
  loginLines,
  networkLines,
  newKeyLines,
  ownerLines,
  plain,
  resourceLines,
} from './summary-blocks.js';

export interface SummaryStyle {
  /** Columns of the terminal; `Infinity` cuts nothing. */
  width: number;
  colour: boolean;
}

const labelWidth = 10;
const narrowest = 60;
const maxCommand = 1000;
const most = { reasons: 8, steps: 3 };

const levels: Record<VerdictLevel, { word: string; style: 'red' | 'yellow' | 'dim' }> = {
  abused: { word: 'ABUSED', style: 'red' },
  used: { word: 'USED', style: 'yellow' },
  unseen: { word: 'NOT SEEN', style: 'dim' },
};

function painted({ text: content, emphasis, whole }: Line, width: number, paint: Paint): string {
  const shown = whole ? printable(content, maxCommand) : cutToWidth(printable(content, 2 * width), width);
  if (!emphasis) return shown;
  return paint(emphasis.style, shown.slice(0, emphasis.length)) + shown.slice(emphasis.length);
}

/** The investigation on one screen: some 50 lines at most. The report and the JSON have everything. */
export function summaryText(investigation: Investigation, { width: given, colour }: SummaryStyle): string {
  const { keyId, key, verdict, scope, nextSteps } = investigation;
  const width = Math.max(narrowest, given);
  const room = width - labelWidth;
  const paint = painter(colour);
  const { word, style } = levels[verdict.level] ?? { word: printable(verdict.level, 20), style: 'dim' };
  const block = (label: string, lines: readonly Line[]): string[] =>
    lines.map(
      (line, index) => paint('bold', fitToWidth(index === 0 ? label : '', labelWidth)) + painted(line, room, paint),
    );
  const wrapped = (content: string, lines: number): Line[] =>
    wrapToWidth(printable(content, 4 * width), room, lines).map(plain);
  const summary = wrapToWidth(printable(verdict.summary, 4 * width), width - word.length - 2, 3);
  const moreReasons = verdict.reasons.length - most.reasons;
  const doubt =
    verdict.level === 'unseen' ? 'nothing is known beyond the evidence' : 'what the evidence lacks could overturn this';
  const account = key.account === null ? '' : `, account ${key.account}`;
  return `${[
    cutToWidth(printable(`${keyId} (${key.kind}${account}), ${scopeText(scope)}`, 2 * width), width),
    `${paint(style, word)}  ${summary[0] ?? ''}`,
    ...summary.slice(1),
    ...block('why', [
      ...verdict.reasons
        .slice(0, most.reasons)
        .flatMap((reason) => wrapped(`it ${reason.text} [${reason.question}]`, verdict.reasons.length > 4 ? 1 : 2)),
      ...(moreReasons > 0 ? [plain(`and ${plural(moreReasons, 'more sign')}, in the report`)] : []),
      plain(`confidence ${verdict.confidence}${verdict.confidence === 'low' ? `: ${doubt}` : ''}`),
    ]),
    ...block('new keys', newKeyLines(investigation)),
    ...block('owner', ownerLines(investigation)),
    ...block('clients', clientLines(investigation, Number.isFinite(width))),
    ...block('issued by', issuerLines(investigation)),
    ...block('issued', credentialLines(investigation)),
    ...block('actions', actionLines(investigation)),
    ...block('resources', resourceLines(investigation)),
    ...block('sign-ins', loginLines(investigation)),
    ...block('network', networkLines(investigation)),
    ...block(
      'evidence',
      evidenceLines(investigation).flatMap((line) => wrapped(line.text, 2)),
    ),
    ...block('lacking', lackingLines(investigation)),
    '',
    ...nextSteps
      .slice(0, most.steps)
      .flatMap(({ text: what, command }, index) => [
        ...block(index === 0 ? 'next' : '', [plain(`${index + 1}. ${what}`)]),
        ...(command === null ? [] : block('', [{ text: `   ${command}`, whole: true }])),
      ]),
  ].join('\n')}\n`;
}
