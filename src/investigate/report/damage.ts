import { acceptedFlows, ownFlows, signIns } from '../bystanders.js';
import { createdKeys } from '../credentials.js';
import { markedAddresses, numeral, plural, rowsOf, type Sign, signsOf, sum, text } from '../findings.js';
import { groupBy } from '../group-by.js';
import type { Investigation } from '../investigation.js';
import type { SignKind } from '../signs.js';
import { ofRows } from './links.js';
import { html, type Markup } from './markup.js';
import { literal, sizeText, timeText } from './words.js';

const most = { kinds: 4, actions: 4 };
const mostPorts = 4;
const mostKeys = 3;

/** Keys that stay when all else has expired: they are named one by one. */
function backdoors(investigation: Investigation): Markup[] {
  const keys = createdKeys(investigation.closure);
  const more = keys.length - mostKeys;
  return [
    ...keys
      .slice(0, mostKeys)
      .map(
        ({ accessKeyId, issuedArn }) =>
          html`<li><b class="trouble">Access key ${literal(accessKeyId)} made for ${literal(issuedArn ?? 'an unknown user')}</b> <span class="aside">it does not expire</span></li>`,
      ),
    ...(more > 0
      ? [
          html`<li><b class="trouble">${ofRows(investigation, 'keys-created', `${plural(more, 'more access key')} made`)}</b></li>`,
        ]
      : []),
  ];
}

/** What else belongs to the incident, beside the calls of the key. */
function elsewhere(investigation: Investigation): Markup[] {
  const logins = signIns(investigation).own;
  const succeeded = logins.filter((row) => row.result === 'Success').length;
  const flows = acceptedFlows(investigation).own;
  const ports = [...new Set(flows.map((row) => text(row, 'dstport')))];
  return [
    ...(logins.length > 0
      ? [
          html`<li><b>${ofRows(investigation, 'console-logins', plural(logins.length, 'console sign-in'))}</b> <span class="aside">of this incident, ${numeral(succeeded)} succeeded</span></li>`,
        ]
      : []),
    ...(flows.length > 0
      ? [
          html`<li><b>${ofRows(investigation, 'internet-accepted', `Port ${ports.slice(0, mostPorts).join(', ')} reached`)}</b> <span class="aside">from a marked address, ${sizeText(sum(flows, 'bytes'))}</span></li>`,
        ]
      : []),
  ];
}

/** What was read and started, by the questions that look for it; what failed is no damage. */
function data(investigation: Investigation): Markup[] {
  const done = (id: string) => rowsOf(investigation, id).filter((row) => text(row, 'error_code') === '');
  const marked = markedAddresses(investigation);
  const reads = done('s3-reads').filter((row) => marked.has(text(row, 'source_ip')));
  const shared = done('share-out');
  const flows = ownFlows(investigation, 'egress-talkers', ['', '']).own;
  const line = (id: string, said: string, more: string) =>
    html`<li><b>${ofRows(investigation, id, said)}</b> <span class="aside">${more}</span></li>`;
  return [
    ...(reads.length > 0
      ? [
          line(
            's3-reads',
            `${plural(reads.length, 'object')} read or copied`,
            `from a marked address, ${sizeText(sum(reads, 'bytes_out'))}`,
          ),
        ]
      : []),
    ...(shared.length > 0
      ? [line('share-out', plural(shared.length, 'share'), 'with other accounts or everybody')]
      : []),
    ...(flows.length > 0
      ? [line('egress-talkers', `${sizeText(sum(flows, 'bytes'))} sent out`, 'by what was launched')]
      : []),
  ];
}

const none = ({ verdict }: Investigation): Markup =>
  verdict.level === 'unseen'
    ? html`<p>Not known: no call of the key was read.</p>`
    : html`<p>None that the calls show. That is no all-clear.</p>`;

const kinds: Readonly<Record<SignKind, string>> = {
  persistence: 'Ways back in',
  escalation: 'More rights',
  evasion: 'Logging or detection changed',
  impact: 'Started or destroyed',
  exposure: 'Opened to others',
  execution: 'Commands run',
  secrets: 'Secrets read',
};

/** Actions that the verdict names, by what they come to; what failed altogether is no damage, and said apart. */
function signLines(investigation: Investigation): Markup[] {
  const signs = signsOf(investigation);
  const done = signs.filter(({ calls, failed }) => failed < calls);
  const groups = [...groupBy(done, ({ kind }) => kind ?? 'impact')];
  const left = groups.slice(most.kinds).reduce((sum, [, group]) => sum + group.length, 0);
  const line = ([kind, group]: [string, Sign[]]) => {
    const more = group.length - most.actions;
    return html`<li><b>${ofRows(investigation, 'actions-used', kinds[kind as SignKind])}</b> ${group
      .slice(0, most.actions)
      .map(({ action }) => action)
      .join(
        ', ',
      )}${more > 0 ? ` and ${numeral(more)} more` : ''} <span class="aside">first ${timeText(group[0]!.firstSeen).slice(5, 16)}</span></li>`;
  };
  return [
    ...groups.slice(0, most.kinds).map(line),
    ...(left > 0
      ? [html`<li>${ofRows(investigation, 'actions-used', `${plural(left, 'more action')} named by the verdict`)}</li>`]
      : []),
    ...(done.length === 0 && signs.length > 0
      ? [
          html`<li><b>${ofRows(investigation, 'actions-used', 'Attempts only')}</b> <span class="aside">every call of the actions that the verdict names failed</span></li>`,
        ]
      : []),
  ];
}

/** What the verdict's actions, the chain, the bursts, the data read and the marked addresses add up to. */
export function damage(investigation: Investigation): Markup {
  const issued = investigation.closure.credentials.length - 1;
  const depth = investigation.closure.credentials.reduce((deepest, each) => Math.max(deepest, each.depth), 0);
  const refused = sum(rowsOf(investigation, 'denied-burst'), 'refused');
  const lines = [
    ...backdoors(investigation),
    ...signLines(investigation),
    ...data(investigation),
    ...(issued > 0
      ? [
          html`<li><b>${ofRows(investigation, 'sts-children', `${plural(issued, 'credential')} issued`)}</b> <span class="aside">${depth > 1 ? `through ${numeral(depth)} steps; ` : ''}they outlive the key (<a href="#chain">chain</a>)</span></li>`,
        ]
      : []),
    ...elsewhere(investigation),
    ...(refused > 0
      ? [
          html`<li><b>${ofRows(investigation, 'denied-burst', plural(refused, 'refused call'))}</b> <span class="aside">in bursts: somebody tried what the key can do</span></li>`,
        ]
      : []),
  ];
  return html`<section aria-labelledby="damage"><h2 id="damage">Damage</h2>
${lines.length === 0 ? none(investigation) : html`<ul class="damage">${lines}</ul>`}</section>`;
}
