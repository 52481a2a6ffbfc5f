import { compareText } from '../model/cell.js';
import type { LogName } from '../model/event.js';
import { printable } from '../model/printable.js';
import type { Row } from '../model/question.js';
import { cutToWidth, fitToWidth, type Paint, painter, wrapToWidth } from '../model/terminal.js';
import {
  type Client,
  clientsOf,
  count,
  markedAddresses,
  numeral,
  ownerOf,
  plural,
  rowsOf,
  scopeText,
  signsOf,
  text,
  wasRead,
} from './findings.js';
import type { Investigation, VerdictLevel } from './investigation.js';

export interface SummaryStyle {
  /** Columns of the terminal. */
  width: number;
  colour: boolean;
}

/** A line in pieces, so that it is cut by its text and coloured after. */
interface Line {
  text: string;
  /** The piece at the start of `text` that is emphasised. */
  emphasis?: { length: number; style: 'bold' | 'red' };
  /** A command, which is not cut to the width: it is there to be copied. */
  whole?: boolean;
}

const labelWidth = 10;
const narrowest = 60;
const maxCommand = 1000;
const most = {
  reasons: 6,
  clients: 4,
  credentials: 5,
  actions: 4,
  resources: 3,
  logins: 2,
  network: 2,
  missing: 4,
  steps: 3,
};

const levels: Record<VerdictLevel, { word: string; style: 'red' | 'yellow' | 'dim' }> = {
  abused: { word: 'ABUSED', style: 'red' },
  used: { word: 'USED', style: 'yellow' },
  unseen: { word: 'NOT SEEN', style: 'dim' },
};

const plain = (content: string): Line => ({ text: content });
const minutes = (time: string | null): string => (time ?? '-').replace('T', ' ').replace(/:\d{2}Z$/, '');

/** What no rows say: something only where the log was read. */
const none = (investigation: Investigation, log: LogName, sentence: string): Line[] => [
  plain(wasRead(investigation, log) ? sentence : `not known: no ${log} log was read`),
];

/** The first of many, and how many are left. */
function bounded<T>(items: readonly T[], limit: number, lineOf: (item: T) => Line, noun: string): Line[] {
  const more = items.length - limit;
  return [...items.slice(0, limit).map(lineOf), ...(more > 0 ? [plain(`and ${numeral(more)} more ${noun}`)] : [])];
}

function ownerLines(investigation: Investigation): Line[] {
  const row = ownerOf(investigation);
  if (!row) return [plain('not in the evidence: the key made no recorded call')];
  return [
    plain(
      `${text(row, 'arn') || text(row, 'principal_id') || 'not recorded'} (${text(row, 'principal_type') || 'kind not recorded'})`,
    ),
    plain(
      `${plural(count(row, 'events'), 'call')}, ${minutes(text(row, 'first_seen'))} to ${minutes(text(row, 'last_seen'))}`,
    ),
  ];
}

function clientLines(investigation: Investigation): Line[] {
  const clients = clientsOf(investigation);
  const linesOf = ({ address, agents, calls, failed, signs }: Client): Line[] => {
    const shown = printable(address, 40);
    const more = agents.length > 1 ? ` and ${agents.length - 1} more` : '';
    const line = `${shown}  ${plural(calls, 'call')}, ${numeral(failed)} failed; ${printable(agents[0] ?? 'no user agent', 60)}${more}`;
    if (signs.length === 0) return [plain(line)];
    const did = `  made ${signs.join(', ')}`;
    return [
      { text: line, emphasis: { length: shown.length, style: 'red' } },
      { text: did, emphasis: { length: did.length, style: 'red' } },
    ];
  };
  if (clients.length === 0) return [plain('no client is in the evidence')];
  const more = clients.length - most.clients;
  return [
    ...clients.slice(0, most.clients).flatMap(linesOf),
    ...(more > 0 ? [plain(`and ${plural(more, 'more address', 'more addresses')}`)] : []),
  ];
}

function credentialLines(investigation: Investigation): Line[] {
  const { credentials, truncated } = investigation.closure;
  const issued = credentials.filter(({ depth }) => depth > 0);
  if (issued.length === 0) return none(investigation, 'cloudtrail', 'no credential was issued from it');
  const inTree = [...issued].sort((a, b) => compareText(a.path.join(), b.path.join()));
  return [
    ...bounded(
      inTree,
      most.credentials,
      ({ accessKeyId, depth, eventName, issuedArn, issuedAt }) =>
        plain(
          `${'  '.repeat(Math.min(depth, 8) - 1)}└ ${accessKeyId}  ${minutes(issuedAt)}  ${eventName ?? ''} ${issuedArn ?? ''}`,
        ),
      'credentials',
    ),
    ...(truncated ? [plain('a bound was reached: there may be more')] : []),
  ];
}

function actionLines(investigation: Investigation): Line[] {
  const named = new Set(signsOf(investigation).map(({ action }) => action));
  const rows = [...rowsOf(investigation, 'actions-used')].sort(
    (a, b) =>
      Number(named.has(text(b, 'event_name'))) - Number(named.has(text(a, 'event_name'))) ||
      count(b, 'events') - count(a, 'events'),
  );
  if (rows.length === 0) return none(investigation, 'cloudtrail', 'no call in scope');
  return bounded(
    rows,
    most.actions,
    (row) =>
      plain(
        `${text(row, 'event_source').replace(/\.amazonaws\.com$/, '')}:${text(row, 'event_name')}  ${plural(count(row, 'events'), 'call')}, ${numeral(count(row, 'failed'))} failed`,
      ),
    'actions',
  );
}

function resourceLines(investigation: Investigation): Line[] {
  const named = new Set(signsOf(investigation).map(({ action }) => action));
  const reached = (row: Row) => Number(count(row, 'failed') < count(row, 'events'));
  const rows = [...rowsOf(investigation, 'resources-touched')].sort(
    (a, b) =>
      Number(named.has(text(b, 'event_name'))) - Number(named.has(text(a, 'event_name'))) ||
      reached(b) - reached(a) ||
      count(b, 'events') - count(a, 'events'),
  );
  if (rows.length === 0) return none(investigation, 'cloudtrail', 'the calls name none');
  return bounded(
    rows,
    most.resources,
    (row) => plain(`${text(row, 'arn')}  ${text(row, 'event_name')}${reached(row) ? '' : ' (failed)'}`),
    'resources and actions',
  );
}

function loginLines(investigation: Investigation): Line[] {
  const rows = rowsOf(investigation, 'console-logins');
  if (rows.length === 0) return none(investigation, 'cloudtrail', 'nobody signed in to the console in scope');
  const marked = markedAddresses(investigation);
  const worst = (row: Row) =>
    4 * Number(marked.has(text(row, 'source_ip'))) +
    Number(row.mfa_used === 'No') +
    Number(row.principal_type === 'Root');
  return bounded(
    [...rows].sort((a, b) => worst(b) - worst(a)),
    most.logins,
    (row) =>
      plain(
        `${minutes(text(row, 'event_time'))} ${text(row, 'user_name') || text(row, 'arn')} ${text(row, 'result')} from ${text(row, 'source_ip')}, MFA ${text(row, 'mfa_used') || 'not said'}`,
      ),
    'sign-ins',
  );
}

function networkLines(investigation: Investigation): Line[] {
  const rows = rowsOf(investigation, 'internet-accepted');
  if (rows.length === 0) return none(investigation, 'vpcflow', 'nothing accepted from the internet on sensitive ports');
  return bounded(
    rows,
    most.network,
    (row) =>
      plain(
        `${text(row, 'srcaddr')} to ${text(row, 'dstaddr')} port ${text(row, 'dstport')}: ${numeral(count(row, 'bytes'))} bytes in ${plural(count(row, 'flows'), 'flow record')}`,
      ),
    'address pairs',
  );
}

function painted({ text: content, emphasis, whole }: Line, width: number, paint: Paint): string {
  const shown = whole ? printable(content, maxCommand) : cutToWidth(printable(content, 2 * width), width);
  if (!emphasis) return shown;
  return paint(emphasis.style, shown.slice(0, emphasis.length)) + shown.slice(emphasis.length);
}

/** The investigation on one screen: some 45 lines at most. The report and the JSON have everything. */
export function summaryText(investigation: Investigation, { width: given, colour }: SummaryStyle): string {
  const { keyId, key, verdict, scope, coverage, nextSteps } = investigation;
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
  const account = key.account === null ? '' : `, account ${key.account}`;
  return `${[
    cutToWidth(printable(`${keyId} (${key.kind}${account}), ${scopeText(scope)}`, 2 * width), width),
    `${paint(style, word)}  ${summary[0] ?? ''}`,
    ...summary.slice(1),
    ...block('why', [
      ...verdict.reasons
        .slice(0, most.reasons)
        .flatMap((reason) => wrapped(`it ${reason.text} [${reason.question}]`, verdict.reasons.length > 4 ? 1 : 2)),
      plain(
        `confidence ${verdict.confidence}${verdict.confidence === 'low' ? ': what the evidence lacks could overturn this' : ''}`,
      ),
    ]),
    ...block('owner', ownerLines(investigation)),
    ...block('clients', clientLines(investigation)),
    ...block('issued', credentialLines(investigation)),
    ...block('actions', actionLines(investigation)),
    ...block('resources', resourceLines(investigation)),
    ...block('sign-ins', loginLines(investigation)),
    ...block('network', networkLines(investigation)),
    ...block('lacking', bounded(coverage.missing, most.missing, plain, 'gaps')),
    '',
    ...nextSteps
      .slice(0, most.steps)
      .flatMap(({ text: what, command }, index) => [
        ...block(index === 0 ? 'next' : '', [plain(`${index + 1}. ${what}`)]),
        ...(command === null ? [] : block('', [{ text: `   ${command}`, whole: true }])),
      ]),
  ].join('\n')}\n`;
}
