import { markedAddresses, numeral, plural, rowsOf, signsOf, sum, text } from '../findings.js';
import type { Investigation } from '../investigation.js';
import { html, type Markup } from './markup.js';
import { timeText } from './words.js';

const mostSigns = 6;
const mostPorts = 4;

/** What else the marked addresses did, beside the calls of the key. */
function elsewhere(investigation: Investigation): Markup[] {
  const marked = markedAddresses(investigation);
  const logins = rowsOf(investigation, 'console-logins').filter((row) => marked.has(text(row, 'source_ip')));
  const succeeded = logins.filter((row) => row.result === 'Success').length;
  const flows = rowsOf(investigation, 'internet-accepted').filter((row) => marked.has(text(row, 'srcaddr')));
  const ports = [...new Set(flows.map((row) => text(row, 'dstport')))];
  return [
    ...(logins.length > 0
      ? [
          html`<li><b>${plural(logins.length, 'console sign-in')}</b> <span class="aside">from a marked address, ${numeral(succeeded)} succeeded (<a href="#q-console-logins">list</a>)</span></li>`,
        ]
      : []),
    ...(flows.length > 0
      ? [
          html`<li><b>Port ${ports.slice(0, mostPorts).join(', ')} reached</b> <span class="aside">from a marked address, ${numeral(sum(flows, 'bytes'))} bytes (<a href="#q-internet-accepted">list</a>)</span></li>`,
        ]
      : []),
  ];
}

/** What the verdict's actions, the chain, the bursts and the marked addresses add up to. */
export function damage(investigation: Investigation): Markup {
  const signs = signsOf(investigation);
  const issued = investigation.closure.credentials.length - 1;
  const depth = investigation.closure.credentials.reduce((deepest, each) => Math.max(deepest, each.depth), 0);
  const refused = sum(rowsOf(investigation, 'denied-burst'), 'refused');
  const lines = [
    ...signs.slice(0, mostSigns).map(({ service, action, calls, failed, firstSeen }) => {
      const outcome = failed === calls ? 'all failed' : failed > 0 ? `${numeral(failed)} failed` : '';
      return html`<li><b>${action}</b> <span class="aside">${service}, ${plural(calls, 'call')}${outcome === '' ? '' : `, ${outcome}`}, first ${timeText(firstSeen)}</span></li>`;
    }),
    ...(signs.length > mostSigns
      ? [
          html`<li><a href="#q-actions-used">${numeral(signs.length - mostSigns)} more actions named by the verdict</a></li>`,
        ]
      : []),
    ...(issued > 0
      ? [
          html`<li><b>${plural(issued, 'credential')} issued</b> <span class="aside">${depth > 1 ? `through ${numeral(depth)} steps; ` : ''}they outlive the key (<a href="#q-sts-children">chain</a>)</span></li>`,
        ]
      : []),
    ...(refused > 0
      ? [
          html`<li><b>${plural(refused, 'refused call')}</b> <span class="aside">in bursts: somebody tried what the key can do</span></li>`,
        ]
      : []),
    ...elsewhere(investigation),
  ];
  return html`<section aria-labelledby="damage"><h2 id="damage">Damage</h2>
${lines.length === 0 ? html`<p>No sign of any in the evidence.</p>` : html`<ul class="damage">${lines}</ul>`}</section>`;
}
